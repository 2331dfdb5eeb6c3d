"""How long this site takes to build, beside other ways to build the same lessons."""
