"""What the templates ask of a page beside what MkDocs tells them."""

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from nabla.checks.freshness import State, find_state
from nabla.site import WHOLE_SITE
from nabla.site.languages import Languages, slug_of
from nabla.site.search import texts_address
from nabla.site.takeaway import Place, find_links
from nabla.source.lessons import is_lesson_or_lab
from nabla.source.project import Project

HOME = "index"


def page_context(
    page: Page, config: MkDocsConfig, project: Project, languages: Languages
) -> dict[str, Any]:
    """Return the variables that overrides/ uses: languages, search, notice, take-aways.

    `alternates` are addresses, for machines; `translations` are ways from this page, for readers.
    """
    locale, slug = languages.locale, slug_of(page.file)
    home = languages.home(locale)
    addresses = languages.addresses(page.file)
    original = addresses.get(project.default)
    links = {**addresses, **({"x-default": original} if original else {})}
    context: dict[str, Any] = {
        "alternates": [{"lang": lang, "url": url} for lang, url in links.items()],
        "translations": languages.translations(page.file),
        "language_base": get_relative_url(home or ".", page.url),
        "search_texts": texts_address(home),
    }
    if locale != project.default and project.has_page(project.default, slug):
        context["behind"] = find_state(project, locale, slug) is State.BEHIND
        ways = {one["lang"]: one["url"] for one in context["translations"]}
        context["original"] = ways.get(project.default)
    published = config.extra.get("published") or {}
    if is_lesson_or_lab(slug):
        context["takeaway"] = find_links(project.page(locale, slug), slug, home, published)
    elif slug == HOME and published.get("repository"):
        context["takeaway"] = {"site": get_relative_url(WHOLE_SITE, page.url)}
    return context


def place_of(page: Page, config: MkDocsConfig, languages: Languages) -> Place:
    """Return where a lesson or lab stands, for what can be taken away of it."""
    locale = languages.locale
    root = urljoin(config.site_url or "", languages.home(locale))
    return Place(locale, slug_of(page.file), Path(page.file.abs_dest_path).parent, root)
