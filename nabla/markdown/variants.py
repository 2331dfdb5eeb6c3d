"""Programs that differ in a few places, on a page: one of them, with a switch at each place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown import Markdown
from markupsafe import Markup, escape

from nabla.markdown.code import highlight, split_highlighted
from nabla.markdown.figure import Figure
from nabla.source.inline import NOTE
from nabla.source.samples import Sample
from nabla.source.variants import Place, Variants
from nabla.templates import render

PARTS = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
SAME, CHOSEN, GONE = "same", "chosen", "gone"

Run = tuple[str, str]
"""A piece of a line, and whether it is the same in all programs, chosen, or left out here."""


@dataclass(frozen=True)
class Program:
    """One of the programs: what it printed, its drawings as HTML, and what is wrong with it."""

    sample: Sample
    stdout: str
    drawings: str
    problems: tuple[str, ...] = ()


def make_variants(
    md: Markdown,
    variants: Variants,
    programs: Sequence[Program],
    words: Mapping[str, Any],
    hidden: bool = False,
) -> Figure:
    """Return the first program with its switches and its result; `hidden` closes that.

    What the other programs print follows, folded, for those who have no scripts.
    """
    first = programs[0]
    result = render(
        "html/variants.html.j2",
        programs=[
            {
                "name": program.sample.name,
                "copied": _without_notes(program.sample.code),
                "stdout": program.stdout,
                "drawings": Markup(program.drawings),
                "choice": " ".join(map(str, variants.choices[number])),
                "lines": find_lines(variants, number),
            }
            for number, program in enumerate(programs)
        ],
        problems=[problem for program in programs for problem in program.problems],
        words=words,
        hidden=hidden,
    )
    hint = f'<p class="hint">{escape(words["variants"]["hint"])}</p>'
    code = md.htmlStash.store(_code(md, variants, first.sample.code) + hint)
    is_annotated = bool(NOTE.search(first.sample.code))
    figure = Figure(first.sample.name, code, md.htmlStash.store(result), is_annotated)
    figure.set("data-variants", " ".join(program.sample.name for program in programs))
    return figure


def find_lines(variants: Variants, number: int) -> list[list[Run]]:
    """Return the lines of one program that others have not, and those that it has not."""
    lines: list[list[Run]] = [[]]
    for run in _runs(variants, number):
        kind, text = run
        above, *below = text.split("\n")
        lines[-1].append((kind, above))
        lines += [[(kind, line)] for line in below]
    told = [line for line in lines if any(kind != SAME and text for kind, text in line)]
    return [_strip([(kind, NOTE.sub("", text)) for kind, text in line if text]) for line in told]


def _without_notes(code: str) -> str:
    """Return code as a reader wants to paste it."""
    return "\n".join(NOTE.sub("", line).rstrip() for line in code.split("\n"))


def _strip(line: list[Run]) -> list[Run]:
    (first, start), *rest = line
    whole = [(first, start.lstrip()), *rest]
    last, end = whole[-1]
    return [*whole[:-1], (last, end.rstrip())]


def _runs(variants: Variants, number: int) -> Iterator[Run]:
    """Yield the text of one program run by run, with what it lacks."""
    before = ""
    for piece in variants.pieces:
        if isinstance(piece, str):
            yield SAME, piece
            before += piece
            continue
        text = piece.texts[number]
        kind = CHOSEN if text.strip() else GONE
        lead, core, tail = _parts(text if text.strip() else _gone(piece, before))
        yield from ((SAME, lead), (kind, core), (SAME, tail))
        before += text


def _code(md: Markdown, variants: Variants, code: str) -> str:
    """Return the highlighted code of the first program, with its places marked."""
    texts = [one if isinstance(one, str) else one.texts[0] for one in variants.pieces]
    before, coloured, after = split_highlighted(highlight(md, code), list(map(len, texts)))
    marked = ""
    for at, (piece, html) in enumerate(zip(variants.pieces, coloured, strict=True)):
        is_text = isinstance(piece, str)
        marked += html if is_text else _place(variants, piece, "".join(texts[:at]))
    return f"{before}{marked}{after}"


def _place(variants: Variants, place: Place, before: str) -> str:
    """Return what the first program has at a place: a switch, or what follows one."""
    options = variants.options(place)
    lead, core, tail = _parts(place.texts[0])
    return render(
        "html/place.html.j2",
        switch=place.switch,
        options=options,
        is_switch=place.is_seen and len(set(options)) == len(options),
        gone=_gone(place, before) if "" in options else None,
        text=place.texts[0],
        parts=(lead, core, tail) if core else None,
    )


def _gone(place: Place, before: str) -> str:
    """Return what is shown, struck out, in the place of nothing; `before` stands in front of it.

    A whole line stays a line, and what follows it begins where it did.
    """
    lead, core, tail = _parts(next((text for text in place.texts if text.strip()), ""))
    indent = before.rpartition("\n")[2]
    end = ("\n" + indent if not indent.strip() else "\n") if "\n" in tail else ""
    return lead + core + end


def _parts(text: str) -> tuple[str, str, str]:
    """Return the blanks before a text, the text, and the blanks after it."""
    lead, core, tail = PARTS.fullmatch(text).groups()  # type: ignore[union-attr]
    return lead, core, tail
