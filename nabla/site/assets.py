"""The scripts and styles of the explorers, as files of the site."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from nabla.explorers import script_files, style_files

SCRIPTS = "assets/javascripts/explorers"
STYLE = "assets/stylesheets/explorers.css"


def add_explorers(files: Files, config: MkDocsConfig) -> None:
    """Add the scripts of all kinds in one folder, and their styles joined into one file."""
    style = "\n".join(file.read_text(encoding="utf-8") for file in style_files())
    files.append(File.generated(config, STYLE, content=style))
    for file in script_files():
        address = f"{SCRIPTS}/{file.name}"
        files.append(File.generated(config, address, abs_src_path=str(file)))
