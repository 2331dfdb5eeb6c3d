"""A map of what the site asks: each question with its answer and its known mistakes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nabla.checks.questions import Asked, find_asked, find_key
from nabla.problem import ProblemError
from nabla.run.results import Results
from nabla.source.lessons import lesson_slugs
from nabla.source.project import Project

Entry = Mapping[str, Any]


def find_overview(project: Project, results: Results) -> list[Entry]:
    """Return an entry for each lesson, and for each other page that asks something.

    Raises ProblemError where a question has no answer.
    """
    asked: dict[str, list[Asked]] = {slug: [] for slug in lesson_slugs(project)}
    for locale in project.locales:
        for slug in project.slugs(locale):
            for one in find_asked(project, locale, slug):
                asked.setdefault(slug, []).append(one)
    return [
        {"page": slug, "questions": list(_questions(questions, project, results))}
        for slug, questions in asked.items()
    ]


def write_overview(pages: Sequence[Entry]) -> str:
    """Return the map as lines of text."""
    lines: list[str] = []
    for page in pages:
        questions = page["questions"]
        mistakes = [one for question in questions for one in question["mistakes"]]
        counts = f"{_count(questions, 'question')}, {_count(mistakes, 'known mistake')}"
        lines.append(f"{page['page']}: {counts}")
        for question in questions:
            lines.append(f"  {question['name']}: {_describe(question)}")
            lines += [f"    {one['snippet']}: {_describe(one)}" for one in question["mistakes"]]
    return "\n".join(lines)


def _count(found: Sequence[Entry], what: str) -> str:
    return f"{len(found)} {what}{'s' * (len(found) != 1)}"


def _describe(entry: Entry) -> str:
    return f"{entry['answer']}  ({', '.join(entry['texts'])})"


def _questions(asked: Sequence[Asked], project: Project, results: Results) -> Iterator[Entry]:
    """Yield each question once, with what is said in each language."""
    for name in dict.fromkeys(one.question.name for one in asked):
        same = {one.locale: one for one in asked if one.question.name == name}
        first = next(iter(same.values()))
        key, problems = find_key(first, project, results)
        if key is None or problems:
            raise ProblemError(*problems)
        yield {
            "id": first.id,
            "name": name,
            "snippet": first.question.part.snippet,
            "answer": str(key.right),
            "choices": [choice.value for choice in first.question.choices],
            "within": key.right.within,
            "texts": {locale: one.question.text for locale, one in same.items()},
            "mistakes": [
                {"snippet": snippet, "answer": str(answer), "texts": _said_of(snippet, same)}
                for snippet, answer in key.mistakes
            ],
        }


def _said_of(snippet: str, asked: Mapping[str, Asked]) -> Mapping[str, str]:
    """Return what each language says of a mistake."""
    return {
        locale: mistake.text
        for locale, one in asked.items()
        for mistake in one.question.mistakes
        if mistake.part.snippet == snippet
    }
