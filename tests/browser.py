"""A real browser for tests, and a local server for it to read from.

`tests/conftest.py` imports the fixtures. They replace those of pytest-playwright,
which would look for a browser of its own instead of that of the machine.
"""

import contextlib
import functools
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--in-process-gpu",
    "--process-per-site",
    "--renderer-process-limit=1",
)


@dataclass(frozen=True)
class Tab:
    """A page of the browser, and what went wrong on it: console errors, failed requests."""

    page: "Page"
    errors: list[str] = field(default_factory=list)

    def go(self, url: str) -> "Page":
        self.page.goto(url)
        return self.page


OpenTab = Callable[..., Tab]


def find_browser() -> str | None:
    """Return the path of the browser: NABLA_BROWSER, or the first of NAMES that is there."""
    if named := os.environ.get("NABLA_BROWSER"):
        return named
    return next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The browser of this machine. Without one, tests are skipped.

    They fail instead where NABLA_BROWSER_REQUIRED is set.
    """
    executable = find_browser()
    if executable is None:
        give_up = pytest.fail if os.environ.get("NABLA_BROWSER_REQUIRED") else pytest.skip
        give_up("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def contexts(browser: "Browser") -> Callable[..., "BrowserContext"]:
    """Return a function that gives the context of such options: a new one reads all anew."""
    made: dict[str, BrowserContext] = {}

    def context(**options: object) -> "BrowserContext":
        key = repr(sorted(options.items()))
        if key not in made:
            made[key] = browser.new_context(**options)
        return made[key]

    return context


@pytest.fixture
def browser_page(contexts: Callable[..., "BrowserContext"]) -> Iterator[OpenTab]:
    """Return a function that opens a Tab; its arguments are those of a browser context.

    For example `browser_page(viewport={"width": 375, "height": 800}, color_scheme="dark")`.
    What pages stored is forgotten with the last tab.
    """
    tabs: list[Tab] = []

    def open_tab(**options: object) -> Tab:
        tab = Tab(contexts(**options).new_page())
        listen(tab)
        tabs.append(tab)
        return tab

    yield open_tab
    for tab in tabs:
        tab.page.evaluate("localStorage.clear(), sessionStorage.clear()")
        tab.page.close()


def listen(tab: Tab) -> None:
    """Have `tab.errors` fill with what goes wrong."""
    page, note = tab.page, tab.errors.append
    page.on("console", lambda said: note(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: note(str(error)))
    page.on("requestfailed", lambda request: note(f"{request.failure} {request.url}"))
    page.on("response", lambda r: note(f"{r.status} {r.url}") if r.status >= 400 else None)


def wait_until(page: "Page", condition: str, seconds: float = 60) -> None:
    """Wait until an expression of JavaScript is true.

    Playwright's own `wait_for_function` asks again from within the page, whose policy may
    forbid it.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"never true: {condition}"
        page.wait_for_timeout(50)


def read_through(page: "Page") -> None:
    """Scroll from the top to the end, so that all of the page is laid out and mounted."""
    page.evaluate(
        """async () => {
            const frame = () =>
                new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
            while (document.querySelector(".md-content__inner > :not([data-laid])")) await frame();
            for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
                scrollTo(0, y);
                await frame();
            }
            scrollTo(0, 0);
            await frame();
        }"""
    )


def lay_out(page: "Page") -> None:
    """Lay all of the page out at once, so that nothing moves under the mouse of a test."""
    page.evaluate("delete document.documentElement.dataset.layout")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class _Lenient(_Quiet):
    """What is not there is answered by a page of the site, as web hosts do."""

    def __init__(self, *args: Any, missing: Path, **options: Any):
        self._missing = missing
        super().__init__(*args, **options)

    def send_error(self, code: int, *_: Any, **__: Any) -> None:
        body = self._missing.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Slow(_Quiet):
    """A page comes in 24 pieces, and the browser paints in between."""

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        if not source.name.endswith(".html"):
            return super().copyfile(source, outputfile)
        size = os.fstat(source.fileno()).st_size // 24 + 1
        while piece := source.read(size):
            outputfile.write(piece)
            time.sleep(0.05)


@contextlib.contextmanager
def serve(folder: Path, *, slowly: bool = False, missing: Path | None = None) -> Iterator[str]:
    """Serve the files of `folder` to this machine alone; gives the address, ending in `/`.

    Slowly, its reader sees a page grow. `missing` is a page that answers for what is not there.
    """
    handler = functools.partial(_Slow if slowly else _Quiet, directory=str(folder))
    if missing:
        handler = functools.partial(_Lenient, directory=str(folder), missing=missing)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
