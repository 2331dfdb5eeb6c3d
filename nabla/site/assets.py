"""Files of the site that no author writes: scripts and styles of explorers, robots.txt."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from nabla.explorers import script_files, style_files

SCRIPTS = "assets/javascripts/explorers"
ROBOTS = "robots.txt"
STYLE = "assets/stylesheets/explorers.css"


def add_explorers(files: Files, config: MkDocsConfig) -> None:
    """Add the scripts of all kinds in one folder, and their styles joined into one file."""
    style = "\n".join(file.read_text(encoding="utf-8") for file in style_files())
    files.append(File.generated(config, STYLE, content=style))
    for file in script_files():
        address = f"{SCRIPTS}/{file.name}"
        files.append(File.generated(config, address, abs_src_path=str(file)))


def add_robots(files: Files, config: MkDocsConfig) -> None:
    """Add a robots.txt that welcomes all, and names the map of a site that has an address."""
    lines = ["User-agent: *", "Allow: /"]
    if config.site_url:
        lines += ["", f"Sitemap: {config.site_url}sitemap.xml"]
    files.append(File.generated(config, ROBOTS, content="\n".join([*lines, ""])))
