"""Which files mkdocs-jupyter takes for notebooks: it reads each anew whenever it asks itself."""

from collections.abc import Callable

from mkdocs.structure.files import File


class Claims:
    """Remembers what mkdocs-jupyter said of a page until its text changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}

    def remembering(self, claims: Callable[[File], bool]) -> Callable[[File], bool]:
        """Return `claims`, which asks only about pages that it was not asked about before."""

        def asked_once(file: File) -> bool:
            if not file.is_documentation_page():
                return claims(file)
            page = (file.abs_src_path, file.content_string)
            if page not in self._known:
                self._known[page] = claims(file)
            return self._known[page]

        return asked_once
