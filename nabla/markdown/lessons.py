"""The path of lessons: a map of all of them, and on each what it takes and needs.

`<!--nabla:path-->` stands for the map. Below the title of a lesson, a line says how
long it takes and which lessons come first. Links are paths below docs/, such as
``/fr/learn/slope.md``, that MkDocs resolves.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from nabla.markdown.base import ProjectExtension
from nabla.markdown.directives import replace_directive
from nabla.source.lessons import LABS, Lesson, load_lessons

BEFORE_INLINE = 21


class LessonsExtension(ProjectExtension):
    """Maps the lessons of the project; the page's own line needs the option `page`."""

    def extendMarkdown(self, md: Markdown) -> None:
        replace_directive(md, "path", self._path)
        md.treeprocessors.register(_Facts(md, self), "nabla-lesson", BEFORE_INLINE)

    @property
    def lessons(self) -> Sequence[Lesson]:
        return load_lessons(self.project, self.locale)

    def find_own(self) -> Lesson | None:
        """Return the lesson or lab that the page is, if it is one."""
        every = (*self.lessons, *load_lessons(self.project, self.locale, LABS))
        return next(
            (one for one in every if f"docs/{self.locale}/{one.slug}.md" == self.page), None
        )

    def _path(self) -> Element:
        return make_path(self.lessons, self.locale, self.words["lessons"])


def make_path(lessons: Sequence[Lesson], locale: str, words: Mapping[str, str]) -> Element:
    """Return the map: a stop for each lesson, with those that come before it."""
    numbers = {lesson.slug: number for number, lesson in enumerate(lessons, 1)}
    stops = Element("ol", {"class": "path", "aria-label": words["path"]})
    for lesson in lessons:
        stop = SubElement(stops, "li")
        SubElement(stop, "a", {"href": _link(locale, lesson)}).text = lesson.title
        SubElement(stop, "span", {"class": "question"}).text = lesson.question
        needs = words["between"].join(str(numbers[slug]) for slug in lesson.requires)
        facts = [words["minutes"].format(minutes=lesson.minutes)]
        facts += [words["after"].format(lessons=needs)] if needs else []
        SubElement(stop, "small").text = " · ".join(facts)
    return stops


def make_facts(
    lesson: Lesson, lessons: Sequence[Lesson], locale: str, words: Mapping[str, str]
) -> Element:
    """Return the line of one lesson: its time, and links to those that come first."""
    line = Element("p", {"class": "facts"})
    line.text = words["minutes"].format(minutes=lesson.minutes)
    before = [other for other in lessons if other.slug in lesson.requires]
    if not before:
        return line
    opening, _, closing = words["requires"].partition("{lessons}")
    line.text += f" · {opening}"
    for other in before:
        link = SubElement(line, "a", {"href": _link(locale, other)})
        link.text = other.title
        link.tail = closing if other is before[-1] else words["between"]
    return line


def _link(locale: str, lesson: Lesson) -> str:
    return f"/{locale}/{lesson.slug}.md"


class _Facts(Treeprocessor):
    def __init__(self, md: Markdown, extension: LessonsExtension):
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        titles = [index for index, element in enumerate(root) if element.tag == "h1"]
        lesson = self.extension.find_own() if titles else None
        if lesson:
            words = self.extension.words["lessons"]
            facts = make_facts(lesson, self.extension.lessons, self.extension.locale, words)
            root.insert(titles[0] + 1, facts)


def makeExtension(**options: Any) -> LessonsExtension:
    return LessonsExtension(**options)
