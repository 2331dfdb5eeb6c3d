"""The same lessons for each tool: prose and code of the notebooks that this site offers."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LOCALES = ("en", "fr", "ja", "zh")
I18N = """site_name: Bench
docs_dir: docs
theme: {{ name: material, font: false }}
nav: [{nav}]
plugins:
{plugins}
  - i18n:
      docs_structure: folder
      fallback_to_default: false
      reconfigure_search: false
      languages:
{languages}
markdown_extensions: [admonition, attr_list, md_in_html, pymdownx.superfences]
"""
SPHINX = """project = "Bench"
extensions = ["myst_nb"]
nb_execution_mode = "{mode}"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
html_theme = "alabaster"
"""

Notebook = Mapping[str, Any]


def notebooks(site: Path, locales: Sequence[str]) -> dict[tuple[str, str], Notebook]:
    """Return the lessons of a built site by locale and slug, without their outputs."""
    found = {}
    for locale in locales:
        root = site if locale == "en" else site / locale
        for file in sorted((root / "learn").glob("*/*.ipynb")):
            made = json.loads(file.read_text(encoding="utf-8"))
            for cell in made["cells"]:
                if cell["cell_type"] == "code":
                    cell.update(outputs=[], execution_count=None)
            found[locale, file.stem] = made
    return found


def mkdocs_jupyter(lessons: Mapping[tuple[str, str], Notebook], folder: Path) -> None:
    """Write a project of executed notebook pages. Jupytext is what i18n lets through."""
    plugins = "  - search\n  - mkdocs-jupyter: { execute: true, allow_errors: false }"
    _mkdocs(lessons, folder, plugins, _jupytext)


def markdown_exec(lessons: Mapping[tuple[str, str], Notebook], folder: Path) -> None:
    """Write a project whose fences run in the process of the build."""
    _mkdocs(lessons, folder, "  - search\n  - markdown-exec", _executed)


def myst_nb(lessons: Mapping[tuple[str, str], Notebook], folder: Path, mode: str) -> None:
    """Write a Sphinx project of notebooks, all languages in one. `mode` says when they run."""
    _empty(folder)
    (folder / "conf.py").write_text(SPHINX.format(mode=mode), encoding="utf-8")
    names = []
    for (locale, slug), lesson in lessons.items():
        (folder / locale).mkdir(exist_ok=True)
        text = json.dumps(lesson, ensure_ascii=False)
        (folder / locale / f"{slug}.ipynb").write_text(text, encoding="utf-8")
        names.append(f"{locale}/{slug}")
    toc = "\n".join(["# Bench", "", "```{toctree}", *names, "```", ""])
    (folder / "index.md").write_text(toc, encoding="utf-8")


def _mkdocs(lessons: Mapping, folder: Path, plugins: str, write) -> None:
    _empty(folder)
    locales = sorted({locale for locale, _ in lessons}, key=LOCALES.index)
    slugs = sorted({slug for _, slug in lessons})
    for (locale, slug), lesson in lessons.items():
        path = folder / "docs" / locale / f"{slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write(lesson), encoding="utf-8")
    for locale in locales:
        (folder / "docs" / locale / "index.md").write_text("# Bench\n", encoding="utf-8")
    languages = "\n".join(
        f"        - {{ locale: {locale}, name: {locale}, default: {str(locale == 'en').lower()} }}"
        for locale in locales
    )
    nav = ", ".join(["index.md", *(f"{slug}.md" for slug in slugs)])
    config = I18N.format(nav=nav, plugins=plugins, languages=languages)
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")


def _jupytext(lesson: Notebook) -> str:
    head = "---\njupyter:\n  kernelspec: {display_name: p, language: python, name: python3}\n---\n"
    return head + _fenced(lesson, "python")


def _executed(lesson: Notebook) -> str:
    return _fenced(lesson, 'python exec="on" source="above" result="text"')


def _fenced(lesson: Notebook, info: str) -> str:
    parts = [
        cell["source"] if cell["cell_type"] == "markdown" else f"```{info}\n{cell['source']}\n```"
        for cell in lesson["cells"]
    ]
    return "\n" + "\n\n".join(parts) + "\n"


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def ours(project: Path, folder: Path, locales: Sequence[str] = LOCALES, times: int = 1) -> None:
    """Copy this project with its ten lessons only, in some languages, each `times` over."""
    _empty(folder)
    for name in ("overrides", "words"):
        shutil.copytree(project / name, folder / name)
    shutil.copy(project / "requirements.txt", folder)
    slugs = []
    for locale in locales:
        (folder / "docs" / locale / "learn").mkdir(parents=True)
        (folder / "docs" / locale / "index.md").write_text("# Bench { #bench }\n", encoding="utf-8")
        slugs = sorted(path.stem for path in (project / "docs" / locale / "learn").glob("*.md"))
        for slug in slugs:
            text = (project / "docs" / locale / "learn" / f"{slug}.md").read_text(encoding="utf-8")
            for number in range(times):
                there = folder / "docs" / locale / "learn" / f"{slug}{number or ''}.md"
                there.write_text(text, encoding="utf-8")
    for name in sorted(_embedded(folder / "docs", project / "snippets")):
        there = folder / "snippets" / f"{name}.md"
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project / "snippets" / f"{name}.md", there)
    shutil.copy(project / "glossary.yml", folder)
    config = (project / "mkdocs.yml").read_text(encoding="utf-8")
    before, _, rest = config.partition("nav:\n")
    pages = [f"learn/{slug}{number or ''}.md" for slug in slugs for number in range(times)]
    nav = "".join(f"  - {page}\n" for page in ["index.md", *pages])
    kept = [
        line
        for line in rest[rest.index("plugins:") :].splitlines()
        if not (
            line.strip().startswith("- { locale:") and line.split()[3].strip(",") not in locales
        )
    ]
    (folder / "mkdocs.yml").write_text(f"{before}nav:\n{nav}" + "\n".join(kept), encoding="utf-8")


def _embedded(docs: Path, snippets: Path) -> set[str]:
    """Return the names of the snippets that pages embed or draw."""
    texts = [path.read_text(encoding="utf-8") for path in docs.rglob("*.md")]
    files = [path.relative_to(snippets).with_suffix("") for path in snippets.rglob("*.md")]
    return {
        file.as_posix()
        for file in files
        if any(re.search(rf"\b{file.as_posix()}(?![\w-])", text) for text in texts)
    }
