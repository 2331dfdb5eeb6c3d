"""Everything that is wrong with a project and can be said before any code runs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

from nabla.checks.formulas import check_formulas
from nabla.checks.freshness import State, find_state, list_translations
from nabla.checks.parity import compare_pages
from nabla.checks.questions import Asked, check_questions, find_asked
from nabla.checks.results import request_of
from nabla.checks.terms import check_terms
from nabla.checks.typography import check_typography
from nabla.checks.unread import find_unread
from nabla.checks.variants import VARIANTS, read_variants
from nabla.explorers.directive import Drawing, read_drawing
from nabla.problem import Problem, ProblemError
from nabla.run.outcome import Request
from nabla.source.glossary import check_surfaces, load_exemptions, load_glossary
from nabla.source.lessons import check_lessons
from nabla.source.page import Directive, Include, Page, read_page
from nabla.source.project import Project, no_such_snippet
from nabla.source.samples import Reading, Sample, read_samples
from nabla.source.text import walk
from nabla.source.words import load_words

OTHER_PAGES = {".markdown", ".mdown", ".mkdn", ".mkd"}


@dataclass(frozen=True)
class Survey:
    """All samples and questions of a project, and what is wrong with its files.

    `drawings` has each drawing that is asked for, with the sample that it looks at.
    `unreadable` are problems that leave no build to go on with.
    """

    samples: tuple[Sample, ...]
    drawings: tuple[tuple[Drawing, Sample], ...]
    questions: tuple[Asked, ...]
    problems: tuple[Problem, ...]
    unreadable: tuple[Problem, ...] = ()

    def requests(self) -> list[Request]:
        """Return every distinct run that the project asks for, labs first: they take longest."""
        samples = sorted(self.samples, key=lambda sample: not sample.is_lab)
        plain = [request_of(sample) for sample in samples]
        drawn = [request_of(sample, drawing.probe) for drawing, sample in self.drawings]
        return list(dict.fromkeys((*plain, *drawn)))


def survey(project: Project) -> Survey:
    """Read every snippet, every page and the README, and find all that is wrong with them."""
    samples: list[Sample] = []
    problems: list[Problem] = []
    unreadable: list[Problem] = []
    asked: list[Drawing | Problem | None] = []
    embedded: set[str] = set()
    questions: list[Asked] = []
    unreadable += _find_bad_data(project)
    names = project.snippet_names()
    for name in names:
        try:
            reading = project.read_snippet(name)
        except ProblemError as error:
            unreadable += error.problems
            continue
        samples += reading.samples
        problems += reading.problems
        if snippet := project.snippet(name):
            asked += [read_drawing(d, snippet.sample.path, name) for d in snippet.directives]
    for language in project.languages:
        for slug in project.slugs(language.locale):
            path = project.relative(project.page_path(language.locale, slug))
            try:
                page = project.page(language.locale, slug)
            except ProblemError as error:
                unreadable += error.problems
                continue
            own = project.samples(language.locale, slug)
            samples += own.samples
            problems += [*own.problems, *_check_includes(page, path, names)]
            problems += [*find_unread(page, path), *check_formulas(page, path)]
            problems += check_questions(page, path, names)
            questions += find_asked(project, language.locale, slug)
            asked += [read_drawing(directive, path) for directive in page.all(Directive)]
            embedded |= {include.name for include in page.all(Include)}
            for directive in page.all(Directive):
                if directive.keyword == VARIANTS:
                    embedded |= set(directive.rest.split())
                    problems += _check_variants(project, directive, path)
    embedded |= {name for one in questions for name in one.question.snippets}
    try:
        readme = _read_readme(project)
    except ProblemError as error:
        readme = Reading((), ())
        unreadable += error.problems
    samples += readme.samples
    problems += [one for one in asked if isinstance(one, Problem)]
    drawings = [one for one in asked if isinstance(one, Drawing)]
    by_name = {sample.name: sample for sample in samples}
    problems += [
        no_such_snippet(one.snippet, one.path, one.line)
        for one in drawings
        if one.snippet not in by_name
    ]
    problems += [*readme.problems, *_find_unused(names, embedded), *_find_missing_pages(project)]
    if not unreadable:
        problems += _check_languages(project)
    drawn = ((one, by_name[one.snippet]) for one in drawings if one.snippet in by_name)
    return Survey(
        tuple(samples), tuple(drawn), tuple(questions), tuple(problems), tuple(unreadable)
    )


def _find_bad_data(project: Project) -> list[Problem]:
    """Name what of mkdocs.yml, of the words and of the glossary leaves no page to render."""
    reads = [partial(load_words, project, locale) for locale in project.locales]
    found = project.check_config()
    for read in (*reads, partial(load_glossary, project), partial(load_exemptions, project)):
        try:
            read()
        except ProblemError as error:
            found += error.problems
    found += _find_odd_pages(project)
    return list(dict.fromkeys(found))


def _find_odd_pages(project: Project) -> Iterator[Problem]:
    """Name the files that MkDocs takes for pages and no check reads."""
    docs = project.root / "docs"
    for file in walk(docs, project.root):
        path = project.relative(file)
        if file.suffix in OTHER_PAGES:
            what = "MkDocs takes this for a page, and no check reads it"
            yield Problem(path, 1, what, "end its name with .md")
        elif file.suffix == ".md" and file.relative_to(docs).parts[0] not in project.locales:
            what = "this page stands in the folder of no language"
            yield Problem(path, 1, what, f"put it below docs/{project.default}/, say")


def _check_includes(page: Page, path: str, names: Collection[str]) -> Iterator[Problem]:
    for include in page.all(Include):
        if not include.file.endswith(".md"):
            what = f'"{include.file}" names no snippet'
            yield Problem(path, include.line, what, "end it with .md")
        elif include.name not in names:
            yield no_such_snippet(include.name, path, include.line)


def _check_variants(project: Project, directive: Directive, path: str) -> tuple[Problem, ...]:
    try:
        read_variants(project, directive, path)
    except ProblemError as error:
        return error.problems
    return ()


def _read_readme(project: Project) -> Reading:
    path = project.root / "README.md"
    text = project.read(path) if path.is_file() else ""
    return read_samples(read_page(text), "README.md")


def _find_unused(names: Collection[str], embedded: Collection[str]) -> Iterator[Problem]:
    for name in names:
        if name not in embedded:
            what = "no page embeds this snippet"
            yield Problem(f"snippets/{name}.md", 1, what, "embed it, or remove it")


def _check_languages(project: Project) -> Iterator[Problem]:
    """Check each page by the rules of its language, and against the page it was made from."""
    pages = list_translations(project)
    current = [pair for pair in pages if find_state(project, *pair) is State.CURRENT]
    for locale, slug in current:
        originals = project.page(project.default, slug), project.page_path(project.default, slug)
        page, path = project.page(locale, slug), project.page_path(locale, slug)
        yield from compare_pages(
            originals[0].text, project.relative(originals[1]), page.text, project.relative(path)
        )
    yield from check_surfaces(project)
    yield from check_terms(project, current)
    for language in project.languages:
        for slug in project.slugs(language.locale):
            path = project.relative(project.page_path(language.locale, slug))
            text = project.page(language.locale, slug).text
            yield from check_typography(text, language.locale, path)
    yield from check_lessons(project)


def _find_missing_pages(project: Project) -> Iterator[Problem]:
    """Compare the pages of each language with those of the default one."""
    expected = project.slugs(project.default)
    for language in project.languages:
        there = project.slugs(language.locale)
        for slug in sorted({*expected, *there}):
            original = project.relative(project.page_path(project.default, slug))
            page = project.relative(project.page_path(language.locale, slug))
            if slug not in there:
                what = f"this page is missing in {language.name}"
                yield Problem(page, 1, what, f"write it after {original}")
            elif slug not in expected:
                yield Problem(page, 1, f"{original} is missing", "write it first")
