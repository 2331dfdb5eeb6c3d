"""The terms of the site: links from a page's first use of each, and the glossary itself.

`<!--nabla:glossary-->` stands for the table of all terms, in every language side by
side, with the definition in the page's own.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nabla.markdown.base import ProjectExtension
from nabla.markdown.directives import replace_directive
from nabla.source.glossary import Concept, find_terms, load_glossary

AFTER_INLINE = 16
ATTRIBUTES = re.compile(r"\{:?[^{}\n]*[#.=][^{}\n]*\}")
"""What `attr_list` reads later: `{ #id .class }`."""
PROSE = {"p", "li", "td", "dd"}
TRANSPARENT = {"em", "strong"}
"""Elements within prose whose own text is prose too."""
GLOSSARY = "reference/glossary"
"""The slug of the page that links lead to, where the language has one."""


class TermsExtension(ProjectExtension):
    """Links to `/<locale>/reference/glossary.md`, a path below docs/ that MkDocs resolves."""

    def extendMarkdown(self, md: Markdown) -> None:
        replace_directive(md, "glossary", self._table)
        self.links = _Links(md, self)
        md.treeprocessors.register(self.links, "nabla-terms", AFTER_INLINE)
        md.registerExtension(self)

    def reset(self) -> None:
        """Begin a new page: texts converted without a reset are parts of one page."""
        self.links.linked.clear()

    @cached_property
    def concepts(self) -> Sequence[Concept]:
        return load_glossary(self.project)

    @property
    def link(self) -> str:
        """The address of the glossary; empty on that page itself, and where there is none."""
        there = self.project.page_path(self.locale, GLOSSARY)
        if not there.is_file() or self.page == self.project.relative(there):
            return ""
        return f"/{self.locale}/{GLOSSARY}.md"

    def _table(self) -> Element:
        names = {language.locale: language.name for language in self.project.languages}
        return make_table(self.concepts, self.locale, names, self.words)


def make_table(
    concepts: Sequence[Concept],
    locale: str,
    names: Mapping[str, str],
    words: Mapping[str, Any],
) -> Element:
    """Return the table of all terms: a row each, its own language first.

    `names` has the name of each language by locale, as headings.
    """
    scroll = Element("div", {"class": "glossary", "tabindex": "0", "role": "group"})
    scroll.set("aria-label", words["glossary"])
    whole = SubElement(scroll, "table")
    head = SubElement(SubElement(whole, "thead"), "tr")
    ordered = [locale, *(other for other in names if other != locale)]
    for other in ordered:
        SubElement(head, "th", {"scope": "col"}).text = AtomicString(names.get(other, other))
    body = SubElement(whole, "tbody")
    for concept in concepts:
        row = SubElement(body, "tr", {"id": concept.id})
        own = SubElement(row, "th", {"scope": "row"})
        SubElement(own, "dfn").text = AtomicString(concept.terms[locale].term)
        SubElement(own, "p").text = AtomicString(concept.terms[locale].definition)
        for other in ordered[1:]:
            cell = SubElement(row, "td", {"lang": other})
            cell.text = AtomicString(concept.terms[other].term)
    return scroll


class _Links(Treeprocessor):
    """Link the first use of each term in the prose of a page to the glossary."""

    def __init__(self, md: Markdown, extension: TermsExtension):
        super().__init__(md)
        self.extension = extension
        self.linked: set[str] = set()

    def run(self, root: Element) -> None:
        self._link = self.extension.link
        if not self._link:
            return
        self._concepts = self.extension.concepts
        for element in root.iter():
            if element.tag in PROSE:
                self._link_within(element)

    def _link_within(self, element: Element) -> None:
        element.text, children = self._linked(element.text)
        for child in list(element):
            if child.tag in TRANSPARENT:
                self._link_within(child)
            child.tail, links = self._linked(child.tail)
            children += [child, *links]
        element[:] = children

    def _linked(self, text: str | None) -> tuple[str | None, list[Element]]:
        """Return the text before the first link, and the links, each with its tail."""
        if not text or isinstance(text, AtomicString) or not text.strip():
            return text, []
        concepts, locale = self._concepts, self.extension.locale
        new = []
        bare = ATTRIBUTES.sub(lambda match: " " * len(match[0]), text)
        for id_, match in find_terms(bare, concepts, locale):
            if id_ not in self.linked:
                self.linked.add(id_)
                new.append((id_, match))
        if not new:
            return text, []
        definitions = {one.id: one.terms[locale].definition for one in concepts}
        ends = [match.start() for _, match in new[1:]] + [len(text)]
        links = []
        for (id_, match), end in zip(new, ends, strict=True):
            href = f"{self._link}#{id_}"
            link = Element("a", {"class": "term", "href": href, "title": definitions[id_]})
            link.text, link.tail = AtomicString(match[0]), text[match.end() : end]
            links.append(link)
        return text[: new[0][1].start()], links


def makeExtension(**options: Any) -> TermsExtension:
    return TermsExtension(**options)
