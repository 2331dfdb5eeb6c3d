"""Nabla: a site whose every result ran. `nabla/site/plugin.py` has the order of a build."""
