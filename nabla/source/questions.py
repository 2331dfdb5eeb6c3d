"""Questions that a page asks its reader, and the mistakes that each of them knows.

`<!--nabla:ask lesson/name-->` stands above the paragraph that asks; the answer is what the
snippet prints. Below it, `<!--nabla:mistake lesson/other-->` stands above what the page says
to a reader who answers as a program does that makes a mistake.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from nabla.problem import Problem, ProblemError
from nabla.source.page import Directive, Page, Prose

ASK, MISTAKE = "ask", "mistake"
PLACE = {"line", "after", "item"}
OPTIONS = {ASK: PLACE | {"name", "choose", "within"}, MISTAKE: PLACE}
AS_PRINTED = {"yes": "True", "no": "False"}
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Part:
    """The part of a snippet's printed result that answers a question.

    `line` and `item` count from 1; 0 stands for all of them. What is wanted begins after the
    text `after`, and ends with its line or before two blanks. Of what is left, an item is a
    number, a word, or what stands within brackets.
    """

    snippet: str
    line: int = 0
    after: str = ""
    item: int = 0


@dataclass(frozen=True)
class Mistake:
    """What a program prints that makes a mistake, and what the page says of it, as Markdown.

    `line` is that of the directive, `end` the last line of the text.
    """

    part: Part
    text: str
    line: int
    end: int


@dataclass(frozen=True)
class Choice:
    """What a reader may choose; it is right where the printed result begins with `printed`."""

    value: str
    printed: str


@dataclass(frozen=True)
class Question:
    """What a page asks, as Markdown, and where the answer is printed.

    `name` is that of no other question of the page. `choices` are those that the reader has;
    without any, the answer is typed. A number may differ from the printed one by `within`.
    """

    name: str
    part: Part
    choices: tuple[Choice, ...]
    within: float
    text: str
    line: int
    mistakes: tuple[Mistake, ...] = ()

    @property
    def snippets(self) -> tuple[str, ...]:
        """The snippets that print the answer and the known mistakes."""
        return (self.part.snippet, *(mistake.part.snippet for mistake in self.mistakes))


@dataclass(frozen=True)
class Reading:
    """The questions of a page, and what is wrong with how they are written."""

    questions: tuple[Question, ...]
    problems: tuple[Problem, ...] = ()


@lru_cache(maxsize=1024)
def read_questions(page: Page, path: str) -> Reading:
    """Read every question of a page, in the order of their lines."""
    found: list[Question] = []
    problems: list[Problem] = []
    for directive in page.all(Directive):
        try:
            if directive.keyword == ASK:
                found.append(_read_ask(directive, page, path, found))
            elif directive.keyword == MISTAKE:
                mistake = _read_mistake(directive, page, path, found)
                found[-1] = replace(found[-1], mistakes=(*found[-1].mistakes, mistake))
        except ProblemError as error:
            problems += error.problems
    return Reading(tuple(found), tuple(problems))


def _read_ask(directive: Directive, page: Page, path: str, before: Sequence[Question]) -> Question:
    snippet, options = _read_options(directive, path)
    name = options.get("name", snippet.split("/")[-1])
    choices = tuple(map(_read_choice, options["choose"].split(","))) if "choose" in options else ()
    within = options.get("within", "0")
    if not NAME.fullmatch(name):
        remedy = "write `name=` in small letters, digits and hyphens"
        raise ProblemError(_not_understood(directive, path, remedy))
    if choices and len({one.value for one in choices if one.value}) < max(2, len(choices)):
        remedy = "write `choose=` with two choices or more, as in `choose=yes,no`"
        raise ProblemError(_not_understood(directive, path, remedy))
    if not NUMBER.fullmatch(within):
        remedy = "write `within=` with a number, as in `within=0.01`"
        raise ProblemError(_not_understood(directive, path, remedy))
    for other in before:
        if other.name == name:
            what = f"the question of line {other.line} is called `{name}`, too"
            remedy = "add `name=` with another name"
            raise ProblemError(Problem(path, directive.line, what, remedy))
    text, _ = _paragraph_below(directive, page, path, "ask in a paragraph right below it")
    part = _read_part(directive, path, snippet, options)
    return Question(name, part, choices, float(within), text, directive.line)


def _read_choice(text: str) -> Choice:
    """Read a choice such as ``yes``, ``RuntimeError`` or ``no:RuntimeError``."""
    value, _, printed = text.partition(":")
    return Choice(value, printed or AS_PRINTED.get(value, value))


def _read_mistake(
    directive: Directive, page: Page, path: str, before: Sequence[Question]
) -> Mistake:
    """Read a mistake of the last question: where not told otherwise, it is printed at its place."""
    if not before:
        what = "`nabla:mistake` stands below no question"
        raise ProblemError(Problem(path, directive.line, what, "put it below a `nabla:ask`"))
    snippet, options = _read_options(directive, path)
    asked = before[-1].part
    inherited = {"line": str(asked.line), "after": asked.after, "item": str(asked.item)}
    part = _read_part(directive, path, snippet, {**inherited, **options})
    remedy = "say in a paragraph right below it what went wrong"
    text, end = _paragraph_below(directive, page, path, remedy)
    return Mistake(part, text, directive.line, end)


def _read_options(directive: Directive, path: str) -> tuple[str, Mapping[str, str]]:
    """Return the snippet that a directive names, and its options."""
    allowed = OPTIONS[directive.keyword]
    try:
        words = shlex.split(directive.rest)
    except ValueError as error:
        raise ProblemError(_not_understood(directive, path, f"mend the quotes: {error}")) from None
    if not words or "=" in words[0]:
        what = f"`nabla:{directive.keyword}` names no snippet"
        raise ProblemError(Problem(path, directive.line, what, "name one first"))
    pairs = [word.partition("=") for word in words[1:]]
    options = {key: value for key, _, value in pairs}
    if len(options) < len(pairs) or not options.keys() <= allowed:
        known = ", ".join(f"`{key}=`" for key in sorted(allowed))
        remedy = f"after the snippet, write each of {known} once or not at all"
        raise ProblemError(_not_understood(directive, path, remedy))
    return words[0], options


def _read_part(directive: Directive, path: str, snippet: str, options: Mapping[str, str]) -> Part:
    numbers = [options.get(key, "0") for key in ("line", "item")]
    if not all(number.isdecimal() for number in numbers):
        remedy = "write `line=` and `item=` with a whole number"
        raise ProblemError(_not_understood(directive, path, remedy))
    line, item = map(int, numbers)
    return Part(snippet, line, options.get("after", ""), item)


def _paragraph_below(directive: Directive, page: Page, path: str, remedy: str) -> tuple[str, int]:
    """Return the paragraph below a directive, and its last line."""
    below = [item for item in page.items if item.line > directive.line]
    text: list[str] = []
    end = directive.line
    for item in below:
        gap = item.line - end > 1
        if not isinstance(item, Prose) or item.indent < directive.indent or (text and gap):
            break
        text.append(item.text.strip())
        end = item.line
    if not text:
        what = f"there is nothing to read below `nabla:{directive.keyword}`"
        raise ProblemError(Problem(path, directive.line, what, remedy))
    return "\n".join(text), end


def _not_understood(directive: Directive, path: str, remedy: str) -> Problem:
    what = f"`nabla:{directive.keyword}` does not understand `{directive.rest}`"
    return Problem(path, directive.line, what, remedy)
