"""The engines of the three browsers, each behind the same few words: open, run, press, click.

Chromium is driven by Playwright. Firefox listens to WebDriver BiDi, and WebKitGTK to its own
WebDriver; both take the same actions of keyboard and pointer, which the standard defines.
https://www.w3.org/TR/webdriver2/#actions, https://www.w3.org/TR/webdriver-bidi/
"""

import base64
import contextlib
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .browser import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser as PlaywrightBrowser

KEYS = {
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "End": "\ue010",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Space": " ",
}
"""The keys that tests press, as WebDriver numbers them. Playwright knows them by name."""
HEIGHT = 900
MIDDLE = """(() => {
    const element = document.querySelector(%s);
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
})()"""
PROFILE = """\
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("remote.active-protocols", 1);
user_pref("toolkit.startup.max_resumed_crashes", -1);
"""
FRAME = """const [url, width, height] = arguments;
const frame = document.createElement("iframe");
document.body.style.margin = 0;
frame.style = `display: block; border: 0; width: ${width}px; height: ${height}px`;
frame.src = url;
frame.onload = arguments[3];
document.body.replaceChildren(frame);"""


class Engine:
    """A browser with one tab.

    Of the page opened last, `errors` are what its console says and the requests that failed,
    `asked` the addresses that it asked for.
    """

    name = ""
    errors: list[str]
    asked: set[str]

    def open(self, url: str, width: int = 1300) -> None:
        """Open a page in a window so wide, and wait until all of it is there."""
        raise NotImplementedError

    def resize(self, width: int) -> None:
        """Make the window so wide."""
        raise NotImplementedError

    def run(self, script: str) -> Any:
        """Return the value of an expression, or of the promise that it gives, on the page."""
        raise NotImplementedError

    def press(self, *keys: str) -> None:
        """Press keys one after the other: names of KEYS, or characters."""
        raise NotImplementedError

    def click(self, selector: str) -> None:
        """Bring an element into view, and click on its middle."""
        x, y = self.run(MIDDLE % json.dumps(selector))
        self._click(round(x), round(y))

    def _click(self, x: int, y: int) -> None:
        raise NotImplementedError

    def picture(self) -> bytes:
        """Return what is on the screen, as a PNG."""
        raise NotImplementedError

    def wait(self, script: str, seconds: float = 5) -> Any:
        """Return the value of an expression once it is true. Raises AssertionError if never."""
        end = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"{self.name}: never true: {script}"
            time.sleep(0.02)
        return value

    def close(self) -> None:
        raise NotImplementedError


class Chromium(Engine):
    name = "chromium"

    def __init__(self, browser: "PlaywrightBrowser"):
        self.errors, self.asked = [], set()
        self._context = browser.new_context(viewport={"width": 1300, "height": HEIGHT})
        self._page = self._context.new_page()
        self._page.on("request", lambda request: self.asked.add(request.url))
        self._page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._page.on("console", lambda said: self.errors.append(f"{said.type}: {said.text}"))

    def open(self, url: str, width: int = 1300) -> None:
        self._page.goto("about:blank")
        self.errors.clear()
        self.asked.clear()
        self.resize(width)
        self._page.goto(url)

    def resize(self, width: int) -> None:
        self._page.set_viewport_size({"width": width, "height": HEIGHT})

    def run(self, script: str) -> Any:
        return self._page.evaluate(script)

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)

    def _click(self, x: int, y: int) -> None:
        self._page.mouse.click(x, y)

    def picture(self) -> bytes:
        return self._page.screenshot()

    def close(self) -> None:
        self._context.close()


def find_firefox() -> list[str] | None:
    """Return the program of Firefox, if it is there."""
    found = filter(None, map(shutil.which, ("firefox-esr", "firefox")))
    return [program] if (program := next(found, None)) else None


def find_webkit() -> list[str] | None:
    """Return the programs of WebKitGTK: MiniBrowser, its driver, and a screen for it."""
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    return [str(browsers[-1]), driver, screen] if browsers and driver and screen else None


def _keyboard(keys: tuple[str, ...]) -> list[dict[str, Any]]:
    codes = [KEYS.get(key, key) for key in keys]
    turns = [{"type": turn, "value": code} for code in codes for turn in ("keyDown", "keyUp")]
    return [{"type": "key", "id": "keys", "actions": turns}]


def _mouse(x: int, y: int) -> list[dict[str, Any]]:
    turns = [
        {"type": "pointerMove", "x": x, "y": y, "origin": "viewport", "duration": 0},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    kind = {"pointerType": "mouse"}
    return [{"type": "pointer", "id": "mouse", "parameters": kind, "actions": turns}]


class Firefox(Engine):
    name = "firefox"

    def __init__(self, program: str, folder: Path, preferences: str = ""):
        from websocket import create_connection

        self.errors, self.asked = [], set()
        (folder / "user.js").write_text(PROFILE + preferences, encoding="utf-8")
        command = [program, "--headless", "--no-remote", "--profile", str(folder)]
        self._process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr
        said = (re.search(r"ws://\S+", line) for line in self._process.stderr)
        address = next(filter(None, said))[0]
        self._socket = create_connection(f"{address}/session", suppress_origin=True, timeout=60)
        self._number = 0
        self._ask("session.new", capabilities={})
        events = ["log.entryAdded", "network.beforeRequestSent", "network.responseCompleted"]
        self._ask("session.subscribe", events=[*events, "network.fetchError"])
        self._tab = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("id") == self._number:
                assert told["type"] == "success", f"{method}: {told}"
                return told["result"]
            self._hear(told.get("method", ""), told.get("params", {}))

    def _hear(self, event: str, told: Mapping[str, Any]) -> None:
        if event == "log.entryAdded":
            self.errors.append(f"{told['level']}: {told['text']}")
        elif event == "network.beforeRequestSent":
            self.asked.add(told["request"]["url"])
        elif event == "network.fetchError":
            self.errors.append(f"{told['errorText']} {told['request']['url']}")
        elif event == "network.responseCompleted" and told["response"]["status"] >= 400:
            self.errors.append(f"{told['response']['status']} {told['request']['url']}")

    def open(self, url: str, width: int = 1300) -> None:
        self._ask("browsingContext.navigate", context=self._tab, url="about:blank", wait="complete")
        self.errors.clear()
        self.asked.clear()
        self.resize(width)
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def resize(self, width: int) -> None:
        size = {"width": width, "height": HEIGHT}
        self._ask("browsingContext.setViewport", context=self._tab, viewport=size)

    def run(self, script: str) -> Any:
        function = f"async () => JSON.stringify((await ({script})) ?? null)"
        told = self._ask(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            target={"context": self._tab},
        )
        assert told["type"] == "success", f"{script}: {told.get('exceptionDetails')}"
        return json.loads(told["result"]["value"])

    def press(self, *keys: str) -> None:
        self._ask("input.performActions", context=self._tab, actions=_keyboard(keys))

    def _click(self, x: int, y: int) -> None:
        self._ask("input.performActions", context=self._tab, actions=_mouse(x, y))

    def picture(self) -> bytes:
        told = self._ask("browsingContext.captureScreenshot", context=self._tab)
        return base64.b64decode(told["data"])

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._ask("browser.close")
        self._process.terminate()
        self._process.wait(20)


class WebKit(Engine):
    """MiniBrowser on a screen of its own.

    Its window gets no narrower than its buttons: a page is opened in a frame, which is to the
    page what a window is.
    """

    name = "webkit"

    def __init__(self, program: str, driver: str, screen: str, folder: Path):
        self._console = folder / "console"
        self._read = 0
        self._said = self._console.open("wb")
        self._screen = subprocess.Popen(
            [screen, "-displayfd", "1", "-screen", "0", "1400x1100x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._screen.stdout
        display = self._screen.stdout.readline().strip()
        port = free_port()
        self._address = f"http://127.0.0.1:{port}"
        own = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "DISPLAY": f":{display}"}
        self._driver = subprocess.Popen(
            [driver, "-p", str(port)],
            env={**os.environ, **own},
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )
        self._session = self._begin(program)
        self._tell("window/rect", width=1350, height=HEIGHT + 150)

    def _begin(self, program: str) -> str:
        arguments = ["--automation", "--enable-write-console-messages-to-stdout=true"]
        options = {"webkitgtk:browserOptions": {"binary": program, "args": arguments}}
        for _ in range(200):
            with contextlib.suppress(urllib.error.URLError):
                told = self._ask("POST", "/session", capabilities={"alwaysMatch": options})
                return f"/session/{told['sessionId']}"
            time.sleep(0.05)
        raise AssertionError("WebKitWebDriver does not answer")

    def _ask(self, verb: str, path: str, **body: Any) -> Any:
        data = None if verb in {"GET", "DELETE"} else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, method=verb, data=data)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.read().decode()}") from None

    def _tell(self, order: str, **body: Any) -> Any:
        return self._ask("POST", f"{self._session}/{order}", **body)

    def open(self, url: str, width: int = 1300) -> None:
        self._tell("url", url="about:blank")
        self._read = self._console.stat().st_size
        self._tell("execute/async", script=FRAME, args=[url, width, HEIGHT])
        self._tell("frame", id=0)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def resize(self, width: int) -> None:
        self._tell("frame", id=None)
        script = f"document.querySelector('iframe').style.width = '{width}px'"
        self._tell("execute/sync", script=script, args=[])
        self._tell("frame", id=0)

    @property
    def errors(self) -> list[str]:
        self._said.flush()
        said = self._console.read_bytes()[self._read :].decode(errors="replace")
        return [line for line in said.splitlines() if line.startswith("CONSOLE")]

    @property
    def asked(self) -> set[str]:
        return {*self.run("performance.getEntriesByType('resource').map((one) => one.name)")}

    def run(self, script: str) -> Any:
        told = self._tell(
            "execute/async",
            script=f"""(async () => JSON.stringify((await ({script})) ?? null))().then(
                arguments[0], (error) => arguments[0](`error: ${{error}}`))""",
            args=[],
        )
        assert not told.startswith("error: "), f"{script}: {told}"
        return json.loads(told)

    def press(self, *keys: str) -> None:
        self._tell("actions", actions=_keyboard(keys))

    def _click(self, x: int, y: int) -> None:
        self._tell("actions", actions=_mouse(x, y))

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("GET", f"{self._session}/screenshot"))

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._ask("DELETE", self._session)
        for process in (self._driver, self._screen):
            process.terminate()
            process.wait(20)
        self._said.close()
