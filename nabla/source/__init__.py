"""Read what authors write: pages, samples, labs, words, lessons, the glossary, the pins."""
