"""The theme's folders are listed once, and that of our own templates each time."""

import os
from pathlib import Path

import pytest
from mkdocs.theme import Theme

from nabla.site.theme import environment_of


def test_all_files_of_the_theme_are_listed_but_hidden_ones_and_what_is_ours_comes_first(
    tmp_path: Path,
):
    (tmp_path / "main.html").write_text("ours", encoding="utf-8")
    theme = Theme("material", custom_dir=str(tmp_path))
    whole = theme.get_env()
    environment = environment_of(theme)

    assert environment.list_templates() == [
        name for name in whole.list_templates() if not name.startswith(".")
    ]
    assert environment.get_template("main.html").render() == "ours"
    icon = next(name for name in whole.list_templates() if name.startswith(".icons/"))
    assert environment.get_template(icon).render() == whole.get_template(icon).render()


def test_a_template_that_was_added_is_listed_though_the_theme_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    theme = Theme("material", custom_dir=str(tmp_path))
    environment_of(theme).list_templates()
    walked: list[str] = []
    walk = os.walk
    monkeypatch.setattr(os, "walk", lambda top, **how: walked.append(top) or walk(top, **how))
    (tmp_path / "added.html").write_text("", encoding="utf-8")

    assert "added.html" in environment_of(theme).list_templates()
    assert walked == [str(tmp_path)]
