"""What this project relies on in other libraries beyond what they document.

A test here that fails says in a sentence what moved, and which file of ours to mend. The
builds are small, of projects that have the library alone: nothing of ours is in the way.
"""

import json
import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from bs4 import BeautifulSoup
from markdown import Markdown
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.pages import Page
from nbconvert.preprocessors import Preprocessor

from nabla.markdown.code import highlight
from nabla.site.search import BETWEEN_WORDS
from nabla.templates import FOLDER

from .conftest import LOCALES, ROOT, SmallProject

FIRST, LAST = 100, -200
"""The priorities of our own plugin: before all others, and after them."""
MISSING = object()
THEME = {"name": "material", "palette": {"scheme": "default"}}
LANGUAGES = [
    {"locale": "en", "name": "English", "default": True},
    {"locale": "fr", "name": "Français"},
]
NOTEBOOK = """---
title: Given
jupyter:
  kernelspec: {display_name: Python 3, language: python, name: python3}
---

# A heading

Words.

```python
print(1)
```

More words.

```python
raise SystemExit("a cell ran")
```
"""


@dataclass(frozen=True)
class Library:
    """A library, and the file of ours that knows it."""

    name: str
    ours: str

    def expect(self, holds: object, what: str) -> None:
        """Fail with a sentence unless something that we rely on holds."""
        if not holds:
            installed = f"{self.name} {version(self.name)}"
            pytest.fail(f"{installed} has moved: {what}. Mend {self.ours}.", pytrace=False)

    def get(self, owner: object, name: str, what: str) -> Any:
        """Return an attribute that we rely on."""
        value = getattr(owner, name, MISSING)
        self.expect(value is not MISSING, f"`{name}` of {what} is gone")
        return value


I18N = Library("mkdocs-static-i18n", "nabla/site/languages.py")
JUPYTER = Library("mkdocs-jupyter", "nabla/site/labs.py and nabla/html/")
NBCONVERT = Library("nbconvert", "nabla/site/labs.py and nabla/html/conf.json")
SEARCH = Library("mkdocs-material", "nabla/site/search.py")
TEMPLATES = Library("mkdocs-material", "overrides/main.html")
MATPLOTLIB = Library("matplotlib", "nabla/run/svg_backend.py")
PYMDOWNX = Library("pymdown-extensions", "nabla/markdown/code.py")
MKDOCS = Library("mkdocs", "nabla/site/memory.py and nabla/site/labs.py")


See = Callable[..., None]
EVENTS = ("config", "files", "page_markdown", "page_content", "page_context", "post_build")


def make_spy(see: See) -> BasePlugin:
    """Return a plugin that calls `see` at each event, before all other plugins and after them."""

    def at(name: str, priority: int) -> Callable[..., None]:
        def handler(*given: Any, **named: Any) -> None:
            see(name, *given, **named)

        return event_priority(priority)(handler)

    spy = BasePlugin()
    for event in EVENTS:
        both = CombinedEvent(at(f"first {event}", FIRST), at(f"last {event}", LAST))
        setattr(spy, f"on_{event}", both)
    return spy


@dataclass(frozen=True)
class Small:
    """A project in an empty folder, with Material and such plugins alone."""

    root: Path
    plugins: Sequence[Any]

    def write(self, path: str, text: str) -> None:
        file = self.root / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        return (self.root / "site" / path).read_text(encoding="utf-8")

    def build(self, library: Library, see: See = lambda *_, **__: None) -> MkDocsConfig:
        """Build; `see` is called with the name of an event and all that the event gives."""
        file = self.root / "mkdocs.yml"
        config = {"site_name": "S", "theme": THEME, "plugins": list(self.plugins)}
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        loaded = load_config(str(file), site_url="http://localhost/")
        loaded.plugins["spy"] = make_spy(see)
        try:
            build(loaded)
        except Exception as error:
            library.expect(False, f"a small build ends with {type(error).__name__}: {error}")
        return loaded


# mkdocs-static-i18n


@pytest.fixture
def two_languages(tmp_path: Path) -> Callable[..., Small]:
    """Return a function that makes a project of English and French; options are those of i18n."""

    def make(**options: Any) -> Small:
        given = {"docs_structure": "folder", "fallback_to_default": False, **options}
        own = {"languages": LANGUAGES, "reconfigure_search": False}
        small = Small(tmp_path, [{"i18n": {**given, **own}}])
        for locale in ("en", "fr"):
            small.write(f"{locale}/index.md", f"# Home in {locale}")
            small.write(f"{locale}/learn/one.md", f"# One in {locale}")
        small.write("en/alone.md", "# Alone")
        return small

    return make


def test_i18n_says_which_language_is_built_and_whether_within_another(two_languages):
    seen: list[tuple[Any, ...]] = []

    def see(event: str, *given: Any, **named: Any) -> None:
        if event not in {"first config", "first post_build", "last post_build"}:
            return
        config = given[0] if given else named["config"]
        plugin = I18N.get(config.plugins, "get", "the plugins")("i18n")
        I18N.expect(plugin, "the plugin is not called i18n")
        locale = I18N.get(plugin, "current_language", "its plugin")
        seen.append((event, locale, I18N.get(plugin, "building", "its plugin")))

    two_languages().build(I18N, see)

    I18N.expect(
        seen
        == [
            ("first config", None, False),
            ("first post_build", "en", False),
            ("first config", "fr", True),
            ("first post_build", "fr", True),
            ("last post_build", "fr", True),
            ("last post_build", "fr", False),
        ],
        "it does not build the default language first, and the others, marked by `building`, "
        f"within its `on_post_build`, but so (event, current_language, building): {seen}",
    )


@pytest.mark.parametrize("only", [None, "fr"])
def test_i18n_says_which_languages_a_site_has(two_languages, only: str | None):
    plugin = two_languages(build_only_locale=only).build(I18N).plugins["i18n"]

    built = list(I18N.get(plugin, "build_languages", "its plugin"))
    I18N.expect(built == [only] if only else built == ["en", "fr"], f"it builds {built}")
    default = I18N.get(plugin, "default_language", "its plugin")
    I18N.expect((only or default) == (only or "en"), f"`default_language` is {default}")
    chosen = I18N.get(plugin.config, "build_only_locale", "its configuration")
    I18N.expect(chosen == only, f"`build_only_locale` is {chosen}")


def test_i18n_takes_words_that_are_set_before_it_reads_its_configuration(two_languages):
    def see(event: str, *given: Any, **named: Any) -> None:
        if event == "first config":
            for language in I18N.get(given[0].plugins["i18n"].config, "languages", "it"):
                locale = I18N.get(language, "locale", "a language of its configuration")
                language.nav_translations = {"Learn": f"Learn in {locale}"}
                language.site_description = f"Described in {locale}"

    small = two_languages()
    small.build(I18N, see)

    for locale, address in (("en", "index.html"), ("fr", "fr/index.html")):
        html = small.read(address)
        I18N.expect(f"Learn in {locale}" in html, "`nav_translations` set at on_config is unused")
        described = f'content="Described in {locale}"' in html
        I18N.expect(described, "`site_description` set at on_config is unused")


def test_i18n_says_where_a_page_stands_in_other_languages(two_languages):
    seen: dict[str, tuple[str, dict[str, str]]] = {}

    def see(event: str, *given: Any, **named: Any) -> None:
        if event == "first page_markdown":
            file = named["page"].file
            alternates = I18N.get(file, "alternates", "its files")
            addresses = {locale: other.url for locale, other in alternates.items()}
            seen[file.src_uri] = I18N.get(file, "norm_src_uri", "its files"), addresses

    two_languages().build(I18N, see)

    home = {"en": "./", "fr": "fr/"}
    lesson = {"en": "learn/one/", "fr": "fr/learn/one/"}
    expected = {
        "en/index.md": ("index.md", home),
        "fr/index.md": ("index.md", home),
        "en/learn/one.md": ("learn/one.md", lesson),
        "fr/learn/one.md": ("learn/one.md", lesson),
        "en/alone.md": ("alone.md", {"en": "alone/"}),
    }
    I18N.expect(seen == expected, f"files have other `norm_src_uri` or `alternates`: {seen}")


# mkdocs-jupyter and nbconvert


class Seen(Preprocessor):
    """A preprocessor that a conf.json names; it notes that it was called."""

    calls: ClassVar[list[tuple[str, ...]]] = []

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        ending = str(resources.get("output_extension"))
        self.calls.append((f"preprocess {ending}", *(cell.cell_type for cell in nb.cells)))
        for cell in nb.cells:
            cell.source = f"<p>Filled {cell.cell_type}.</p>"
        return nb, resources


@dataclass(frozen=True)
class Notebook:
    """How a page was made of a notebook: what happened in which order, and what came of it."""

    order: Sequence[tuple[str, ...]]
    html: str
    title: str
    is_rendered_by_mkdocs: bool


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Notebook:
    """A notebook built by mkdocs-jupyter with templates of a folder that its settings name."""
    root = tmp_path_factory.mktemp("notebook")
    for name, text in {
        "conf.json": json.dumps(
            {
                "base_template": "base",
                "preprocessors": {"100-own": {"type": f"{__name__}.Seen", "enabled": True}},
            }
        ),
        "mkdocs_html/notebook.html.j2": (
            "<i>Ours</i>{% for cell in nb.cells %}{{ cell.source }}{% endfor %}"
        ),
        "mkdocs_md/md-no-codecell.md.j2": "",
    }.items():
        file = root / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    options = {"execute": False, "ignore_h1_titles": True, "include": ["*.md"], "cache": False}
    small = Small(root, [{"mkdocs-jupyter": options}])
    small.write("index.md", NOTEBOOK)
    Seen.calls.clear()
    pages: list[Page] = []

    def see(event: str, *given: Any, **named: Any) -> None:
        if event in {"first page_markdown", "first page_content"}:
            pages.append(named["page"])
            Seen.calls.append((event.removeprefix("first page_"),))

    with pytest.MonkeyPatch.context() as patch:
        settings = import_module("mkdocs_jupyter.config").settings
        JUPYTER.get(settings, "templates_dir", "mkdocs_jupyter.config.settings")
        patch.setattr(settings, "templates_dir", str(root / "templates"))
        small.build(JUPYTER, see)
    page = pages[-1]
    own = "render" not in vars(page)
    return Notebook(tuple(Seen.calls), page.content or "", str(page.title), own)


def test_jupyter_renders_a_notebook_with_the_template_of_the_folder_that_is_set(notebook):
    made = "<i>Ours</i>" in notebook.html
    JUPYTER.expect(made, "`settings.templates_dir` does not lead to mkdocs_html/notebook.html.j2")


def test_nbconvert_calls_the_preprocessor_that_conf_json_names_before_the_template(notebook):
    filled = "<p>Filled code.</p>" in notebook.html
    NBCONVERT.expect(filled, "a preprocessor of conf.json at the root of the templates is not run")


def test_a_notebook_is_converted_between_the_markdown_of_its_page_and_its_content(notebook):
    steps = [call[0] for call in notebook.order]
    at = steps.index("preprocess .html") if "preprocess .html" in steps else -1
    within = 0 <= steps.index("markdown") < at < steps.index("content")
    JUPYTER.expect(within, f"a page and its notebook are made in another order: {steps}")
    JUPYTER.expect(not notebook.is_rendered_by_mkdocs, "it does not replace `page.render`")


def test_each_fence_of_a_notebook_is_a_code_cell(notebook):
    cells = [kind for call in notebook.order if call[0] == "preprocess .html" for kind in call[1:]]
    JUPYTER.expect(cells.count("code") == NOTEBOOK.count("```python"), f"its cells are {cells}")


def test_jupyter_runs_no_cell_and_leaves_the_title_to_the_front_matter(notebook):
    JUPYTER.expect(notebook.title == "Given", f"the title of a page is {notebook.title}")


def test_the_templates_of_labs_stand_where_jupyter_looks_and_name_what_is_there():
    theirs = Path(import_module("mkdocs_jupyter").__file__ or "").parent / "templates"
    for name in ("mkdocs_html/notebook.html.j2", "mkdocs_md/md-no-codecell.md.j2"):
        JUPYTER.expect((theirs / name).is_file(), f"its template is not {name}")
        assert (FOLDER / "html" / name).is_file()
    conf = json.loads((FOLDER / "html/conf.json").read_text(encoding="utf-8"))
    (named,) = conf["preprocessors"].values()
    module, _, name = named["type"].rpartition(".")
    assert issubclass(getattr(import_module(module), name), Preprocessor)


# Material's search plugin


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What Material's search plugin did while a site of two pages was built."""
    small = Small(tmp_path_factory.mktemp("search"), ["search"])
    small.write("index.md", "# Home\n\nWords.\n\n## Part\n\n学习深度学习\n")
    small.write("empty.md", "# Empty\n\nRead by nobody.\n")
    seen: dict[str, Any] = {"counts": {}}

    def see(event: str, *given: Any, **named: Any) -> None:
        if "page_context" not in event:
            return
        plugin = named["config"].plugins.get("material/search")
        SEARCH.expect(plugin, "its search plugin is not called material/search")
        seen["index"] = SEARCH.get(plugin, "search_index", "its search plugin")
        entries = SEARCH.get(seen["index"], "entries", "`search_index`")
        page = named["page"]
        seen["counts"].setdefault(page.file.src_uri, []).append(len(entries))
        if page.file.src_uri == "empty.md" and event.startswith("first"):
            page.content = ""

    small.build(SEARCH, see)
    seen["written"] = json.loads(small.read("search/search_index.json"))
    return seen


def test_search_adds_the_entries_of_a_page_when_its_context_is_made(searched):
    before, after = searched["counts"]["index.md"]
    SEARCH.expect(after - before == 2, f"a page with two headings gives {after - before} entries")
    before, after = searched["counts"]["empty.md"]
    SEARCH.expect(after == before, "a page whose content is empty at on_page_context gives entries")


def test_an_entry_of_the_search_has_a_location_a_title_and_a_text(searched):
    entries = searched["index"].entries
    SEARCH.expect(len(entries) == 2, f"two headings give {len(entries)} entries")
    home, part = entries
    SEARCH.expect(
        home.keys() == part.keys() == {"location", "title", "text"},
        f"the keys of an entry are {sorted(home)}",
    )
    SEARCH.expect(home["location"] == "", f"the address of the home page is {home['location']}")
    SEARCH.expect(part["location"] == "#part", f"the address of a part is {part['location']}")
    SEARCH.expect((home["title"], home["text"]) == ("Home", "<p>Words.</p>"), f"it reads {home}")


def test_search_marks_the_words_of_chinese(searched):
    texts = ["".join(map(str, entry.values())) for entry in searched["index"].entries]
    marked = any(BETWEEN_WORDS in text for text in texts)
    SEARCH.expect(marked, "no U+200B stands between the words of Chinese")


def test_search_says_how_to_search_and_writes_its_index_where_ours_is_written(searched):
    options = SEARCH.get(searched["index"], "config", "`search_index`")
    for key in ("lang", "separator", "pipeline", "fields"):
        SEARCH.expect(key in options, f"its options have no `{key}`")
    written = searched["written"]
    SEARCH.expect(written.keys() == {"config", "docs"}, f"its index has {sorted(written)}")


# Material's templates, of which overrides/ replaces parts


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page as Material makes it."""
    small = Small(tmp_path_factory.mktemp("plain"), ["search"])
    small.write("learn/one.md", "# One\n")
    small.build(TEMPLATES)
    return small.read("learn/one/index.html")


@pytest.fixture(scope="module")
def ours(make_project: Callable[[], SmallProject]) -> SmallProject:
    """A small site with our templates, built."""
    made = make_project()
    outcome = made.build()
    assert outcome.code == 0, outcome.said
    return made


def settings_of(html: str) -> Mapping[str, Any]:
    """Return what a page tells Material's script."""
    script = BeautifulSoup(html, "html.parser").select_one("script#__config")
    TEMPLATES.expect(script, "no script `__config` tells Material's script its settings")
    return json.loads(script.text) if script else {}


def test_a_page_tells_where_the_site_begins_and_where_the_search_worker_is(plain: str):
    found = settings_of(plain)
    TEMPLATES.expect(found.get("base") == "../..", f"`base` of a page is {found.get('base')}")
    TEMPLATES.expect('"base": "../.."' in plain, "`base` is not written as `block config` has it")
    worker = str(found.get("search"))
    TEMPLATES.expect("/workers/search." in worker, f"the search worker is {worker}")


@pytest.mark.parametrize("locale", LOCALES)
def test_our_pages_tell_where_the_language_begins_and_name_our_worker(ours, locale: str):
    found = settings_of(ours.read(f"site/{'' if locale == 'en' else locale + '/'}index.html"))
    TEMPLATES.expect(
        posixpath.normpath(found["base"]) == ".", f"`base` of a language's home is {found['base']}"
    )
    named = re.fullmatch(
        r"(?:\.\./|\./)?(assets/javascripts/workers)/(folded-search\.js)"
        r"\?docs=([^&]+)&worker=(search\.\w+\.min\.js)",
        found["search"],
    )
    TEMPLATES.expect(named, f"`block config` makes of the search worker {found['search']}")
    if named:
        folder = ours.root / "site" / named[1]
        for name in (named[2], named[3], named[4]):
            TEMPLATES.expect((folder / name).is_file(), f"{named[1]}/{name} is not there")


def test_the_scripts_of_a_page_hold_up_nothing(plain: str, ours: SmallProject):
    there = '.min.js"></script>' in plain
    TEMPLATES.expect(there, "its script is not written as `block scripts` looks for it")
    soup = BeautifulSoup(ours.read("site/index.html"), "html.parser")
    bundles = soup.select("script[src*=bundle]")
    deferred = len(bundles) == 1 and bundles[0].has_attr("defer")
    TEMPLATES.expect(deferred, "`block scripts` does not defer the bundle")
    for module in soup.select("script[type=module]"):
        low = module.get("fetchpriority") == "low"
        TEMPLATES.expect(low, "`block scripts` does not make our modules give way")


def test_no_page_of_ours_loads_the_colours_of_material(plain: str, ours: SmallProject):
    lines = [line for line in plain.splitlines() if "/palette." in line]
    alone = len(lines) == 1 and lines[0].count("<link") == 1
    TEMPLATES.expect(alone, "the style of its palette has no line of its own in `block styles`")
    left = "/palette." in ours.read("site/index.html")
    TEMPLATES.expect(not left, "`block styles` does not drop the style of the palette")


@pytest.mark.parametrize("name", ["alternate", "palette", "search"])
def test_a_part_that_overrides_has_anew_is_a_part_of_material(name: str):
    partials = Path(import_module("material").__file__ or "").parent / "templates/partials"
    file = partials / f"{name}.html"
    TEMPLATES.expect(file.is_file(), f"it has no partials/{name}.html")
    included = f'include "partials/{name}.html"'
    used = any(included in one.read_text(encoding="utf-8") for one in partials.rglob("*.html"))
    TEMPLATES.expect(used, f"nothing includes partials/{name}.html")
    assert (ROOT / f"overrides/partials/{name}.html").is_file()


# matplotlib, pymdown-extensions and MkDocs itself


def test_matplotlib_gives_what_is_shown_to_our_backend():
    code = (
        "from matplotlib import pyplot\n"
        "pyplot.plot([1, 2])\n"
        "pyplot.show()\n"
        "pyplot.plot([3, 4])\n"
        "from nabla.run.svg_backend import take\n"
        "shown = take()\n"
        "print(len(shown), all('</svg>' in one for one in shown), pyplot.get_fignums())\n"
    )
    backend = {**os.environ, "MPLBACKEND": "module://nabla.run.svg_backend"}
    words = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(words, env=backend, cwd=ROOT, capture_output=True, text=True, check=False)

    right = done.stdout == "2 True []\n"
    said = f"{done.stdout}{done.stderr}".strip()
    MATPLOTLIB.expect(right, f"`FigureManagerBase.pyplot_show` is not called by `show`: {said}")


@pytest.mark.parametrize("options", [{}, {"anchor_linenums": False, "linenums": True}])
def test_pymdownx_highlights_a_sample_as_it_does_a_fence(options: Mapping[str, Any]):
    named = ["pymdownx.highlight", "pymdownx.superfences"]
    md = Markdown(extensions=named, extension_configs={named[0]: dict(options)})
    code = "def f(x):\n    return x < 2  # why\n"
    fence = md.convert(f"```python\n{code}```")
    try:
        alone = highlight(md, code)
    except Exception as error:
        alone = f"{type(error).__name__}: {error}"

    PYMDOWNX.expect(alone == fence, f"`Highlight` makes of code, outside a fence: {alone}")


def test_mkdocs_keeps_the_contents_the_anchors_and_the_links_of_a_page(tmp_path: Path):
    small = Small(tmp_path, [])
    small.write("index.md", "# Home\n\n[One](one.md#there)\n")
    small.write("one.md", "# One\n")
    pages: dict[str, Page] = {}

    def see(event: str, *given: Any, **named: Any) -> None:
        if event == "last page_content":
            pages[named["page"].file.src_uri] = named["page"]

    small.build(MKDOCS, see)
    home, one = pages["index.md"], pages["one.md"]

    ids = MKDOCS.get(home, "present_anchor_ids", "a page")
    MKDOCS.expect("home" in ids, f"`present_anchor_ids` of a page are {ids}")
    links = MKDOCS.get(home, "links_to_anchors", "a page")
    MKDOCS.expect(links == {one.file: {"there": "one.md#there"}}, f"`links_to_anchors`: {links}")
    MKDOCS.expect([item.id for item in home.toc] == ["home"], "`toc` of a page has other items")
