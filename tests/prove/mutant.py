"""A damage done to the project."""

from dataclasses import dataclass

from nabla.source.samples import Sample

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Mutant:
    """One damage to one file: `what` was done to its line `line`, which was `source`."""

    kind: str
    path: str
    line: int
    what: str
    source: str

    @property
    def key(self) -> Key:
        """What the list of equivalent mutants knows it by."""
        return self.path, self.source, self.what


@dataclass(frozen=True)
class CodeMutant(Mutant):
    """A sample with other code. `plain` is the sample with its own, written alike."""

    plain: Sample
    damaged: Sample


@dataclass(frozen=True)
class PageMutant(Mutant):
    """A page with `new` in the place of a span of its text, beside one in another language."""

    text: str
    span: tuple[int, int]
    new: str
    other: str
    is_original: bool

    @property
    def sides(self) -> tuple[str, str, str, str]:
        """What is compared: the text and the name of the original, and of its translation."""
        start, end = self.span
        damaged = self.text[:start] + self.new + self.text[end:]
        pair = (damaged, self.other) if self.is_original else (self.other, damaged)
        return pair[0], "original", pair[1], "translation"
