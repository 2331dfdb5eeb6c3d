"""`<!--nabla:verified-->`: what was checked when the site was built, in figures."""

import platform
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown

from nabla.checks.files import Survey, survey
from nabla.markdown.base import ProjectExtension
from nabla.markdown.directives import replace_directive
from nabla.source.pins import find_pin
from nabla.source.project import Project


class VerifiedExtension(ProjectExtension):
    """Option `survey`: a Survey; by default the project is surveyed when a page asks."""

    options: Mapping[str, tuple[Any, str]] = {"survey": ("", "a nabla.checks.files.Survey")}

    def extendMarkdown(self, md: Markdown) -> None:
        replace_directive(md, "verified", self._list)

    def _list(self) -> Element:
        found = self.getConfig("survey") or survey(self.project)
        return make_list(count_checked(found, self.project), self.words["verified"])


def count_checked(found: Survey, project: Project) -> Mapping[str, object]:
    """Return what a build checks, in figures, by the names that words/<locale>.yml explains."""
    results = {sample.code: sample.stated for sample in found.samples}
    return {
        "torch": find_pin(project)[1],
        "python": platform.python_version(),
        "samples": len(results),
        "lines": sum(stated.text.count("\n") for stated in results.values() if stated),
        "drawings": len({(sample.code, drawing.probe) for drawing, sample in found.drawings}),
        "pages": len(project.slugs(project.default)),
    }


def make_list(figures: Mapping[str, object], words: Mapping[str, str]) -> Element:
    """Return a list of figures, each with what it counts."""
    listed = Element("dl", {"class": "verified"})
    for name, value in figures.items():
        pair = SubElement(listed, "div", {"data-figure": name})
        SubElement(pair, "dt").text = words[name]
        SubElement(pair, "dd").text = str(value)
    return listed


def makeExtension(**options: Any) -> VerifiedExtension:
    return VerifiedExtension(**options)
