"""`python -m bench.lighthouse`: what Lighthouse says of pages on a phone, into bench/lighthouse.md.

Needs Node and a browser; Lighthouse CI serves the site, and runs Lighthouse some times.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser import find_browser, free_port

HERE = Path(__file__).parent
LIGHTHOUSE = "@lhci/cli@0.15.1"
# Web hosts speak HTTP/2 and pack texts, which decides how soon a page is seen.
SERVER = "npx --yes local-web-server@5.4.0 --http2 --compress"
PAGES = ("", "learn/slope/", "fr/learn/autograd/", "ja/learn/chain-rule/", "zh/learn/derivative/")
# Without the last flag a browser that has no screen may present its first frame a second late.
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--ignore-certificate-errors --run-all-compositor-stages-before-draw"
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
AUDITS = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
RUNS = 3
SLOWDOWN = 4
"""Lighthouse's own, for a phone of the middle range on most machines."""
PHONE = 500
"""The index of such a phone: its documentation has 4 × for 1500 to 2000, 2 × for 1000 to 1500."""
TEXT = """\
# What Lighthouse says

Lighthouse {version}, its phone on a slow network (simulated), {system}. Pages come packed, over \
HTTP/2, as from any web host. Scores are of 100; each is that of the middle one of {runs} runs. \
Made by `python -m bench.lighthouse`.

Lighthouse makes a processor {slowdown} times slower to have a phone of the middle range, which \
its documentation gives for machines whose index, as it measures it, is 1500 to 2000. The index \
here is {index:.0f}; {phone} times slower makes it {wanted}. What is behind the scores is \
{slowdown} times slower.

| page | performance, {slowdown} × slower | performance, {phone} × slower | accessibility \
| best practices | seo | largest paint | blocked | layout shift |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}
"""

Report = Mapping[str, Any]
Reports = dict[str, Report]


def main() -> None:
    """Build the site, and have Lighthouse look at it twice."""
    with tempfile.TemporaryDirectory(prefix="nabla-") as folder:
        port = free_port()
        address = f"https://127.0.0.1:{port}/"
        site = Path(folder) / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "-d", str(site)]
        environment = {**os.environ, "SITE_URL": address, "CHROME_PATH": find_browser() or ""}
        subprocess.run(build, cwd=HERE.parent, check=True, env=environment)
        os.environ |= environment
        first = collect(site, address, SLOWDOWN)
        index = median(report["environment"]["benchmarkIndex"] for report in first.values())
        slowdown = max(1, round(index / PHONE))
        phone = collect(site, address, slowdown)
    text = TEXT.format(
        version=first[""]["lighthouseVersion"],
        system=platform.system(),
        runs=RUNS,
        slowdown=SLOWDOWN,
        index=index,
        phone=slowdown,
        wanted=PHONE,
        rows="\n".join(_row(page, first[page], phone[page]) for page in PAGES),
    )
    (HERE / "lighthouse.md").write_text(text, encoding="utf-8")


def collect(site: Path, address: str, slowdown: int) -> Reports:
    """Return what Lighthouse says of each page: the middle one of its runs, by performance."""
    host, port = address.removeprefix("https://").rstrip("/").split(":")
    options = {
        "url": [address + page for page in PAGES],
        "numberOfRuns": RUNS,
        "startServerCommand": f"{SERVER} --directory {site} --hostname {host} --port {port}",
        "startServerReadyPattern": "Listening",
        "startServerReadyTimeout": 60_000,
        "settings": {
            "chromeFlags": FLAGS,
            "onlyCategories": CATEGORIES,
            "throttling": {"cpuSlowdownMultiplier": slowdown},
        },
    }
    config = site.parent / "lighthouserc.json"
    config.write_text(json.dumps({"ci": {"collect": options}}), encoding="utf-8")
    command = ["npx", "--yes", LIGHTHOUSE, "collect", f"--config={config}"]
    subprocess.run(command, cwd=site.parent, check=True)
    files = (site.parent / ".lighthouseci").glob("lhr-*.json")
    reports = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return {page: _middle(address + page, reports) for page in PAGES}


def _middle(url: str, reports: Sequence[Report]) -> Report:
    of_page = [report for report in reports if report["requestedUrl"] == url]
    return sorted(of_page, key=_score)[len(of_page) // 2]


def _score(report: Report, category: str = CATEGORIES[0]) -> int:
    return round(100 * report["categories"][category]["score"])


def _row(page: str, first: Report, phone: Report) -> str:
    scores = [_score(first), _score(phone)]
    scores += [min(_score(report, name) for report in (first, phone)) for name in CATEGORIES[1:]]
    values = [first["audits"][name]["displayValue"].replace("\u00a0", " ") for name in AUDITS]
    return f"| `/{page}` | {' | '.join(map(str, [*scores, *values]))} |"


if __name__ == "__main__":
    main()
