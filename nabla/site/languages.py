"""The languages of a build: the only module that knows mkdocs-static-i18n.

It builds the default language first, and the others from within that build's
`on_post_build`, each by a nested build. Which one is under way, and where a file of
one language stands in another, is known to attributes of its plugin and its files only;
`tests/test_contracts.py` says so when they move.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url


class Languages:
    """What mkdocs-static-i18n knows of the build that is under way."""

    def __init__(self, config: MkDocsConfig):
        self._plugin: Any = config.plugins["i18n"]
        self._site_url = config.site_url

    @property
    def is_nested(self) -> bool:
        """Whether this build is one of a further language, within the first."""
        return self._plugin.building

    @property
    def locale(self) -> str:
        """The language being built."""
        return self._plugin.current_language or self.root

    @property
    def root(self) -> str:
        """The language at the site's root: the default one, or the only one built."""
        return self._plugin.config.build_only_locale or self._plugin.default_language

    @property
    def built(self) -> list[str]:
        """The languages of the whole build."""
        return list(self._plugin.build_languages)

    def home(self, locale: str) -> str:
        """Return the root of a language within the site: empty, or such as ``fr/``."""
        return "" if locale == self.root else f"{locale}/"

    def translate(self, words: Mapping[str, Mapping[str, Any]]) -> None:
        """Set the options that are words: those of the navigation, the site's description."""
        for language in self._plugin.config.languages:
            own = words[language.locale]
            language.nav_translations = own["nav"]
            language.site_description = own["site_description"]

    def addresses(self, file: File) -> dict[str, str]:
        """Return the absolute address of a page in each language that has it.

        There is none where the build was not told where the site will stand.
        """
        if not self._site_url:
            return {}
        alternates: Mapping[str, File] = getattr(file, "alternates", {})
        return {locale: urljoin(self._site_url, other.url) for locale, other in alternates.items()}

    def translations(self, file: File) -> list[dict[str, str]]:
        """Return, for each language, the way from a page to the same page, or to its home."""
        alternates: Mapping[str, File] = getattr(file, "alternates", {})
        names = {language.locale: language.name for language in self._plugin.config.languages}
        ways = {locale: self._way(file, alternates, locale) for locale in self.built}
        return [{"lang": lang, "name": names[lang], "url": way} for lang, way in ways.items()]

    def _way(self, file: File, alternates: Mapping[str, File], locale: str) -> str:
        if there := alternates.get(locale):
            return there.url_relative_to(file)
        return get_relative_url(self.home(locale) or ".", file.url)


def slug_of(file: File) -> str:
    """Return the slug of a page, which is the same in all languages, such as ``learn/slope``."""
    return PurePosixPath(getattr(file, "norm_src_uri", file.src_uri)).with_suffix("").as_posix()
