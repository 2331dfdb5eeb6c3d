"""What only a site has: languages, checks over the whole project, the MkDocs plugin."""
