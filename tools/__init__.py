"""Tools that the site does without."""
