"""What a reader loads at the first view of a page."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.browser import ARGUMENTS, find_browser, serve


@dataclass(frozen=True)
class Weight:
    """Requests to the page's own host and to others; kilobytes from its own, gzipped."""

    requests: int
    foreign: int
    kilobytes: float


def weigh(site: Path, path: str) -> Weight:
    """Open a page of a built site, and count what it asks for until the network is idle."""
    with serve(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address + path, wait_until="load")
        page.wait_for_timeout(3000)
        browser.close()
    urls = [urlsplit(url) for url in dict.fromkeys(asked) if url.startswith("http")]
    own = [url.path.lstrip("/") for url in urls if url.netloc == urlsplit(address).netloc]
    files = [
        site / (f"{name}index.html" if name.endswith("/") or not name else name) for name in own
    ]
    size = sum(_packed(file) for file in files if file.is_file())
    return Weight(len(own), len(urls) - len(own), size / 1000)


def _packed(file: Path) -> int:
    data = file.read_bytes()
    return len(data) if file.suffix in {".woff2", ".png"} else len(gzip.compress(data))
