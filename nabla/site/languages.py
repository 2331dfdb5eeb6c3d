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


class Languages:
    """What mkdocs-static-i18n knows of the build that is under way."""

    def __init__(self, config: MkDocsConfig):
        self._plugin: Any = config.plugins["i18n"]
        self._site_url = config.site_url or "/"

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
        """Return the absolute address of a page in each language that has it."""
        alternates: Mapping[str, File] = getattr(file, "alternates", {})
        return {locale: urljoin(self._site_url, other.url) for locale, other in alternates.items()}


def slug_of(file: File) -> str:
    """Return the slug of a page, which is the same in all languages, such as ``learn/slope``."""
    return PurePosixPath(getattr(file, "norm_src_uri", file.src_uri)).with_suffix("").as_posix()
