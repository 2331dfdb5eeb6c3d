"""`python -m bench.lighthouse`: what Lighthouse says of pages on a phone, into bench/lighthouse.md.

Needs Node; nothing else in the project does.
"""

import gzip
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.browser import Quiet, find_browser, serve

HERE = Path(__file__).parent
PROJECT = HERE.parent
LIGHTHOUSE = "lighthouse@12.8.2"
PAGES = ("", "learn/slope/", "fr/learn/autograd/", "ja/learn/chain-rule/", "zh/learn/derivative/")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PACKED = (".html", ".css", ".js", ".json", ".svg")


def main() -> None:
    npx = shutil.which("npx")
    if npx is None:
        sys.exit("Lighthouse needs Node: install it, or do without these figures")
    with tempfile.TemporaryDirectory(prefix="nabla-") as folder:
        site = Path(folder) / "site"
        with serve(site, _Packed) as address:
            build = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", str(site)]
            subprocess.run(build, cwd=PROJECT, check=True, env={**os.environ, "SITE_URL": address})
            reports = {page: _report(npx, address + page) for page in PAGES}
    (HERE / "lighthouse.md").write_text(table(reports), encoding="utf-8")


def table(reports: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the scores of pages, by their address within the site, as Markdown."""
    version = next(iter(reports.values()))["lighthouseVersion"]
    titles = [title.replace("-", " ") for title in CATEGORIES]
    rows = [
        f"| `/{page}` | {' | '.join(map(str, _scores(report)))} "
        f"| {_shown(report, 'largest-contentful-paint')} "
        f"| {_shown(report, 'total-blocking-time')} "
        f"| {_shown(report, 'cumulative-layout-shift')} |"
        for page, report in reports.items()
    ]
    return "\n".join(
        [
            "# What Lighthouse says",
            "",
            f"Lighthouse {version}, its phone on a slow network (simulated), {platform.system()}. "
            "Pages are served packed, as by any web host. Scores are of 100. Made by "
            "`python -m bench.lighthouse`.",
            "",
            f"| page | {' | '.join(titles)} | largest paint | blocked | layout shift |",
            f"|---|{'---:|' * (len(titles) + 3)}",
            *rows,
            "",
        ]
    )


def _scores(report: Mapping[str, Any]) -> list[int]:
    return [round(100 * report["categories"][name]["score"]) for name in CATEGORIES]


def _shown(report: Mapping[str, Any], audit: str) -> str:
    return report["audits"][audit]["displayValue"].replace("\u00a0", " ")


def _report(npx: str, url: str) -> Mapping[str, Any]:
    command = [
        *(npx, "--yes", LIGHTHOUSE, url, "--output=json", "--quiet"),
        f"--chrome-flags={FLAGS}",
        f"--only-categories={','.join(CATEGORIES)}",
    ]
    environment = {**os.environ, "CHROME_PATH": find_browser() or ""}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    return json.loads(done.stdout)


class _Packed(Quiet):
    """Sends texts packed over connections that stay open, and lets a browser keep what it has."""

    protocol_version = "HTTP/1.1"

    def send_head(self):
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if file.suffix not in PACKED or not file.is_file():
            return super().send_head()
        data = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=31536000")
        super().end_headers()


if __name__ == "__main__":
    main()
