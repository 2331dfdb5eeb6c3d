"""`<!--nabla:verified-->`: what was checked when the site was built, in figures."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown

from nabla.markdown.directives import Replacement


class VerifiedExtension(Extension):
    """Option `figures`: by name. `words`: those of the page's language, `verified` among them."""

    def __init__(self, **options: object):
        self.config = {
            "figures": [{}, "figures by name"],
            "words": [{}, "words of the interface"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        Replacement.register(md, "verified", self._figures)

    def _figures(self) -> Element:
        return figures(self.getConfig("figures"), self.getConfig("words"))


def figures(values: Mapping[str, object], words: Mapping) -> Element:
    """Return a list of figures, each with what it counts."""
    listed = Element("dl", {"class": "verified"})
    for name, value in values.items():
        pair = SubElement(listed, "div", {"data-figure": name})
        SubElement(pair, "dt").text = words["verified"][name]
        SubElement(pair, "dd").text = str(value)
    return listed


def makeExtension(**options: object) -> VerifiedExtension:
    return VerifiedExtension(**options)
