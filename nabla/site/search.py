"""One search index per language, each where that language's pages look for it.

MkDocs writes one index for the whole site. It is cut by language after the build,
and each page's configuration is given the root of its language as its base, which
is where Material's script loads the index from, and what results are relative to.
That script loads it with every page, so the index holds only how to search; what is
searched stands beside it, for the worker to load when the reader asks something.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from material.plugins.search.plugin import SearchIndex
from mkdocs.structure.pages import Page

from nabla.site.chinese import load_dictionary

CONFIG = re.compile(r'(<script id="__config" type="application/json">)(.*?)(</script>)', re.DOTALL)
INDEX = "search/search_index.json"
TEXTS = "search/texts.json"
WORKER = "folded-search.js"

DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
ANNOTATION = re.compile(r"<annotation\b.*?</annotation>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SPAN = re.compile(r"</?span\b[^>]*>")

# Material's own richer separator (white space, punctuation, dots but not decimal
# points, camel case), the apostrophes of French, CJK punctuation, and the mark that
# the segmenter of Chinese leaves between words.
SEPARATOR = (
    r"[\s\-,:!=\[\]()\"`'’/;?«»+*{}<>|]+|\.(?!\d)|&[lg]t;|(?!\b)(?=[A-Z][a-z])"
    r"|[\u200b\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+"
)
FIELDS = {"title": {"boost": 30.0}, "text": {"boost": 1.0}, "tags": {"boost": 1e6}}
"""Less for titles than Material gives: `grad` also begins gradients, and a page whose
title begins with what is asked for is not worth a thousand that hold the word itself."""

ENGLISH_STOP_WORDS = ["stopWordFilter"]
CHINESE = "zh"


def searched(html: str) -> str:
    """Return what the search plugin is to read of a page's content.

    It parses every element, and most of them only colour code, draw, or set formulas:
    those go, and their text stays, but for that of drawings and the TeX of formulas.
    """
    html = DRAWING.sub("", html)
    return SPAN.sub("", FORMULA.sub(lambda match: TAG.sub("", ANNOTATION.sub("", match[0])), html))


class Entries:
    """Remembers what the search plugin took of each page, until the page changes.

    One instance serves all builds of `mkdocs serve`.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, list[dict]]] = {}

    def remembering(self, index: SearchIndex, locale: str) -> Callable[[Page], None]:
        """Return what adds a page to `index`, and reads only one that changed.

        The plugin segments every Chinese character, those of Japanese too, for which it
        would load a dictionary of half a million words: here it does for Chinese only.
        """
        read = partial(type(index).add_entry_from_context, index)
        if locale.startswith(CHINESE):
            load_dictionary()
        else:
            index._segment_chinese = str

        def add(page: Page) -> None:
            cause = page.content, page.title, repr(page.meta)
            known, entries = self._known.get(page.url, (None, []))
            if known == cause:
                index.entries += entries
                return
            start = len(index.entries)
            content, page.content = page.content, searched(page.content)
            read(page)
            page.content = content
            self._known[page.url] = cause, index.entries[start:]

        return add


def language_config(locale: str) -> dict[str, Any]:
    """Return how Material's worker is to read the index of one language.

    Only Japanese loads a segmenter in the browser. French has no stemmer: its stems
    confuse the terms of mathematics, and a query matches beginnings of words anyway.
    Chinese was segmented when the site was built.
    """
    return {
        "lang": ["ja"] if locale == "ja" else ["en"],
        "separator": SEPARATOR,
        "pipeline": ENGLISH_STOP_WORDS if locale == "en" else [],
        "fields": FIELDS,
    }


def split_index(
    index: Mapping[str, Any], titles: Mapping[str, str], locales: Iterable[str], default: str
) -> dict[str, dict]:
    """Return the index of each language, with locations relative to that language's root.

    `titles` has the short title of each page by its location. It takes the place of
    the first heading, a sentence that may name other pages' subjects too; that joins
    the text.
    """
    found: dict[str, list] = {locale: [] for locale in locales}
    for entry in index["docs"]:
        first, _, rest = entry["location"].partition("/")
        locale = first if first in found and first != default else default
        location = rest if locale != default else entry["location"]
        text = {key: entry[key] for key in ("title", "text")}
        if title := titles.get(entry["location"]):
            text = {"title": title, "text": f"<p>{text['title']}</p>{text['text']}"}
        found[locale].append({**entry, **text, "location": location})
    return {
        locale: {"config": language_config(locale), "docs": entries}
        for locale, entries in found.items()
    }


def write_indexes(
    site: Path,
    titles: Mapping[str, str],
    locales: Iterable[str],
    default: str,
    filled: Callable[[str], str],
) -> None:
    """Cut the index in `site` by language, the default one staying at the root.

    `filled` puts what ran into a text.
    """
    index = json.loads((site / INDEX).read_text(encoding="utf-8"))
    for entry in index["docs"]:
        entry["text"] = filled(entry["text"])
    for locale, own in split_index(index, titles, locales, default).items():
        root = site / ("" if locale == default else locale)
        for name, content in ((INDEX, {**own, "docs": []}), (TEXTS, own["docs"])):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            path.write_text(text, encoding="utf-8")


def with_base(html: str, base: str, home: str) -> str:
    """Return a page whose scripts look for the search index, and resolve results, at `base`.

    `base` is the way from the page to the root of its language, `home` that root's
    place in the site: empty, or such as ``fr/``.
    """

    def changed(match: re.Match) -> str:
        config = json.loads(match[2])
        config["base"] = base
        folder, _, name = config["search"].rpartition("/")
        texts = posixpath.relpath(home + TEXTS, folder.replace("../", ""))
        config["search"] = f"{folder}/{WORKER}?worker={name}&docs={texts}"
        # As Jinja's tojson does: nothing in a script that could end it.
        text = json.dumps(config).replace("<", "\\u003c").replace(">", "\\u003e")
        return match[1] + text.replace("&", "\\u0026") + match[3]

    return CONFIG.sub(changed, html)
