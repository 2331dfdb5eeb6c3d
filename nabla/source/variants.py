"""Programs that differ in a few places: the text that they share, and what each has there.

Lines are compared first, then the words within lines that differ. Places that always
change together hang on one switch; the programs are all combinations of the switches.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import product
from math import prod
from token import EXACT_TOKEN_TYPES

SIGNS = "|".join(map(re.escape, sorted(EXACT_TOKEN_TYPES, key=len, reverse=True)))
WORD = re.compile(
    rf"""[a-zA-Z]*(?:"[^"\n]*"|'[^'\n]*')|\d[\w.]*(?:(?<=e)-\d+)?|\w+|\#.*|\n|[ \t]+|{SIGNS}|."""
)
MOST_SWITCHES = 3
MOST_PLACES = 6
LEAST_SHARED = 0.4
"""What part of the longest program, blanks left out, is at least to stand in all of them."""


class UnlikeError(Exception):
    """Programs of which no one program with switches can be made: what is wrong, what to do."""

    def __init__(self, what: str, remedy: str):
        super().__init__(f"{what}; {remedy}")
        self.what, self.remedy = what, remedy


@dataclass(frozen=True)
class Place:
    """A place where programs differ: what each of them has there, and the switch it hangs on."""

    texts: tuple[str, ...]
    switch: int = 0

    @property
    def is_seen(self) -> bool:
        """Whether any program has more than blanks there."""
        return any(text.strip() for text in self.texts)

    @property
    def partition(self) -> tuple[int, ...]:
        """The number of each program's text among the different ones, in order."""
        different = list(dict.fromkeys(self.texts))
        return tuple(different.index(text) for text in self.texts)


Piece = str | Place


@dataclass(frozen=True)
class Variants:
    """Programs as one text with places in it; `choices` has each program's option by switch."""

    pieces: tuple[Piece, ...]
    choices: tuple[tuple[int, ...], ...]

    def options(self, place: Place) -> list[str]:
        """Return the text of a place for each option of its switch."""
        chosen = [choice[place.switch] for choice in self.choices]
        return [place.texts[chosen.index(option)] for option in range(max(chosen) + 1)]


def compare_programs(codes: Sequence[str]) -> Variants:
    """Return the programs as one with switches, the first of them as it stands.

    Raises UnlikeError where two are the same, where they differ in too much, or where a
    combination of switches is missing.
    """
    if len(codes) < 2:
        raise UnlikeError("one program is no choice", "name two snippets or more")
    if len(set(codes)) < len(codes):
        raise UnlikeError("two of the programs are the same", "name each once")
    pieces = _join(_compare_lines([code.splitlines(keepends=True) for code in codes]))
    pieces = _hang_on_switches(pieces)
    seen = [piece for piece in pieces if isinstance(piece, Place) and piece.is_seen]
    shared = sum(_weigh(piece) for piece in pieces if isinstance(piece, str))
    if len(seen) > MOST_PLACES or shared < LEAST_SHARED * max(map(_weigh, codes)):
        what = "the programs differ in too many places"
        raise UnlikeError(what, "let them share all but a few words, or embed them one by one")
    for place in seen:
        for text in place.texts:
            if "\n" in text.strip():
                what = f"a place has several lines, which begin with `{_first_line(text)}`"
                raise UnlikeError(what, "let the programs differ within lines, or by whole lines")
    return Variants(pieces, _combine(pieces))


def _compare_lines(programs: Sequence[list[str]]) -> Iterator[Piece]:
    """Yield the lines that all programs share, and what they have between these."""
    for block in _align(programs):
        if isinstance(block, str):
            yield block
            continue
        heights = {len(lines) for lines in block} - {0}
        if len(heights) == 1:
            for row in range(heights.pop()):
                yield from _compare_words([lines[row] if lines else "" for lines in block])
        else:
            yield from _compare_words(["".join(lines) for lines in block])


def _compare_words(texts: Sequence[str]) -> Iterator[Piece]:
    """Yield the words that all texts share, and what they have between these.

    Neighbours on one line that do not change freely of each other are one place.
    """
    found: list[Piece] = []
    for block in _align([WORD.findall(text) for text in texts]):
        piece = block if isinstance(block, str) else Place(tuple(map("".join, block)))
        found.append(piece)
        while (merged := _merge_last(found)) is not None:
            found = merged
    yield from found


def _merge_last(pieces: list[Piece]) -> list[Piece] | None:
    """Return the pieces with their last two places made one, if these belong together."""
    places = [at for at, piece in enumerate(pieces) if isinstance(piece, Place)]
    if len(places) < 2:
        return None
    first, last = pieces[places[-2]], pieces[places[-1]]
    between = "".join(map(str, pieces[places[-2] + 1 : places[-1]]))
    assert isinstance(first, Place)
    assert isinstance(last, Place)
    texts = zip(first.texts, last.texts, strict=True)
    pairs, sizes = set(texts), (len(set(first.texts)), len(set(last.texts)))
    is_bound = len(pairs) == max(sizes)
    is_free = len(pairs) == prod(sizes) or "\n" in "".join((*first.texts, *last.texts))
    if "\n" in between or (is_free and not is_bound):
        return None
    whole = (a + between + b for a, b in zip(first.texts, last.texts, strict=True))
    return [*pieces[: places[-2]], Place(tuple(whole)), *pieces[places[-1] + 1 :]]


def _align(sequences: Sequence[list[str]]) -> Iterator[str | list[list[str]]]:
    """Yield the items that all sequences share, and the slices of each between these."""
    first, *others = sequences
    maps = [_match(first, other) for other in others]
    kept = [index for index in range(len(first)) if all(index in one for one in maps)]
    starts = [0] * len(sequences)
    for index in [*kept, None]:
        ends = [len(one) for one in sequences] if index is None else [index, *_find(maps, index)]
        slices = [one[i:j] for one, i, j in zip(sequences, starts, ends, strict=True)]
        if any(slices):
            yield slices
        if index is not None:
            yield first[index]
        starts = [end + 1 for end in ends]


def _match(first: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Return where items of the first sequence stand in the other."""
    blocks = SequenceMatcher(None, first, other, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


def _find(maps: Sequence[dict[int, int]], index: int) -> list[int]:
    return [one[index] for one in maps]


def _join(pieces: Iterator[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring texts joined."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _hang_on_switches(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Number the switches by their first place; a place hangs on one that tells as much or more."""
    places = [piece for piece in pieces if isinstance(piece, Place)]
    leading: list[tuple[int, ...]] = []
    for place in sorted(places, key=lambda place: -max(place.partition)):
        if _find_leader(place, leading) is None:
            leading.append(place.partition)
    leaders = [_find_leader(place, leading) for place in places]
    order = list(dict.fromkeys(leaders))
    numbers = iter(order.index(leader) for leader in leaders)
    return tuple(
        replace(one, switch=next(numbers)) if isinstance(one, Place) else one for one in pieces
    )


def _find_leader(place: Place, leading: Sequence[tuple[int, ...]]) -> int | None:
    """Return the first switch whose options determine what stands at a place."""
    own = place.partition
    return next(
        (
            number
            for number, other in enumerate(leading)
            if len(set(zip(other, own, strict=True))) == len(set(other))
        ),
        None,
    )


def _combine(pieces: Sequence[Piece]) -> tuple[tuple[int, ...], ...]:
    """Return each program's option by switch. Raises UnlikeError where a combination is missing."""
    leaders: dict[int, Place] = {}
    for place in (piece for piece in pieces if isinstance(piece, Place)):
        known = leaders.get(place.switch)
        if known is None or max(place.partition) > max(known.partition):
            leaders[place.switch] = place
    places = [leaders[switch] for switch in sorted(leaders)]
    if len(places) > MOST_SWITCHES:
        what = f"the programs differ in {len(places)} ways at once"
        raise UnlikeError(what, f"let them have {MOST_SWITCHES} switches at most")
    choices = tuple(zip(*(place.partition for place in places), strict=True))
    sizes = [max(place.partition) + 1 for place in places]
    for wanted in product(*map(range, sizes)):
        if wanted not in choices:
            texts = [
                place.texts[place.partition.index(o)]
                for place, o in zip(places, wanted, strict=True)
            ]
            shown = " and ".join(f"`{_first_line(text)}`" for text in texts)
            what = f"{len(choices)} of {prod(sizes)} combinations are there: none has {shown}"
            raise UnlikeError(what, "write and name that snippet too, or take one out")
    return choices


def _weigh(text: str) -> int:
    return len("".join(text.split()))


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0]
