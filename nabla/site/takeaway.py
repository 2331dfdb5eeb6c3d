"""What a reader can take away of a lesson or a lab: a notebook, and a plain Python file.

Both stand beside the page, in its language, with the very results that it shows.
"""

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

from nbformat import NotebookNode

from nabla.checks.results import request_of
from nabla.run.outcome import CellOutput
from nabla.run.results import Results
from nabla.site.notebook import Source, make_notebook, make_script
from nabla.source.front_matter import read_front_matter
from nabla.source.page import Page
from nabla.source.project import Project, get_sample

SOLVED = "-solutions"
"""Ends the name of the notebook that has the solutions."""
COLAB = "https://colab.research.google.com/github"


@dataclass(frozen=True)
class Place:
    """Where a page of one language stands: its folder on disk, its language's root on the web."""

    locale: str
    slug: str
    folder: Path
    root: str


def find_links(
    page: Page, slug: str, home: str, published: Mapping[str, Any] | None
) -> Mapping[str, str]:
    """Return the links to what can be taken away of a page, relative to it.

    `home` is the root of the page's language within the site, such as ``fr/``. `solutions`
    is there where the page has some that its notebook leaves out, `colab` where
    `published` names the repository (owner/name) whose branch holds the site.
    """
    name = PurePosixPath(slug).name
    links = {"notebook": f"{name}.ipynb"}
    if page.solutions:
        links["solutions"] = f"{name}{SOLVED}.ipynb"
    links["script"] = f"{name}.py"
    if published and published.get("repository"):
        where = f"{published['repository']}/blob/{published['branch']}"
        links["colab"] = f"{COLAB}/{where}/{home}{slug}/{name}.ipynb"
    return links


def write_takeaway(
    place: Place, project: Project, results: Results, words: Mapping[str, str]
) -> None:
    """Write the notebook and the Python file of a page beside it.

    Where the page has solutions that it marks, the notebook leaves them out, and a second
    one has them, as the Python file has.
    """
    page = project.page(place.locale, place.slug)
    address = f"{place.root}{place.slug}/"

    def resolve(target: str) -> str:
        if urlsplit(target).scheme:
            return target
        path, _, fragment = target.partition("#")
        if not path:
            return f"{address}#{fragment}"
        there = posixpath.normpath(posixpath.join(posixpath.dirname(place.slug), path))
        there = there.removesuffix(".md").removesuffix("index")
        anchor = f"#{fragment}" if fragment else ""
        return urljoin(place.root, there) + ("/" if there else "") + anchor

    def snippet(name: str) -> tuple[str, CellOutput]:
        sample = get_sample(project.read_snippet(name))
        return sample.code, CellOutput(results.of(request_of(sample)).stdout)

    own = project.samples(place.locale, place.slug).samples
    cells = [cell for sample in own for cell in results.of(request_of(sample)).cells]
    source = Source(snippet, cells, address, resolve)
    front, name = read_front_matter(page.text).lines, PurePosixPath(place.slug).name
    solved = make_notebook(page, front, source, words)
    files = {f"{name}.ipynb": _as_json(solved), f"{name}.py": make_script(solved)}
    if page.solutions:
        files[f"{name}{SOLVED}.ipynb"] = files[f"{name}.ipynb"]
        files[f"{name}.ipynb"] = _as_json(make_notebook(page, front, source, words, solved=False))
    place.folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (place.folder / file).write_text(content, encoding="utf-8", newline="\n")


def _as_json(notebook: NotebookNode) -> str:
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
