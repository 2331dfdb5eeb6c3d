"""The project's own data files: what they hold beside what they may is named with its line."""

from collections.abc import Callable

import pytest

from nabla.checks.freshness import fingerprint
from nabla.checks.parity import compare_pages
from nabla.checks.typography import typeset
from nabla.problem import ProblemError
from nabla.source.front_matter import check_front_matter, set_key
from nabla.source.glossary import Concept, Term, check_surfaces, find_terms
from nabla.source.pins import find_pin
from nabla.source.project import Project

from .conftest import HOME, LOCALES, ROOT, SmallProject


def entry(id_: str, word: str = "", **others: str) -> str:
    """Return an entry of a glossary, whose term is `word` but where `others` say another."""
    lines = (
        f"  {one}: {others.get(one, f'{{term: {word or id_}, definition: D.}}')}" for one in LOCALES
    )
    return "\n".join([f"- id: {id_}", *lines]) + "\n"


FR = LOCALES.index("fr") + 2
Mistake = Callable[[SmallProject], None]


def page(text: str) -> Mistake:
    return lambda project: project.write("docs/fr/index.md", text)


def words(old: str, new: str) -> Mistake:
    def change(project: SmallProject) -> None:
        text = project.read("words/fr.yml")
        assert old in text
        project.write("words/fr.yml", text.replace(old, new, 1))

    return change


def glossary(text: str) -> Mistake:
    return lambda project: project.write("glossary.yml", text)


def config(old: str, new: str) -> Mistake:
    def change(project: SmallProject) -> None:
        text = project.read("mkdocs.yml")
        assert old in text
        project.write("mkdocs.yml", text.replace(old, new, 1))

    return change


COMMA = "{term: tangente, definition: Droite par un point, de même pente}"
MISTAKES: dict[str, tuple[Mistake, str]] = {
    "front matter that is no YAML": (
        page(HOME.replace("title: Home", "title: Note : une remarque")),
        "docs/fr/index.md:2: this is no YAML: mapping values are not allowed in this context; "
        "put the value in quotes, if it is a text",
    ),
    "front matter that is a list": (
        page("---\n- a\n---\n\n# Home { #home }\n"),
        "docs/fr/index.md:2: this is a list, not a mapping; write a mapping",
    ),
    "front matter that never ends": (
        page("---\ntitle: a\n\n# Home { #home }\n"),
        "docs/fr/index.md:1: the front matter is empty, or never closed; end it with a line `---`",
    ),
    "front matter below a blank line": (
        page("\n" + HOME),
        "docs/fr/index.md:2: front matter begins on the first line of a file; "
        "take out what is above",
    ),
    "a first line that MkDocs swallows": (
        page("Remarque: voici\n\n# Home { #home }\n"),
        "docs/fr/index.md:1: MkDocs takes this line for front matter, and does not show it; ",
    ),
    "an unknown key": (
        page(HOME.replace("title: Home", "title: Home\nminuts: 3")),
        "docs/fr/index.md:3: unknown key `minuts`; take it out, or write one of: title, ",
    ),
    "a title that is no text": (
        page(HOME.replace("title: Home", "title: 2024")),
        "docs/fr/index.md:2: `title` is a number, not a text; put it in quotes",
    ),
    "a key twice": (
        page(HOME.replace("title: Home", "title: Home\ntitle: Accueil")),
        "docs/fr/index.md:3: `title` stands a second time in one mapping; mend it, or keep one",
    ),
    "options of the search that are none": (
        page(HOME.replace("title: Home", "title: Home\nsearch:\n  bost: 2")),
        "docs/fr/index.md:4: unknown key `search.bost`; ",
    ),
    "words that are no YAML": (
        words("result: Résultat", "result: Résultat : le voici"),
        "words/fr.yml:9: this is no YAML: mapping values are not allowed in this context; ",
    ),
    "an unknown word": (
        words("result:", "resultat: a\nresult:"),
        "words/fr.yml:9: unknown key `resultat`; take it out, or write one of: site_name, ",
    ),
    "a word that is missing": (
        words("  Learn: Apprendre\n", ""),
        "words/fr.yml:4: `nav.Learn` is missing; add it",
    ),
    "a word that YAML takes for none": (
        words("result: Résultat", "result: no"),
        "words/fr.yml:9: `result` is true or false, not a text; put it in quotes",
    ),
    "a place in a text that nothing fills": (
        words("{variable}", "{variabel}"),
        "words/fr.yml:24: `graph.title`: {variabel} is not in words/en.yml; ",
    ),
    "a brace that is not closed": (
        words("{variable}", "{variable"),
        "words/fr.yml:24: `graph.title`: expected '}' before end of string; ",
    ),
    "a definition cut at a comma": (
        glossary(entry("tangent", fr=COMMA)),
        f"glossary.yml:{FR}: unknown key `fr.de même pente`; "
        "put the text before it in quotes, if a comma ended that, or take it out",
    ),
    "forms that are no list": (
        glossary(entry("tangent", fr="{term: a, forms: as, definition: D.}")),
        f"glossary.yml:{FR}: `fr.forms` is a text, not a list; write a list",
    ),
    "a language that there is not": (
        glossary(entry("tangent") + "  xx: {term: a, definition: D.}\n"),
        f"glossary.yml:{len(LOCALES) + 2}: unknown key `xx`; ",
    ),
    "two entries with one id": (
        glossary(entry("a", "one") + entry("a", "other")),
        f"glossary.yml:{len(LOCALES) + 2}: a second entry `a`; give it another id",
    ),
    "a word of two entries": (
        glossary(
            entry("one", fr="{term: a b, definition: D.}")
            + entry("two", fr="{term: A B, definition: D.}")
        ),
        f"glossary.yml:{FR}: “a b” of `one` in `fr` is a word for `two` too; "
        "write `ask: [a b]`, so that only a link in a page means it",
    ),
    "a word of one character": (
        glossary(entry("leaf", ja="{term: 葉, definition: D.}")),
        f"glossary.yml:{LOCALES.index('ja') + 2}: “葉” of `leaf` in `ja` is one character; ",
    ),
    "an exception without a reason": (
        lambda project: project.write(
            "glossary-exceptions.yml", "# Why\n\n- {page: fr/index, term: slope}\n"
        ),
        "glossary-exceptions.yml:3: `reason` is missing; add it",
    ),
    "a language that YAML takes for none": (
        config("locale: ja", "locale: no"),
        "languages: `locale` is true or false, not a text; put it in quotes; ",
    ),
    "two default languages": (
        config("name: Français", "name: Français, default: true"),
        "one language is the default one; give one, and no other, default: true",
    ),
    "a navigation of numbers": (
        config("  - Home: index.md", "  - 5"),
        "`nav` names 5, which is no page; write `- page.md`",
    ),
    "a plugin that is not there": (config("  - search:", "  - offline:"), "no search plugin; add"),
    "a page of another name": (
        lambda project: project.write("docs/fr/more.markdown", "# More\n"),
        "docs/fr/more.markdown:1: MkDocs takes this for a page, and no check reads it; end its",
    ),
    "a page of no language": (
        lambda project: project.write("docs/more.md", "# More\n"),
        "docs/more.md:1: this page stands in the folder of no language; put it below docs/en/",
    ),
}
MKDOCS_SAYS_IT = {
    "a language that YAML takes for none",
    "a navigation of numbers",
    "a plugin that is not there",
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_a_data_file_is_named_in_one_line(project: SmallProject, case: str):
    mistake, message = MISTAKES[case]
    mistake(project)
    outcome = project.nabla("check")

    assert any(message in line for line in outcome.said.split("\n")), outcome.said
    assert outcome.code == 1
    assert "Traceback" not in outcome.said


@pytest.mark.parametrize("case", sorted(MISTAKES.keys() - MKDOCS_SAYS_IT))
def test_a_build_names_it_too(project: SmallProject, case: str):
    mistake, message = MISTAKES[case]
    mistake(project)
    outcome = project.build()

    assert message in outcome.said
    assert outcome.code == 1
    assert "Traceback" not in outcome.said


def test_a_page_whose_front_matter_is_none_is_not_stamped(project: SmallProject):
    text = HOME.replace("title: Home", "title: Note : une remarque")
    project.write("docs/fr/index.md", text)

    for outcome in (project.nabla("stamp", "fr", "index"), project.nabla("status")):
        assert "docs/fr/index.md:2: this is no YAML" in outcome.said
        assert outcome.code == 1
    assert project.read("docs/fr/index.md") == text


def test_a_stamped_page_is_current_whatever_its_dashes(project: SmallProject):
    for text in (
        "--- \ntitle: x\n---\n\nA\n",
        "---\ntitle: x\n--- \n\nA\n",
        "---\na: b\n...\n\nA\n",
    ):
        project.write("docs/fr/index.md", text.replace("a: b", "title: x"))
        assert project.nabla("stamp", "fr", "index").code == 0
        assert "index  fr  current" in project.nabla("status").said
        assert project.read("docs/fr/index.md").count("title: x") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: b\n", "a: b\nenglish: ff\n"),
        ("english: 00 # why\na: b\n", "english: ff # why\na: b\n"),
        ('"english": 00\n', '"english": ff\n'),
        ("english:\na: b\n", "english: ff\na: b\n"),
        ("english: >\n  00\n  11\na: b\n", "english: ff\na: b\n"),
        ("é: {english: 1}\nenglish: 00\n", "é: {english: 1}\nenglish: ff\n"),
    ],
)
def test_a_stamp_changes_one_value_and_nothing_else(before: str, after: str):
    assert set_key(f"---\n{before}---\n\nA\n", "english", "ff") == f"---\n{after}---\n\nA\n"


def test_a_stamp_that_looks_like_a_number_is_read_as_it_was_written():
    stamped = set_key("---\ntitle: a\n---\n", "english", "0123456701234567")

    assert stamped == "---\ntitle: a\nenglish: '0123456701234567'\n---\n"
    assert not check_front_matter(stamped, "a.md")


def test_front_matter_that_cannot_be_added_to_is_left_alone(project: SmallProject):
    text = "---\n{title: a}\n---\n\n# A { #home }\n"
    project.write("docs/fr/index.md", text)
    outcome = project.nabla("stamp", "fr", "index")

    mark = fingerprint(project.read("docs/en/index.md"))
    assert (
        "docs/fr/index.md:1: `english` cannot be set in this front matter; "
        f"write it there yourself: `english: {mark}`" in outcome.said
    )
    assert project.read("docs/fr/index.md") == text


def test_the_original_is_not_stamped_by_a_way_around(project: SmallProject):
    before = project.read("docs/en/index.md")
    outcome = project.nabla("stamp", "fr", "../en/index")

    assert outcome.code == 1
    assert project.read("docs/en/index.md") == before


def test_the_glossary_of_the_site_shares_no_word_unknowingly():
    assert check_surfaces(Project(ROOT)) == []
    assert "TEMPORARY" not in (ROOT / "nabla/source/glossary.py").read_text(encoding="utf-8")


def test_words_that_pages_link_themselves_are_not_linked():
    one = Concept("one", {"ja": Term("微分", "D.", ask=("微分",))})
    two = Concept("two", {"ja": Term("偏微分", "D.", ("微分法",))})

    found = [id_ for id_, _ in find_terms("微分と偏微分と微分法", [one, two], "ja")]
    assert found == ["two", "two"]


def test_words_that_entries_share_knowingly_are_no_problem(project: SmallProject):
    asked = "{term: 微分, definition: D., ask: [微分]}"
    project.write(
        "glossary.yml", entry("one", "first", ja=asked) + entry("two", "second", ja=asked)
    )
    assert check_surfaces(Project(project.root)) == []

    project.write("glossary.yml", entry("one", ja="{term: 微分, definition: D., ask: [微]}"))
    (problem,) = check_surfaces(Project(project.root))
    assert "`ask` of `one` in `ja` names “微”, which it has not" in str(problem)


def test_a_link_that_one_language_asks_for_needs_no_counterpart():
    asked = "A [葉](../reference/glossary.md#leaf).\n"

    assert not compare_pages("A leaf.\n", "en.md", asked, "ja.md")
    assert compare_pages("A leaf.\n", "en.md", asked.replace("glossary", "errors"), "ja.md")


def test_a_link_to_the_glossary_leads_there_in_a_strict_build(project: SmallProject):
    project.write("glossary.yml", entry("leaf", ja="{term: 葉, definition: D., ask: [葉]}"))
    project.write_page("reference/glossary", "# G { #g }\n\n<!--nabla:glossary-->\n")
    text = project.read("mkdocs.yml").replace(
        "index.md\n", "index.md\n  - reference/glossary.md\n", 1
    )
    project.write("mkdocs.yml", text)
    asked = "\n葉、[葉](reference/glossary.md#leaf)\n"
    project.write("docs/ja/index.md", project.read("docs/ja/index.md") + asked)
    outcome = project.build()

    assert outcome.code == 0, outcome.said
    assert '<p>葉、<a href="reference/glossary/#leaf">葉</a></p>' in project.read(
        "site/ja/index.html"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("torch==2.13.0", 1),
        ("# pins\nTorch == 2.13.0 ; python_version > '3'", 2),
        ("numpy==1.0 \\\n  --hash=sha256:aa\ntorch==2.13.0 \\\n    --hash=sha256:bb\n", 3),
        ("torch==1.0; python_version < '3'\ntorch[opt]==2.13.0  # here", 2),
        ("--index-url https://x.example\n./local.whl\ntorch===2.13.0", 3),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_pin_is_found_as_pip_finds_it(tmp_path, text: str, line: int, encoding: str):
    (tmp_path / "requirements.txt").write_bytes(text.encode(encoding))

    assert find_pin(Project(tmp_path)) == (line, "2.13.0")


def test_a_pin_in_another_file_is_found(tmp_path):
    (tmp_path / "requirements.txt").write_text("-r more.txt\n-r requirements.txt\n")
    (tmp_path / "more.txt").write_text("numpy\ntorch==2.13.0\n")

    assert find_pin(Project(tmp_path)) == (2, "2.13.0")


@pytest.mark.parametrize(
    "text", ["torch>=2", "torch==2.13.*", "torch @ https://x.example/t.whl", "torch==x", "torch!"]
)
def test_a_torch_without_a_pin_is_named_with_its_line(tmp_path, text: str):
    (tmp_path / "requirements.txt").write_text(f"torchvision==2.13.0\n{text}\n")

    with pytest.raises(ProblemError, match=r"requirements\.txt:2: torch is not pinned"):
        find_pin(Project(tmp_path))


def test_a_line_separator_moves_no_line_and_no_code(project: SmallProject):
    code = "```text\nfor i in range(2):\n    x = a ? b: c\n```\n"
    project.write("docs/fr/index.md", f"{HOME}\nUn\u2028deux\u2028trois ?\n\n{code}")
    outcome = project.nabla("typography")

    assert "docs/fr/index.md:9: this line is not set as its language is" in outcome.said
    assert project.nabla("typography", "--fix").code == 0
    assert project.read("docs/fr/index.md") == (f"{HOME}\nUn\u2028deux\u2028trois\u202f?\n\n{code}")


def test_typography_leaves_the_end_of_front_matter_alone():
    text = "---\ntitle: a\n...\n\nQuoi ?\n"

    assert typeset(text, "fr") == "---\ntitle: a\n...\n\nQuoi\u202f?\n"
