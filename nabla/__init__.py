"""The machinery of the Nabla site, in three layers: run, markdown, site."""
