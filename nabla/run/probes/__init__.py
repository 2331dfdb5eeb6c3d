"""What looks at a sample while it runs: its graph, its curves."""
