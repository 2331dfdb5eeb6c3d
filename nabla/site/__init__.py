"""What only a site has: languages, checks over the whole project, the MkDocs plugin."""

WHOLE_SITE = "nabla-offline.zip"
"""What `nabla offline` writes, and .github/workflows/pages.yml puts at the site's root."""
