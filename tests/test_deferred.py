"""What runs is not waited for: pages hold marks, which the end of the build replaces."""

import logging
from pathlib import Path

from nabla.site.check import gather
from nabla.site.deferred import MARK, Deferred, Unfilled
from nabla.site.project import Project

from .conftest import SNIPPET, SmallProject


def test_nothing_is_made_until_a_page_is_filled():
    deferred = Deferred()
    made: list[int] = []
    mark = deferred.mark("a", lambda: f"<p>{made.append(1) or 'one'}</p>")
    assert not made

    assert deferred.filled(f"<div>{mark}</div>") == "<div><p>one</p></div>"
    assert made == [1]


def test_html_is_made_once_unless_something_was_wrong_with_it():
    deferred = Deferred()
    log = logging.getLogger("mkdocs.nabla")
    made: list[str] = []
    good = deferred.mark("good", lambda: made.append("good") or "")
    bad = deferred.mark("bad", lambda: made.append("bad") or log.warning("bad") or "")

    for _ in range(2):
        deferred.filled(good + bad)
    assert made == ["good", "bad", "bad"]


def test_equal_keys_have_equal_marks_and_others_have_others():
    deferred = Deferred()
    one, same, other = (deferred.mark(key, str) for key in ("a", "a", "b"))

    assert one == same != other
    assert MARK.fullmatch(one)


def test_html_that_looks_like_a_pattern_is_put_in_as_it_is():
    deferred = Deferred()
    mark = deferred.mark("a", lambda: r"\1 \g<0> \n")

    assert deferred.filled(mark) == r"\1 \g<0> \n"


def test_the_search_index_has_the_text_of_what_ran_without_drawings():
    deferred = Deferred()
    html = "<details><summary>Result</summary><pre>a &lt; b\n</pre></details><svg>no</svg>"
    mark = deferred.mark("a", lambda: html)

    assert deferred.filled_text(f"<p>x</p>{mark}") == "<p>x</p>Result<pre>a &lt; b\n</pre>"


def test_pages_are_filled_in_the_order_in_which_runs_end(tmp_path: Path):
    deferred = Deferred()
    filled: list[str] = []

    def page(slug: str, is_lab: bool = False) -> Unfilled:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.html"
        path.write_text(deferred.mark(slug, lambda: filled.append(slug) or slug), encoding="utf-8")
        return Unfilled(slug, path, is_lab, None)

    deferred.fill([page("b/lab", is_lab=True), page("c/two"), page("c/one")])

    assert filled == ["c/one", "c/two", "b/lab"]


def test_long_loops_run_first_and_then_what_pages_embed_first(project: SmallProject):
    long = "for n in range(1, 5001):\n    pass\nprint(2)"
    for name, code in (("b", "print(2)"), ("a", "print(1 + 1)  # a"), ("c", long)):
        project.embed(name, SNIPPET.replace("print(1 + 1)", code))

    codes = [code.strip() for code, _ in gather(Project(project.root)).requests()]

    assert codes == [long, "print(1 + 1)", "print(2)", "print(1 + 1)  # a"]
