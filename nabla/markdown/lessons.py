"""The path of lessons: a map of all of them, and on each what it takes and needs.

`<!--nabla:path-->` stands for the map. Below the title of a lesson, a line says how
long it takes and which lessons come first.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

from nabla.markdown.directives import Replacement

BEFORE_INLINE = 21


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language. `slug` is that of its page, `requires` are slugs of others."""

    slug: str
    title: str
    question: str
    minutes: int
    requires: tuple[str, ...] = ()


class LessonsExtension(Extension):
    """Option `lessons`: all of them, in their order. `labs`: likewise. `slug`: that of the page.

    `words`: those of the page's language.
    """

    def __init__(self, **options: object):
        self.config = {
            "lessons": [(), "a tuple of Lesson"],
            "labs": [(), "a tuple of Lesson"],
            "slug": ["index", "slug of the page"],
            "words": [{}, "words of the interface"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        Replacement.register(md, "path", self._path)
        md.treeprocessors.register(_Facts(md, self.getConfig), "nabla-lesson", BEFORE_INLINE)

    def _path(self) -> Element:
        option = self.getConfig
        return path(option("lessons"), option("slug"), option("words"))


def path(lessons: Sequence[Lesson], slug: str, words: Mapping) -> Element:
    """Return the map: a stop for each lesson, with those that come before it."""
    own = words["lessons"]
    numbers = {lesson.slug: number for number, lesson in enumerate(lessons, 1)}
    stops = Element("ol", {"class": "path", "aria-label": own["path"]})
    for lesson in lessons:
        stop = SubElement(stops, "li")
        SubElement(stop, "a", {"href": _link(slug, lesson.slug)}).text = lesson.title
        SubElement(stop, "span", {"class": "question"}).text = lesson.question
        needs = own["between"].join(str(numbers[each]) for each in lesson.requires)
        facts = [own["minutes"].format(minutes=lesson.minutes)]
        facts += [own["after"].format(lessons=needs)] if needs else []
        SubElement(stop, "small").text = " · ".join(facts)
    return stops


def facts(lesson: Lesson, lessons: Sequence[Lesson], words: Mapping) -> Element:
    """Return the line of one lesson: its time, and links to those that come first."""
    own = words["lessons"]
    titles = {other.slug: other.title for other in lessons}
    line = Element("p", {"class": "facts"})
    line.text = own["minutes"].format(minutes=lesson.minutes)
    if not lesson.requires:
        return line
    before, _, after = own["requires"].partition("{lessons}")
    line.text += f" · {before}"
    for index, slug in enumerate(lesson.requires):
        link = SubElement(line, "a", {"href": _link(lesson.slug, slug)})
        link.text = titles[slug]
        link.tail = own["between"] if index + 1 < len(lesson.requires) else after
    return line


def _link(here: str, there: str) -> str:
    """Return the way from a page's source to another's, for MkDocs to check."""
    return posixpath.relpath(f"{there}.md", posixpath.dirname(here) or ".")


class _Facts(Treeprocessor):
    def __init__(self, md: Markdown, option):
        super().__init__(md)
        self.option = option

    def run(self, root: Element) -> None:
        lessons = self.option("lessons")
        all_ = (*lessons, *self.option("labs"))
        here = [lesson for lesson in all_ if lesson.slug == self.option("slug")]
        titles = [index for index, element in enumerate(root) if element.tag == "h1"]
        if here and titles:
            root.insert(titles[0] + 1, facts(here[0], lessons, self.option("words")))


def makeExtension(**options: object) -> LessonsExtension:
    return LessonsExtension(**options)
