"""Python-Markdown extensions. Each works under a bare `markdown.markdown`, with its defaults."""
