"""What a sample prints is text, whatever it is: shown as it is, or refused."""

import pytest
from bs4 import BeautifulSoup

from .conftest import SmallProject

HOSTILE = [
    "</script><script>alert(1)</script>",
    "</pre></details><img src=x onerror=alert(1)>",
    "<!-- --> <![CDATA[ ]]> &lt; &amp;lt; &#60;",
    "{{ config.site_url }} {% raw %} ${x} $x$ `code` **bold** [a](javascript:alert(1))",
    '--8<-- "sum/two.md" <!--nabla:predict-->',
    "'\"><svg onload=alert(1)>",
]
REFUSED = {
    "\x1b[31mred\x1b[0m": "prints the character U+001B, which a page cannot show",
    "\u202eabc": "prints the character U+202E, which a page cannot show",
    "a\u2066b": "prints the character U+2066, which a page cannot show",
    "\x00": "prints the character U+0000, which a page cannot show",
    "a\rb": "prints the character U+000D, which a page cannot show",
}


def snippet(text: str, stated: str) -> str:
    return (
        f"```python\nprint({text!r})\n```\n\n"
        f"<!--pytest-codeblocks:expected-output-->\n\n```text\n{stated}\n```\n"
    )


def test_markup_in_a_result_is_shown_as_text(project: SmallProject):
    for number, text in enumerate(HOSTILE):
        project.embed(f"hostile/h{number}", snippet(text, text))
    outcome = project.build()
    assert outcome.code == 0, outcome.said
    page = BeautifulSoup(project.read("site/index.html"), "html.parser")

    for number, text in enumerate(HOSTILE):
        figure = page.select_one(f"[data-snippet='hostile/h{number}']")
        assert figure.select_one(".result pre").text == f"{text}\n"
        assert figure.select_one(".highlight code").text == f"print({text!r})\n"
    assert not page.select("[onerror], [onload]")
    assert not [script for script in page.select("script") if "alert(1)" in script.text]


def test_markup_in_a_result_does_not_run_in_a_browser(browser_page, project: SmallProject):
    for number, text in enumerate(HOSTILE):
        project.embed(f"hostile/h{number}", snippet(text, text))
    project.build("--no-directory-urls")
    tab = browser_page()
    asked: list[str] = []
    tab.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    tab.go((project.root / "site/index.html").as_uri())

    assert not asked
    assert tab.page.locator("figure.snippet img").count() == 0


@pytest.mark.parametrize("text", REFUSED)
def test_what_would_not_be_seen_as_it_is_stops_a_strict_build(project: SmallProject, text: str):
    project.embed("hostile/one", snippet(text, "x"))
    outcome = project.build()

    assert outcome.code == 1
    assert f"snippets/hostile/one.md:1: {REFUSED[text]}" in outcome.said


def test_ten_megabytes_are_refused_and_not_shown(project: SmallProject):
    code = "```python\nprint('x' * 10_000_000)\n```\n"
    project.embed("hostile/long", code)
    outcome = project.build()

    assert outcome.code == 1
    assert "snippets/hostile/long.md:" in outcome.said
    assert len(outcome.said) < 20_000
    assert not (project.root / "site/index.html").exists() or (
        len(project.read("site/index.html")) < 200_000
    )
