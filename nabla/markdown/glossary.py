"""The terms of the site: links from a page's first use of each, and the glossary itself.

`<!--nabla:glossary-->` stands for the table of all terms, in every language side by
side, with the definition in the page's own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from nabla.markdown.directives import Replacement

AFTER_INLINE = 16
PROSE = {"p", "li", "td", "dd"}
TRANSPARENT = {"em", "strong"}
"""Elements within prose whose own text is prose too."""


@dataclass(frozen=True)
class Term:
    """What a concept is called in one language.

    `forms` are other words for it that a page may use, `never` are wrong ones. `not_in`
    are longer words that hold it and mean something else: 言葉 is no 葉.
    """

    term: str
    definition: str
    forms: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Entry:
    """A concept: its slug, and its term in each locale. Each is only equal to itself."""

    id: str
    terms: tuple[tuple[str, Term], ...]

    def term(self, locale: str) -> Term:
        return dict(self.terms)[locale]


@lru_cache(maxsize=1024)
def pattern(words: tuple[str, ...]) -> re.Pattern:
    """Return a pattern of whole words, the longest first; CJK needs no word boundary."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(_whole, ordered)) or r"(?!)", re.IGNORECASE)


def _whole(word: str) -> str:
    inside = re.escape(word).replace(r"\ ", r"\s+").replace("'", "['’]").replace("’", "['’]")
    before = r"(?<!\w)" if word[0].isascii() or (word[0].isalpha() and word[0] < "\u2e80") else ""
    after = r"(?!\w)" if word[-1] < "\u2e80" else ""
    return f"{before}{inside}{after}"


@lru_cache(maxsize=16)
def surfaces(entries: tuple[Entry, ...], locale: str) -> dict[str, str]:
    """Return the entry's id for each word, in lower case, that means it in one language.

    Words that only look like a term have an empty id.
    """
    others = {word.lower(): "" for entry in entries for word in entry.term(locale).not_in}
    return others | {
        surface.lower(): entry.id
        for entry in entries
        for surface in (entry.term(locale).term, *entry.term(locale).forms)
    }


def uses(text: str, entries: Sequence[Entry], locale: str) -> Iterator[tuple[str, re.Match]]:
    """Yield (entry's id, match) for each term in `text`, the longest term at each place."""
    known = surfaces(tuple(entries), locale)
    for match in pattern(tuple(known)).finditer(text):
        if id_ := known[_normal(match[0])]:
            yield id_, match


def _normal(word: str) -> str:
    return " ".join(word.lower().split()).replace("'", "’")


class GlossaryExtension(Extension):
    """Option `entries`: those of the glossary. `locale`: that of the page.

    `link`: the address of the glossary, seen from the page; empty for no links.
    `names`: the name of each language, by locale, as headings of the table.
    `words`: those of the page's language.
    """

    def __init__(self, **options: object):
        self.config = {
            "entries": [(), "a tuple of Entry"],
            "locale": ["en", "locale of the page"],
            "link": ["", "address of the glossary"],
            "names": [{}, "names of the languages"],
            "words": [{}, "words of the interface"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        Replacement.register(md, "glossary", self._table)
        md.treeprocessors.register(_Links(md, self.getConfig), "nabla-terms", AFTER_INLINE)

    def _table(self) -> Element:
        option = self.getConfig
        return table(option("entries"), option("locale"), option("names"), option("words"))


def table(
    entries: Sequence[Entry], locale: str, names: Mapping[str, str], words: Mapping[str, str]
) -> Element:
    """Return the table of all terms: a row each, its own language first."""
    scroll = Element("div", {"class": "glossary", "tabindex": "0", "role": "group"})
    scroll.set("aria-label", words.get("glossary", "Glossary"))
    whole = SubElement(scroll, "table")
    head = SubElement(SubElement(whole, "thead"), "tr")
    ordered = [locale, *(other for other in names if other != locale)]
    for other in ordered:
        SubElement(head, "th", {"scope": "col"}).text = AtomicString(names.get(other, other))
    body = SubElement(whole, "tbody")
    for entry in entries:
        row = SubElement(body, "tr", {"id": entry.id})
        own = SubElement(row, "th", {"scope": "row"})
        SubElement(own, "dfn").text = AtomicString(entry.term(locale).term)
        SubElement(own, "p").text = AtomicString(entry.term(locale).definition)
        for other in ordered[1:]:
            cell = SubElement(row, "td", {"lang": other})
            cell.text = AtomicString(entry.term(other).term)
    return scroll


class _Links(Treeprocessor):
    """Link the first use of each term in the prose of a page to the glossary."""

    def __init__(self, md: Markdown, option):
        super().__init__(md)
        self.option = option

    def run(self, root: Element) -> None:
        if not self.option("link"):
            return
        self._seen: set[str] = set()
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
        entries, locale = self.option("entries"), self.option("locale")
        new = [
            (id_, match)
            for id_, match in uses(text, entries, locale)
            if id_ not in self._seen and not self._seen.add(id_)
        ]
        if not new:
            return text, []
        definitions = {entry.id: entry.term(locale).definition for entry in entries}
        ends = [match.start() for _, match in new[1:]] + [len(text)]
        links = []
        for (id_, match), end in zip(new, ends, strict=True):
            href = f"{self.option('link')}#{id_}"
            link = Element("a", {"class": "term", "href": href, "title": definitions[id_]})
            link.text, link.tail = AtomicString(match[0]), text[match.end() : end]
            links.append(link)
        return text[: new[0][1].start()], links


def makeExtension(**options: object) -> GlossaryExtension:
    return GlossaryExtension(**options)
