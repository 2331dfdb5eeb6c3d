"""Labs run by mkdocs-jupyter: once for all languages, beside the build, and not again
before their code or what is installed changes."""
