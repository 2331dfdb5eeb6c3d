"""The pages of this site, for tools that know nothing of it."""

import json
import re
import shutil
from dataclasses import asdict
from pathlib import Path
from textwrap import indent

from nabla.source.project import Project

INCLUDE = re.compile(r'^(?P<indent> *)--8<-- "(?P<name>.+)\.md"\n', re.MULTILINE)
CONFIG = """site_name: Bench
theme: {{ name: material, font: false }}
nav: {nav}
plugins:
  - search
  - i18n:
      docs_structure: folder
      fallback_to_default: false
      reconfigure_search: false
      build_only_locale: !ENV [ONLY, null]
      languages: {languages}
{plugin}
markdown_extensions:
  - admonition
  - attr_list
  - md_in_html
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.arithmatex: {{ generic: true }}
"""
EXECUTED = 'python exec="on" source="above" result="text" session="{page}"'


def write_floor(project: Project, folder: Path) -> None:
    """Write the pages with their snippets and the results that these state: all is text."""
    _write(project, folder, plugin="", fence="python", runs=False)


def write_for_markdown_exec(project: Project, folder: Path) -> None:
    """Write the pages with their snippets, which that plugin runs: each page is a session."""
    _write(project, folder, plugin="  - markdown-exec", fence=EXECUTED, runs=True)


def _write(project: Project, folder: Path, plugin: str, fence: str, runs: bool) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for locale in project.locales:
        for slug in project.slugs(locale):
            text = _embed(project, project.page(locale, slug).text, runs)
            info = fence.format(page=f"{locale}-{slug}")
            page = folder / "docs" / locale / f"{slug}.md"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text.replace("```python\n", f"```{info}\n"), encoding="utf-8")
    nav = json.dumps([f"{slug}.md" for slug in project.nav])
    languages = json.dumps([asdict(language) for language in project.languages])
    config = CONFIG.format(nav=nav, languages=languages, plugin=plugin)
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")


def _embed(project: Project, text: str, runs: bool) -> str:
    """Return a page with its snippets, and the results that they state unless they run."""

    def fences(found: re.Match[str]) -> str:
        (sample,) = project.read_snippet(found["name"]).samples
        result = "" if runs or not sample.stated else f"\n```text\n{sample.stated.text}```\n"
        return indent(f"```python\n{sample.code}```\n{result}", found["indent"])

    return INCLUDE.sub(fences, text)
