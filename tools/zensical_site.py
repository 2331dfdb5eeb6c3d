"""The English lessons by Zensical, from the same extensions and the same stored results.

`make zensical` runs this; contributing/zensical.md says what is missing there.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from nabla.explorers import script_files, style_files
from nabla.run.runner import Runner
from nabla.site.assets import SCRIPTS, STYLE
from nabla.site.prepare import prepare
from nabla.source.project import Project

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache" / "zensical"
LIBRARY = FOLDER / "lib"
"""Where `make zensical` puts Zensical: the environment of the site stays as it is."""
LOCALE = "en"
LABS = "labs"
"""Notebooks: a page cannot run their cells one by one."""
ALONE = (
    "assets/javascripts/overflow.js",
    "assets/javascripts/ask.js",
    f"{SCRIPTS}/index.js",
)
"""The scripts that need nothing of our templates."""
FEATURES = ("content.code.annotate", "content.code.copy", "navigation.sections")


def configure(project: Project) -> Mapping[str, Any]:
    """Return what Zensical is to read, made of mkdocs.yml."""
    given = project.config
    theme = {key: given["theme"][key] for key in ("name", "font", "favicon", "palette")}
    theme |= {"variant": "classic", "language": LOCALE, "features": list(FEATURES)}
    kept = {key: given[key] for key in ("site_name", "site_url", "extra_css")}
    return {**kept, "docs_dir": "docs", "site_dir": "site"} | {
        "nav": [part for part in given["nav"] if f"'{LABS}/" not in str(part)],
        "theme": {**theme, "logo": theme["favicon"]},
        "extra_javascript": [one for one in given["extra_javascript"] if one["path"] in ALONE],
        "markdown_extensions": [
            {name: {"root": str(project.root), "locale": LOCALE}}
            if str(name).startswith("nabla.")
            else name
            for name in given["markdown_extensions"]
        ],
    }


def write_project(project: Project, folder: Path) -> Path:
    """Write a project of Zensical into a folder, and return its configuration's path."""
    docs = folder / "docs"
    shutil.rmtree(docs, ignore_errors=True)
    shutil.copytree(project.root / "docs" / LOCALE, docs, ignore=shutil.ignore_patterns(LABS))
    shutil.copytree(project.root / "overrides" / "assets", docs / "assets")
    (docs / SCRIPTS).mkdir(parents=True)
    for script in script_files():
        shutil.copy(script, docs / SCRIPTS)
    style = "\n".join(file.read_text(encoding="utf-8") for file in style_files())
    (docs / STYLE).write_text(style, encoding="utf-8")
    path = folder / "mkdocs.yml"
    path.write_text(yaml.safe_dump(configure(project), sort_keys=False), encoding="utf-8")
    return path


def main() -> None:
    """Have every result, which the store keeps by what is installed; only then see Zensical."""
    project = Project(ROOT)
    with Runner() as runner:
        prepare(project, runner)
    path = write_project(project, FOLDER)
    sys.path.append(str(LIBRARY))
    import zensical

    zensical.build(str(path), {"clean": True, "strict": False})


if __name__ == "__main__":
    main()
