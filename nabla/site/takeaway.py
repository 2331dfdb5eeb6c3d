"""What a reader can take away of a lesson or a lab: a notebook, and a plain Python file.

Both stand beside the page, in its language, with the very results that it shows.
"""

import json
import posixpath
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from nabla.run.lab import Session, Shown
from nabla.site.labs.sessions import Awaited

if TYPE_CHECKING:
    from nbformat import NotebookNode

COLAB = "https://colab.research.google.com/github"
PUBLISHED = "published"


def names(page: Page, home: str, config: MkDocsConfig) -> Mapping[str, str]:
    """Return the links to what can be taken away, relative to the page.

    `home` is the root of the page's language within the site, such as ``fr/``.

    `colab` is there where the variable PUBLISHED names the repository (owner/name) whose
    branch, named in mkdocs.yml, holds the built site.
    """
    name = _name(page)
    links = {"notebook": f"{name}.ipynb", "script": f"{name}.py"}
    published = config.extra.get(PUBLISHED) or {}
    if published.get("repository"):
        where = f"{published['repository']}/blob/{published['branch']}"
        links["colab"] = f"{COLAB}/{where}/{home}{_slug(page)}/{name}.ipynb"
    return links


def notebook_of(
    page: Page,
    home: str,
    snippet: Callable[[str], tuple[str, Shown]],
    session: Session | Awaited | None,
    config: MkDocsConfig,
) -> Callable[[], "NotebookNode"]:
    """Return a function that makes a notebook of a page, once what it shows has run.

    `snippet` gives the code and the output of one by name.
    """
    root = urljoin(config.site_url, home)
    words = config.extra["words"]["notebook"]
    slug = _slug(page)
    address = f"{root}{slug}/"

    def resolve(target: str) -> str:
        if urlsplit(target).scheme:
            return target
        path, _, fragment = target.partition("#")
        if not path:
            return f"{address}#{fragment}"
        there = posixpath.normpath(posixpath.join(posixpath.dirname(slug), path))
        there = there.removesuffix(".md").removesuffix("index")
        return root + there + ("/" if there else "") + (f"#{fragment}" if fragment else "")

    def make() -> "NotebookNode":
        from nabla.markdown.notebook import Source, notebook

        cells = session.cells if session else ()
        return notebook(page.markdown, Source(snippet, cells, address, resolve), words)

    return make


class Takeaways:
    """Writes what can be taken away, and remembers it until what it is made of changes.

    One instance serves all builds of `mkdocs serve`.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, str, str]] = {}

    def write(self, make: Callable[[], "NotebookNode"], page: Page, cause: object) -> None:
        """Write the notebook that `make` returns, and its Python file, beside the page.

        Equal causes have equal notebooks; None has none.
        """
        known, text, code = self._known.get(page.url, (None, "", ""))
        if cause is None or known != cause:
            from nabla.markdown.notebook import script

            made = make()
            text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
            code = script(made)
            self._known[page.url] = cause, text, code
        folder = Path(page.file.abs_dest_path).parent
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{_name(page)}.ipynb").write_text(text, encoding="utf-8", newline="\n")
        (folder / f"{_name(page)}.py").write_text(code, encoding="utf-8", newline="\n")


def _slug(page: Page) -> str:
    return PurePosixPath(page.file.norm_src_uri).with_suffix("").as_posix()


def _name(page: Page) -> str:
    return PurePosixPath(_slug(page)).name
