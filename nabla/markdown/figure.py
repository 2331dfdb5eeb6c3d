"""A sample on a page."""

from xml.etree.ElementTree import Element


class Figure(Element):
    """A sample on a page: its code and its result, both as HTML in the stash."""

    def __init__(self, name: str, code: str, result: str, annotated: bool):
        kind = "snippet annotate" if annotated else "snippet"
        super().__init__("figure", {"class": kind, "data-snippet": name})
        self.annotated = annotated
        self.code, self.result = code, result
        self.text = code + result

    def set_notes(self, notes: Element) -> None:
        """Put a list of notes between the code and the result."""
        self.text, notes.tail = self.code, self.result
        self.insert(0, notes)
