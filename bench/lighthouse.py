"""`python -m bench.lighthouse`: what Lighthouse says of pages on a phone, into bench/lighthouse.md.

Needs Node; nothing else in the project does.
"""

import contextlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.browser import find_browser, free_port

HERE = Path(__file__).parent
PROJECT = HERE.parent
LIGHTHOUSE = "lighthouse@12.8.2"
# Web hosts speak HTTP/2 and pack texts, which decides how soon a page is seen.
SERVER = "local-web-server@5.4.0"
HOST = "127.0.0.1"
PAGES = ("", "learn/slope/", "fr/learn/autograd/", "ja/learn/chain-rule/", "zh/learn/derivative/")
# Without the last flag a browser that has no screen may present its first frame a second late.
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--ignore-certificate-errors --run-all-compositor-stages-before-draw"
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SLOWDOWN = 4
"""Lighthouse's own, for a phone of the middle range on most machines."""
PHONE = 500
"""The index of such a phone: its documentation has 4 × for 1500 to 2000, 2 × for 1000 to 1500."""
RUNS = 3
TRIES = 3  # of one run, since a browser that has no screen now and then paints nothing
PATIENCE = 60  # seconds for the server to come

Report = Mapping[str, Any]


def main() -> None:
    npx = shutil.which("npx")
    if npx is None:
        sys.exit("Lighthouse needs Node: install it, or do without these figures")
    with tempfile.TemporaryDirectory(prefix="nabla-") as folder:
        site = Path(folder) / "site"
        port = free_port()
        address = f"https://{HOST}:{port}/"
        build = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", str(site)]
        subprocess.run(build, cwd=PROJECT, check=True, env={**os.environ, "SITE_URL": address})
        with _served(npx, site, port):
            reports = {page: _calibrated(npx, address + page) for page in PAGES}
    (HERE / "lighthouse.md").write_text(table(reports), encoding="utf-8")


def table(reports: Mapping[str, Sequence[Report]]) -> str:
    """Return as Markdown what is said of pages, by their address within the site.

    A page has two reports: with SLOWDOWN, and with what makes a phone of this machine.
    """
    version = next(iter(reports.values()))[0]["lighthouseVersion"]
    heads = [f"performance, {SLOWDOWN} × slower", "performance, as slow as a phone"]
    heads += [title.replace("-", " ") for title in CATEGORIES[1:]]
    heads += ["largest paint", "blocked", "layout shift"]
    rows = [f"| `/{page}` | {' | '.join(_cells(of_page))} |" for page, of_page in reports.items()]
    return "\n".join(
        [
            "# What Lighthouse says",
            "",
            f"Lighthouse {version}, its phone on a slow network (simulated), {platform.system()}. "
            "Pages come packed, over HTTP/2, as from any web host. Scores are of 100; each is that "
            f"of the middle one of {RUNS} runs. Made by `python -m bench.lighthouse`.",
            "",
            "Lighthouse makes a processor four times slower to have a phone of the middle range. "
            "Its documentation has that for machines whose index, which it measures as it runs, is "
            "1500 to 2000, and twice for 1000 to 1500: in brackets is the index, and in the next "
            f"column how many times slower makes it {PHONE}. What is behind the scores is "
            f"{SLOWDOWN} times slower.",
            "",
            f"| page | {' | '.join(heads)} |",
            f"|---|{'---:|' * len(heads)}",
            *rows,
            "",
        ]
    )


def _cells(reports: Sequence[Report]) -> list[str]:
    first, phone = reports
    slower = phone["configSettings"]["throttling"]["cpuSlowdownMultiplier"]
    audits = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
    return [
        f"{_score(first)} ({_index(first):.0f})",
        f"{_score(phone)} ({slower} ×)",
        *(str(min(_score(r, name) for r in reports)) for name in CATEGORIES[1:]),
        *(first["audits"][name]["displayValue"].replace("\u00a0", " ") for name in audits),
    ]


def _score(report: Report, category: str = CATEGORIES[0]) -> int:
    return round(100 * report["categories"][category]["score"])


def _index(report: Report) -> float:
    return report["environment"]["benchmarkIndex"]


def _calibrated(npx: str, url: str) -> Sequence[Report]:
    first = _median(npx, url, SLOWDOWN)
    return first, _median(npx, url, max(1, round(_index(first) / PHONE)))


def _median(npx: str, url: str, slowdown: int) -> Report:
    reports = [_report(npx, url, slowdown) for _ in range(RUNS)]
    return sorted(reports, key=lambda r: r["categories"][CATEGORIES[0]]["score"])[RUNS // 2]


def _report(npx: str, url: str, slowdown: int) -> Report:
    command = [
        *(npx, "--yes", LIGHTHOUSE, url, "--output=json", "--quiet"),
        f"--chrome-flags={FLAGS}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--throttling.cpuSlowdownMultiplier={slowdown}",
    ]
    environment = {**os.environ, "CHROME_PATH": find_browser() or ""}
    for _ in range(TRIES):
        done = subprocess.run(
            command, check=False, capture_output=True, env=environment, encoding="utf-8"
        )
        if done.returncode == 0:
            return json.loads(done.stdout)
    sys.exit(f"{url}: Lighthouse failed {TRIES} times; the last time it said\n{done.stderr}")


@contextlib.contextmanager
def _served(npx: str, folder: Path, port: int) -> Iterator[None]:
    command = [
        *(npx, "--yes", SERVER, "--http2", "--compress"),
        *("--directory", str(folder), "--hostname", HOST, "--port", str(port)),
    ]
    # In a group of its own: npx starts the server and does not pass on that it is to end.
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_for(port)
        yield
    finally:
        os.killpg(server.pid, 15)
        server.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection((HOST, port)):
            return
        time.sleep(0.2)
    sys.exit(f"{SERVER} does not answer on port {port}")


if __name__ == "__main__":
    main()
