"""A translation that falls behind, drifts or is ill set is named, with its line."""

import json
import subprocess

import pytest

from nabla.checks.freshness import fingerprint
from nabla.checks.parity import compare_pages
from nabla.checks.typography import check_typography, typeset

from .conftest import LOCALES, SmallProject

GOOD = """---
title: T
---

# T { #t }

Take $x^2$ and `x.grad`, see [there](index.md#t).

--8<-- "sum/two.md"

<!--nabla:graph sum/two z-->

!!! note "N"

    $$
    \\underbrace{a}_{\\text{word}}
    $$

## U { #u }

More.
"""


def git(project: SmallProject, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
        cwd=project.root,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def stamped(project: SmallProject) -> SmallProject:
    """A project whose translations are current, in the history of git."""
    for locale in LOCALES[1:]:
        assert project.nabla("stamp", locale, "index").code == 0
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "one")
    return project


def test_a_page_just_stamped_is_current(stamped: SmallProject):
    outcome = stamped.nabla("status")

    assert outcome.code == 0
    assert outcome.said == "".join(f"index  {locale}  current\n" for locale in LOCALES[1:])


def test_a_page_is_behind_once_the_original_changes(stamped: SmallProject):
    stamped.write("docs/en/index.md", stamped.read("docs/en/index.md") + "\nTwo.\n\nLines.\n")

    outcome = stamped.nabla("status")

    assert outcome.code == 1
    assert "index  fr  behind (4 lines changed)" in outcome.said


def test_what_changed_since_is_shown(stamped: SmallProject):
    stamped.write("docs/en/index.md", stamped.read("docs/en/index.md") + "\nNew words.\n")

    outcome = stamped.nabla("diff", "fr", "index")

    assert "--- docs/en/index.md then\n+++ docs/en/index.md now\n" in outcome.said
    assert "\n+New words.\n" in outcome.said


def test_stamping_brings_a_page_up_to_date_and_keeps_its_text(stamped: SmallProject):
    before = stamped.read("docs/fr/index.md")
    stamped.write("docs/en/index.md", stamped.read("docs/en/index.md") + "\nNew words.\n")
    hash_ = fingerprint(stamped.read("docs/en/index.md"))

    outcome = stamped.nabla("stamp", "fr", "index")

    assert "docs/fr/index.md is current" in outcome.said
    after = stamped.read("docs/fr/index.md")
    assert f"english: {hash_}\n" in after
    assert [x for x in after.split("\n") if "english:" not in x] == [
        x for x in before.split("\n") if "english:" not in x
    ]


def test_a_missing_page_is_missing(stamped: SmallProject):
    (stamped.root / "docs/zh/index.md").unlink()

    outcome = stamped.nabla("status", "--json")

    assert outcome.code == 1
    assert {"locale": "zh", "slug": "index", "state": "missing", "changed": None} in json.loads(
        outcome.said
    )


def test_line_endings_do_not_make_a_page_behind(stamped: SmallProject):
    text = stamped.read("docs/en/index.md")
    (stamped.root / "docs/en/index.md").write_bytes(text.replace("\n", "\r\n").encode())

    assert stamped.nabla("status").code == 0


def test_a_change_in_english_does_not_stop_a_build_and_tells_the_reader(stamped: SmallProject):
    stamped.write("docs/en/index.md", stamped.read("docs/en/index.md") + "\n## New { #new }\n")

    outcome = stamped.build()

    assert outcome.code == 0, outcome.said
    page = stamped.read("site/fr/index.html")
    assert "La page anglaise a changé depuis cette traduction." in page
    assert "The English page has changed" not in stamped.read("site/index.html")


def test_a_page_that_claims_to_be_current_and_differs_stops_a_build(stamped: SmallProject):
    text = stamped.read("docs/fr/index.md").replace("{ #home }", "{ #accueil }")
    stamped.write("docs/fr/index.md", text)

    outcome = stamped.build()

    assert outcome.code == 1
    assert (
        "docs/fr/index.md:6: heading `# #accueil` stands for heading `# #home` of "
        "docs/en/index.md:5; make them equal" in outcome.said
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("diff", "xx", "index"), "mkdocs.yml:1: `xx` is no language to translate to; name one of"),
        (("stamp", "fr", "nope"), "docs/en/nope.md:1: no such page; mend the name"),
    ],
)
def test_what_names_no_translation_is_said_so(project: SmallProject, words, message: str):
    outcome = project.nabla(*words)

    assert message in outcome.said
    assert outcome.code == 1


def problems(translated: str) -> list[str]:
    return [str(p) for p in compare_pages(GOOD, "en.md", translated, "fr.md")]


def test_a_page_with_the_same_parts_is_equal():
    translated = GOOD.replace("Take", "Soit").replace("word", "mot").replace('"N"', '"R"')

    assert problems(translated) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{ #u }", "{ #v }", "fr.md:19: heading `## #v` stands for heading `## #u` of en.md:19;"),
        ('--8<-- "sum/two.md"\n', "", "fr.md:1: snippet `sum/two.md` of en.md:9 is missing;"),
        ("two z", "two y", "fr.md:11: directive `graph sum/two y` stands for directive"),
        (
            "!!! note",
            "!!! tip",
            "fr.md:13: block `!!! tip` stands for block `!!! note` of en.md:13;",
        ),
        ("$x^2$", "$x^3$", "fr.md:7: formula `x^3` is not in en.md;"),
        ("{a}", "{b}", "is missing; put it where it belongs"),
        ("index.md#t", "index.md#u", "fr.md:7: link `index.md#u` is not in en.md;"),
        ("`x.grad`", "`y.grad`", "fr.md:7: code `y.grad` is not in en.md;"),
        ("More.", "```python\n1\n```", "fr.md:21: fence `python` is not in en.md;"),
    ],
)
def test_each_part_that_differs_is_named_with_its_line(old: str, new: str, message: str):
    found = problems(GOOD.replace(old, new, 1))

    assert any(message in problem for problem in found), found


def test_a_formula_or_link_in_a_section_where_the_original_has_none_is_named():
    original = "# T { #t }\n\nOne.\n"
    page = "# T { #t }\n\nUn $a$, [là](b.md).\n"

    assert [str(one) for one in compare_pages(original, "en.md", page, "fr.md")] == [
        "fr.md:3: formula `a` is not in en.md; remove it, or add it to the original first",
        "fr.md:3: link `b.md` is not in en.md; remove it, or add it to the original first",
    ]


@pytest.mark.parametrize(
    ("original", "translated"),
    [
        (r"2 \cdot 3.5 \cdot x", r"2 \times 3{,}5 \cdot x"),
        ("(1.5, 1)", r"(1{,}5 \,;\, 1)"),
        (r"x_{\text{through } y}", r"x_{y\text{ を経由}}"),
    ],
)
def test_a_formula_may_be_written_as_the_school_of_the_language_writes_it(original, translated):
    pages = [f"# T {{ #t }}\n\n${tex}$\n" for tex in (original, translated)]

    assert compare_pages(pages[0], "en.md", pages[1], "fr.md") == ()


def test_formulas_may_change_their_order_within_a_section():
    original = "# T { #t }\n\n$a$ then $b$\n"

    assert compare_pages(original, "en.md", "# T { #t }\n\n$b$ puis $a$\n", "fr.md") == ()


@pytest.mark.parametrize(
    ("locale", "given", "wanted"),
    [
        ("fr", "Vrai ? Oui ; non !", "Vrai\u202f? Oui\u202f; non\u202f!"),
        ("fr", "Vrai? Oui: non", "Vrai\u202f? Oui\u00a0: non"),
        ("fr", "« ici »", "«\u202fici\u202f»"),
        ("fr", "l'aire d'un disque...", "l’aire d’un disque…"),
        ("fr", "`a ? b : c` et $a : b$", "`a ? b : c` et $a : b$"),
        ("fr", '??? success "Vrai ?"', '??? success "Vrai\u202f?"'),
        ("fr", "title: Une page", "title: Une page"),
        ("fr", "## Titre { #id }", "## Titre { #id }"),
        ("zh", "用PyTorch求导,得到3个", "用 PyTorch 求导，得到 3 个"),
        ("ja", "値は3です,次へ", "値は 3 です、次へ"),
        ("en", "l'aire ?", "l'aire ?"),
    ],
)
def test_a_line_is_set_as_its_language_is(locale: str, given: str, wanted: str):
    assert typeset(given, locale) == wanted


@pytest.mark.parametrize("locale", ["fr", "ja", "zh"])
def test_code_is_left_alone(locale: str):
    code = "```text\nVrai ? 用PyTorch,\n```\n"

    assert typeset(code, locale) == code


@pytest.mark.parametrize("locale", ["fr", "ja", "zh"])
def test_what_is_set_stays_set(locale: str):
    text = "Vrai ? Oui : « a », 用PyTorch求导,得到3."

    assert typeset(typeset(text, locale), locale) == typeset(text, locale)


def test_an_ill_set_line_is_named():
    (problem,) = check_typography("Bien.\n\nVrai ?\n", "fr", "docs/fr/a.md")

    assert str(problem) == (
        "docs/fr/a.md:3: this line is not set as its language is; "
        "run `nabla typography --fix`\n- Vrai ?\n+ Vrai⎵?"
    )


def test_the_fix_mends_what_the_check_finds(project: SmallProject):
    project.write("docs/fr/index.md", project.read("docs/fr/index.md") + "\nVrai ?\n")
    assert project.nabla("typography").code == 1

    assert "docs/fr/index.md: 1 lines set" in project.nabla("typography", "--fix").said
    assert project.nabla("typography").code == 0
    assert "Vrai\u202f?" in project.read("docs/fr/index.md")
