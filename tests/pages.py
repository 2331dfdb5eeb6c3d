"""The pages of this site, and the HTML that each became."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bs4 import BeautifulSoup

from nabla.source.project import Project

from .conftest import LOCALES, ROOT

PROJECT = Project(ROOT)
PAGES = [(locale, slug) for locale in LOCALES for slug in PROJECT.slugs(locale)]


@dataclass(frozen=True)
class Built:
    """A page of the site, and the HTML that it became."""

    locale: str
    slug: str
    html: str
    soup: BeautifulSoup


@lru_cache(maxsize=4)
def read(site: Path, locale: str, slug: str) -> Built:
    folder = site if locale == PROJECT.default else site / locale
    parent = folder if slug == "index" else folder / slug
    html = (parent / "index.html").read_text(encoding="utf-8")
    return Built(locale, slug, html, BeautifulSoup(html, "html.parser"))


def built(site: Path, locale: str, slug: str) -> BeautifulSoup:
    return read(site, locale, slug).soup
