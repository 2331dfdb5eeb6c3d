"""The last phase of a build: write what only the whole site can tell."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nabla.problem import Problem
from nabla.site.maths_font import subset_font
from nabla.site.prepare import Prepared
from nabla.site.search import Entry, write_index
from nabla.site.takeaway import Place, write_takeaway

MATHS_FONT = "assets/fonts/math.woff2"


@dataclass
class Rendered:
    """What rendering all languages gave for the whole site.

    `characters` are those of formulas; `entries` are those of the search, by locale,
    with the root of the language in the site.
    """

    characters: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)
    entries: dict[str, tuple[str, Sequence[Entry]]] = field(default_factory=dict)


def check_site(site: Path) -> list[Problem]:
    """Say why no site can be written into a folder, if it cannot."""
    there = next(one for one in (site, *site.parents) if one.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return []
    what = "this cannot be written" if there.is_dir() else "this is no folder"
    return [Problem(there.as_posix(), 1, what, "name another folder by --site-dir")]


def finish(
    site: Path,
    prepared: Prepared,
    rendered: Rendered,
    words: Mapping[str, Mapping[str, Any]],
    search: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write the font of formulas, the notebooks, and the search index of each language.

    `search` has, by locale, how its index is to be searched.
    """
    font = site / MATHS_FONT
    font.parent.mkdir(parents=True, exist_ok=True)
    font.write_bytes(subset_font(frozenset(rendered.characters)))
    for place in rendered.places:
        own = words[place.locale]
        spoken = {**own["notebook"], "solution": own["solution"]}
        write_takeaway(place, prepared.project, prepared.results, spoken)
    for locale, (home, entries) in rendered.entries.items():
        write_index(site, home, entries, search[locale])
