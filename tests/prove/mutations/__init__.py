"""What is done to the files: pure functions from a text to its mutants."""
