"""Everything that is wrong with a project and can be said before any code runs."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from nabla.markdown.drawings import Drawing, read_drawing
from nabla.markdown.embed import load_snippet, no_such_snippet
from nabla.markdown.page import Include, Page, read_page
from nabla.problem import Problem, ProblemError
from nabla.run.outcome import Probe
from nabla.run.sample import Sample, read_samples, read_text
from nabla.site.freshness import State, status
from nabla.site.lessons import lesson_problems
from nabla.site.parity import compare
from nabla.site.project import Project
from nabla.site.terms import wrong_terms
from nabla.site.typography import faults

LONG_LOOP = re.compile(r"\brange\([^)]*\d{4}")


@dataclass(frozen=True)
class Survey:
    """All samples of a project, and what is wrong with its files."""

    samples: tuple[Sample, ...]
    problems: tuple[Problem, ...]
    drawings: tuple[tuple[Drawing, Sample], ...] = ()
    """Each drawing that is asked for, with the sample that it looks at."""
    unreadable: tuple[Problem, ...] = ()
    """Files that are not UTF-8: no build can go on with them."""
    embedded: tuple[str, ...] = ()
    """The snippets that pages embed, in the order in which a build comes to them."""

    @property
    def labs(self) -> tuple[Sample, ...]:
        return tuple(sample for sample in self.samples if sample.is_lab)

    def requests(self, labs: bool = True) -> list[tuple[str, Probe | None]]:
        """Return every distinct run that the project asks for, in the order of `embedded`.

        But for long loops: they come first, so that no core waits for one at the end.
        Without `labs`, which a build has run as notebooks.
        """
        plain = [(one.name, one.code, None) for one in self.samples if labs or not one.is_lab]
        drawn = [(sample.name, sample.code, drawing.probe) for drawing, sample in self.drawings]
        place = {name: number for number, name in enumerate(self.embedded)}
        ordered = sorted(
            (*plain, *drawn),
            key=lambda run: (not LONG_LOOP.search(run[1]), place.get(run[0], -1)),
        )
        return list(dict.fromkeys((code, probe) for _, code, probe in ordered))


def survey(project: Project) -> Survey:
    """Find everything that is wrong with the files of a project."""
    return checked(gather(project), project)


def gather(project: Project) -> Survey:
    """Read every snippet, every page and the README: enough to know what is to run."""
    samples: list[Sample] = []
    problems: list[Problem] = []
    unreadable: list[Problem] = []
    asked: list[Drawing | Problem | None] = []
    names = project.snippet_names()
    for name in names:
        try:
            reading = project.read_snippet(name)
        except ProblemError as error:
            unreadable += error.problems
            continue
        samples += reading.samples
        problems += reading.problems
        if snippet := load_snippet(project.root, name):
            file = snippet.sample.path
            asked += [read_drawing(directive, file, name) for directive in snippet.directives]
    embedded: dict[str, None] = {}
    for language in project.languages:
        for slug in project.pages(language.locale):
            path = project.page(language.locale, slug)
            try:
                page = read_page(read_text(path, project.root), project.relative(path))
            except ProblemError as error:
                unreadable += error.problems
                continue
            samples += page.samples
            problems += page.problems
            problems += _unknown(page, set(names), project.relative(path))
            asked += [read_drawing(d, project.relative(path)) for d in page.directives]
            embedded |= dict.fromkeys(include.name for include in page.includes)
    problems += [drawing for drawing in asked if isinstance(drawing, Problem)]
    by_name = {sample.name: sample for sample in samples}
    drawings = [drawing for drawing in asked if isinstance(drawing, Drawing)]
    for drawing in drawings:
        if drawing.snippet not in by_name:
            missing = Include(drawing.snippet, drawing.line, 0)
            problems.append(no_such_snippet(missing, drawing.path))
    readme = _readme(project)
    return Survey(
        (*samples, *readme.samples),
        (
            *problems,
            *readme.problems,
            *_not_embedded(names, embedded),
            *_missing_pages(project),
        ),
        tuple((d, by_name[d.snippet]) for d in drawings if d.snippet in by_name),
        tuple(unreadable),
        tuple(embedded),
    )


def checked(found: Survey, project: Project) -> Survey:
    """Return what was gathered with what is wrong with the pages in their languages."""
    if found.unreadable:
        return found
    more = (*_language_problems(project), *_ill_set_pages(project), *lesson_problems(project))
    return replace(found, problems=(*found.problems, *more))


def _readme(project: Project):
    path = project.root / "README.md"
    return read_samples(read_text(path, project.root) if path.exists() else "", "README.md")


def _unknown(page: Page, names: set[str], path: str) -> list[Problem]:
    return [no_such_snippet(i, path) for i in page.includes if i.name not in names]


def _not_embedded(names: list[str], embedded: Collection[str]) -> list[Problem]:
    return [
        Problem(f"snippets/{name}.md", 1, "no page embeds this snippet", "embed it, or remove it")
        for name in names
        if name not in embedded
    ]


def _language_problems(project: Project) -> Iterator[Problem]:
    """Check each translation that claims to be current against the page it was made from."""
    current = [(one.locale, one.slug) for one in status(project) if one.state is State.CURRENT]
    for locale, slug in current:
        original, page = (project.page(each, slug) for each in (project.default, locale))
        yield from compare(
            read_text(original, project.root),
            project.relative(original),
            read_text(page, project.root),
            project.relative(page),
        )
    yield from wrong_terms(project, current)


def _ill_set_pages(project: Project) -> Iterator[Problem]:
    for language in project.languages:
        for slug in project.pages(language.locale):
            path = project.page(language.locale, slug)
            text = read_text(path, project.root)
            yield from faults(text, language.locale, project.relative(path))


def _missing_pages(project: Project) -> list[Problem]:
    """Compare the pages of each language with those of the default one."""
    problems = []
    expected = project.pages(project.default)
    for language in project.languages:
        there = project.pages(language.locale)
        for slug in expected:
            if slug not in there:
                original = project.relative(project.page(project.default, slug))
                missing = project.relative(project.page(language.locale, slug))
                what = f"this page is missing in {language.name}"
                problems.append(Problem(missing, 1, what, f"write it after {original}"))
        for slug in there:
            if slug not in expected:
                extra = project.relative(project.page(language.locale, slug))
                original = project.relative(project.page(project.default, slug))
                problems.append(Problem(extra, 1, f"{original} is missing", "write it first"))
    return problems
