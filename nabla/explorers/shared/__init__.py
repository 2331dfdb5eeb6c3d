"""What the kinds of explorer share."""
