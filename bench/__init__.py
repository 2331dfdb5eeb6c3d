"""How long this site takes to build, beside the same pages with nothing run."""
