"""What can be wrong with a question: how it is asked, and what is taken for right and wrong."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from nabla.checks.answers import Answer, find_answer
from nabla.checks.results import request_of
from nabla.problem import Problem
from nabla.run.results import Results
from nabla.source.hidden import is_hidden
from nabla.source.page import Include, Page
from nabla.source.project import Project
from nabla.source.questions import Part, Question, read_questions


@dataclass(frozen=True)
class Asked:
    """A question, and the page that asks it."""

    locale: str
    slug: str
    path: str
    question: Question

    @property
    def id(self) -> str:
        """What the question is called on the whole site, such as ``learn/slope#anywhere``."""
        return f"{self.slug}#{self.question.name}"


@dataclass(frozen=True)
class Key:
    """What is right, and what each known mistake answers, by the snippet that prints it."""

    right: Answer
    mistakes: tuple[tuple[str, Answer], ...] = ()


def find_asked(project: Project, locale: str, slug: str) -> list[Asked]:
    """Return the questions of a page."""
    path = project.relative(project.page_path(locale, slug))
    questions = read_questions(project.page(locale, slug), path).questions
    return [Asked(locale, slug, path, question) for question in questions]


def check_questions(page: Page, path: str, names: Collection[str]) -> Iterator[Problem]:
    """Say what is wrong with the questions of a page before any code runs."""
    reading = read_questions(page, path)
    yield from reading.problems
    shown = {include.name: include.line for include in page.all(Include)}
    hidden = {include.name for include in page.all(Include) if is_hidden(include, page)}
    for question in reading.questions:
        lines = (question.line, *(mistake.line for mistake in question.mistakes))
        for name, line in zip(question.snippets, lines, strict=True):
            if name not in names:
                what = f'"{name}.md" names no snippet'
                yield Problem(path, line, what, f"write snippets/{name}.md, or mend the name")
        name = question.part.snippet
        if name in names and name not in shown:
            what = f"the page asks for the result of {name}, and does not embed it"
            yield Problem(path, question.line, what, "embed it below the question, hidden")
        elif name in shown and name not in hidden:
            what = f"the page asks for the result of {name}, and shows it on line {shown[name]}"
            remedy = "put <!--nabla:predict--> above that line, or fold it with `???`"
            yield Problem(path, question.line, what, remedy)


def find_key(asked: Asked, project: Project, results: Results) -> tuple[Key | None, list[Problem]]:
    """Return what a question takes for right and wrong, and what is wrong with that.

    There is no key where a program failed, which is a problem of that program.
    """
    question, problems = asked.question, []
    answers: list[Answer | None] = []
    for part, line in (
        (question.part, question.line),
        *((mistake.part, mistake.line) for mistake in question.mistakes),
    ):
        try:
            answers.append(_answer(part, question, project, results))
        except ValueError as error:
            what = f"the result of {part.snippet} is no answer: {error}"
            remedy = "ask for a part with `line=`, `item=`, `after=`, or offer some with `choose=`"
            problems.append(Problem(asked.path, line, what, remedy))
            answers.append(None)
    right, *wrong = answers
    if right is None or None in answers:
        return None, problems
    known: list[tuple[str, Answer]] = []
    for mistake, answer in zip(question.mistakes, wrong, strict=True):
        assert answer
        name = mistake.part.snippet
        same = [other for other, told in known if told.meets(answer)]
        if right.meets(answer):
            what = f"{name} prints the right answer, {right}"
            problems.append(Problem(asked.path, mistake.line, what, "name a program that does not"))
        elif same:
            what = f"{name} prints the same as {same[0]}, {answer}"
            remedy = "keep one of them, or ask so that they differ"
            problems.append(Problem(asked.path, mistake.line, what, remedy))
        known.append((name, answer))
    return Key(right, tuple(known)), problems


def _answer(part: Part, question: Question, project: Project, results: Results) -> Answer | None:
    """Return what a snippet answers; None where it is not there, or does not run."""
    snippet = project.snippet(part.snippet)
    run = results.of(request_of(snippet.sample)) if snippet else None
    return None if run is None or run.failure else find_answer(part, question, run.stdout)
