"""The folders of the theme, listed once: Material has ten thousand icons, and each build asks."""

from functools import lru_cache

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from mkdocs.theme import Theme


class _Installed(FileSystemLoader):
    """Loads templates from folders that nobody changes while a site is built or served."""

    def list_templates(self) -> list[str]:
        return list(_names(tuple(self.searchpath)))


@lru_cache(maxsize=4)
def _names(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of all files but the hidden, of which MkDocs would copy none."""
    names = FileSystemLoader(folders).list_templates()
    return tuple(name for name in names if not name.startswith("."))


def environment_of(theme: Theme) -> Environment:
    """Return what `theme.get_env` does, but that installed folders are not listed again."""
    environment = type(theme).get_env(theme)
    own = [folder for folder in theme.dirs if folder == theme.custom_dir]
    installed = [folder for folder in theme.dirs if folder != theme.custom_dir]
    environment.loader = ChoiceLoader([FileSystemLoader(own), _Installed(installed)])
    return environment
