"""`<!--nabla:variants lesson/a lesson/b …-->`: snippets that are shown as one program."""

from nabla.problem import Problem, ProblemError
from nabla.source.page import Directive
from nabla.source.project import Project, Snippet, no_such_snippet
from nabla.source.variants import UnlikeError, Variants, compare_programs

VARIANTS = "variants"


def read_variants(
    project: Project, directive: Directive, path: str
) -> tuple[list[Snippet], Variants]:
    """Return the snippets that a directive of the file `path` names, and how they differ.

    Raises ProblemError where one is not there, or where no one program can be made of them.
    """
    names = directive.rest.split()
    found = {name: project.snippet(name) for name in names}
    snippets = [snippet for snippet in found.values() if snippet]
    if missing := [name for name, snippet in found.items() if snippet is None]:
        raise ProblemError(*(no_such_snippet(name, path, directive.line) for name in missing))
    if len(snippets) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        what = f"`nabla:{VARIANTS}` names {twice} twice"
        raise ProblemError(Problem(path, directive.line, what, "keep one"))
    try:
        return snippets, compare_programs([snippet.sample.code for snippet in snippets])
    except UnlikeError as error:
        what = f"`nabla:{VARIANTS}`: {error.what}"
        raise ProblemError(Problem(path, directive.line, what, error.remedy)) from None
