"""What can be wrong with a project: its files, and what its samples print."""
