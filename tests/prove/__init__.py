"""Proof that the checks bite: damage the project, and expect every damage to be named."""
