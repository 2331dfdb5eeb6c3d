"""The whole site as one zip that opens from a folder, without a server.

Browsers let a page from `file://` load classic scripts, and no modules, workers or JSON.
So in a copy of the site each module becomes a classic script that imports itself as a
data: URL, the search worker is started from its text, and each index becomes a script.
The zip is the same for the same site.
"""

import base64
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nabla.problem import Problem
from nabla.site.policy import remove_policy
from nabla.site.search import INDEX, TEXTS, WORKER

SCRIPTS = Path("assets/javascripts")
WORKERS = SCRIPTS / "workers"
START = SCRIPTS / "offline.js"
MODULE = re.compile(r'<script src="(?P<src>[^"]+)" type="module"[^>]*></script>')
PRELOAD = re.compile(r'\s*<link rel="preload"[^>]*>')
BUNDLE = re.compile(r'<script src="(?P<root>[^"]*)assets/javascripts/bundle\.')
IMPORT = re.compile(r'(?P<before>\bfrom\s*|\bimport\()"(?P<name>\./[\w.-]+\.js)"')
CHOSEN = re.compile(r"\bimport\(`\./\$\{(?P<variable>\w+)\}\.js`\)")
ONLINE = ("404.html", "sitemap.xml", "sitemap.xml.gz")
"""What only a server has a use for."""
WHEN = (2020, 1, 1, 0, 0, 0)
SHIM = """// Starts the search worker from its text: a page from a folder may not load one.
const FILES = %(files)s;
const CODE = %(code)s;
const load = `const FILES = ${JSON.stringify(FILES)};
self.importScripts = (...urls) => {
  for (const url of urls) (0, eval)(FILES[url.split("/").pop()]);
};
`;
window.Worker = class extends Worker {
  constructor() {
    super(URL.createObjectURL(new Blob([load, CODE], { type: "text/javascript" })));
  }
};
"""


def make_portable(site: Path) -> None:
    """Change a site, built without directory URLs, so that it works from a folder."""
    for name in ONLINE:
        (site / name).unlink(missing_ok=True)
    for index in [site / INDEX, *site.glob(f"*/{INDEX}")]:
        _write_index(index)
    (site / START).write_text(_shim(site), encoding="utf-8")
    wrapped = {file: _wrapped(file) for file in _modules(site)}
    for file, text in wrapped.items():
        file.write_text(text, encoding="utf-8")
    for page in site.rglob("*.html"):
        html = PRELOAD.sub("", remove_policy(_read_page(page)))
        html = MODULE.sub(r'<script src="\g<src>" defer></script>', html)
        html = BUNDLE.sub(
            lambda m: f'<script src="{m["root"]}{START.as_posix()}"></script>{m[0]}', html
        )
        page.write_bytes(html.encode("utf-8", "surrogateescape"))


def check_target(target: Path) -> Problem | None:
    """Say why no zip can be written to `target`, if it cannot."""
    shown, remedy = target.as_posix(), "name another file by --to"
    if not target.parent.is_dir():
        return Problem(shown, 1, "its folder is not there", "make it, or name another by --to")
    if target.is_dir():
        return Problem(shown, 1, "this is a folder", remedy)
    if target.exists() and not zipfile.is_zipfile(target):
        return Problem(shown, 1, "this is there already, and is no zip", remedy)
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        return Problem(shown, 1, "this cannot be written", remedy)
    return None


def write_zip(site: Path, target: Path, folder: str) -> None:
    """Pack a site into `target`, all below `folder`, readable to everybody."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in sorted(path for path in site.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{folder}/{file.relative_to(site).as_posix()}", WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            packed.writestr(entry, file.read_bytes())


def _write_index(index: Path) -> None:
    whole: dict[str, Any] = json.loads(index.read_text(encoding="utf-8"))
    texts = index.parent / Path(TEXTS).name
    whole["docs"] = json.loads(texts.read_text(encoding="utf-8"))
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    index.with_suffix(".js").write_text(f"var __index = {text};", encoding="utf-8")
    texts.unlink()
    index.unlink()


def _shim(site: Path) -> str:
    """Return the script that starts the search worker with all that it may load."""
    workers = [path for path in (site / WORKERS).glob("search.*.js")]
    lunr = [*(site / SCRIPTS / "lunr").glob("tinyseg.js")]
    stemmers = site / SCRIPTS / "lunr" / "min"
    lunr += [stemmers / f"lunr.{name}.min.js" for name in ("stemmer.support", "ja", "multi")]
    files = {path.name: path.read_text(encoding="utf-8") for path in [*workers, *lunr]}
    code = (site / WORKERS / WORKER).read_text(encoding="utf-8")
    code = code.replace(
        'importScripts(address.get("worker"))', f'importScripts("{workers[0].name}")'
    )
    return SHIM % {"files": json.dumps(files), "code": json.dumps(code)}


def _modules(site: Path) -> set[Path]:
    """Return the module scripts that pages load."""
    found = set()
    for page in site.rglob("*.html"):
        for match in MODULE.finditer(_read_page(page)):
            found.add((page.parent / match["src"]).resolve())
    return found


def _read_page(page: Path) -> str:
    """Return a page; one that an author put there as HTML may have another encoding."""
    return page.read_bytes().decode("utf-8", "surrogateescape")


def _wrapped(file: Path) -> str:
    return f'import("{_as_data(file)}");'


def _as_data(file: Path) -> str:
    """Return a module as a data: URL, with the modules that it imports inside it."""
    text = IMPORT.sub(
        lambda m: f'{m["before"]}"{_as_data(file.parent / m["name"])}"', file.read_text("utf-8")
    )
    if chosen := CHOSEN.search(text):
        known = _siblings(file.parent, exclude=[file.name])
        text = CHOSEN.sub(f"import({json.dumps(known)}[{chosen['variable']}])", text)
    return "data:text/javascript;base64," + base64.b64encode(text.encode()).decode()


def _siblings(folder: Path, exclude: Iterable[str]) -> Mapping[str, str]:
    files = sorted(path for path in folder.glob("*.js") if path.name not in exclude)
    return {path.stem: _as_data(path) for path in files}
