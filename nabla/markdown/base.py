"""What the extensions have in common: the project of a page, its language, its results."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from markdown import Extension

from nabla.problem import Problem, ProblemError
from nabla.run.results import Results
from nabla.run.store import Store
from nabla.source.project import Project
from nabla.source.words import default_words, load_words, read_words
from nabla.templates import render


class ProjectExtension(Extension):
    """An extension that reads files of a project beside the text that it is given.

    Option `root`: the folder of the project; `locale`: that of the text; `page`: the path
    of the text within the project. `project`: a Project, for who has read one already.
    """

    options: Mapping[str, tuple[Any, str]] = {}
    """Further options of an extension, each with its default and what it is."""

    def __init__(self, **given: Any):
        common = {
            "root": (".", "the folder of the project"),
            "locale": ("en", "the language of the text"),
            "page": ("", "the path of the text within the project"),
            "project": ("", "a nabla.source.project.Project"),
        }
        self.config = {key: list(pair) for key, pair in {**common, **self.options}.items()}
        super().__init__(**given)

    @property
    def project(self) -> Project:
        if not self.getConfig("project"):
            self.setConfig("project", Project(Path(self.getConfig("root"))))
        return self.getConfig("project")

    @property
    def locale(self) -> str:
        return self.getConfig("locale")

    @property
    def page(self) -> str:
        return self.getConfig("page")

    @cached_property
    def words(self) -> Mapping[str, Any]:
        """The words of the interface; those of this package where the project has none."""
        project = self.project
        if not (project.root / "words" / f"{self.locale}.yml").is_file():
            return default_words(self.locale)
        whole = (project.root / "mkdocs.yml").is_file()
        return (load_words if whole else read_words)(project, self.locale)


class ResultsExtension(ProjectExtension):
    """Option `results`: a Results; by default one that runs what is not in the project's store.

    `strict`: raise ProblemError where something is wrong; otherwise it is said on the page.
    """

    options: Mapping[str, tuple[Any, str]] = {
        "results": ("", "a nabla.run.results.Results"),
        "strict": (True, "raise errors"),
    }

    @property
    def results(self) -> Results:
        if not self.getConfig("results"):
            self.setConfig("results", Results(Store(self.project.cache / "results")))
        return self.getConfig("results")

    def show_problems(self, *problems: Problem) -> str:
        """Return what stands on the page where something is wrong."""
        if self.getConfig("strict"):
            raise ProblemError(*problems)
        return render("html/problem.html.j2", problems=map(str, problems))
