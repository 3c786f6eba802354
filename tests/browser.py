"""A real browser, headless: told by its debugging protocol what to open, type and look at.

Source: the Chrome DevTools Protocol, and `--remote-debugging-pipe` of Chromium: messages are JSON
that ends with a zero byte, on the descriptors 3 and 4.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Everything that a browser would do on its own is off: it opens one file and fetches nothing.
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_PATIENCE = 30  # seconds
# How the protocol says that a page is being left.
_LEFT = ("Inspected target navigated", "Execution context was destroyed", "Cannot find context")
# What Windows calls keys that type nothing, which the protocol wants to be told.
_CODES = {"Tab": 9, "Enter": 13, "Escape": 27}
# Puts the pipes where the browser looks for them, and becomes it.
_PLACED = """
import os, sys
for number, pipe in enumerate([os.dup(int(given)) for given in sys.argv[1:3]], 3):
    os.dup2(pipe, number)
    os.set_inheritable(number, True)
os.execv(sys.argv[3], sys.argv[3:])
"""


def browser() -> str:
    """Give the browser on PATH; without one the test is skipped, and fails where CI is set."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = f"no browser on PATH (looked for {', '.join(NAMES)}): the page was not rendered"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


class _LeftError(Exception):
    """Raised where a page is left while it is asked something."""


class Tab:
    """One tab of a running browser."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._held = b""
        self._count = 0
        self._session = ""
        (tab, *_) = self._ask("Target.getTargets")["targetInfos"]
        attached = self._ask("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
        self._session = attached["sessionId"]
        # What pages ask of anybody, from the first one on that is opened.
        self.asked: list[str] = []
        # What it has to complain of: its own errors, and what its policy refused.
        self.errors: list[str] = []
        for domain in ("Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def open(self, page: Path) -> None:
        """Open a file, and come back when it is there as a whole."""
        # Not earlier: what the browser's own first page asks is no page's of ours.
        for domain in ("Network", "Page"):
            self._ask(f"{domain}.enable")
        self._ask("Page.navigate", url=page.as_uri())
        self.until("document.readyState === 'complete'")

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self._ask("Input.insertText", text=text)

    def press(self, key: str, text: str = "") -> None:
        """Press a key by its name; `text` is what it types."""
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            code = _CODES.get(key, 0)
            self._ask(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed
            )

    def prefer(self, **features: str) -> None:
        """Prefer what a media query asks for: `prefers_color_scheme="dark"`; `media` is one too."""
        media = features.pop("media", "")
        told = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self._ask("Emulation.setEmulatedMedia", media=media, features=told)

    def without_scripts(self) -> None:
        """Run no script of any page that is opened from here on."""
        self._ask("Emulation.setScriptExecutionDisabled", value=True)

    def picture(self, path: Path, width: int = 1200, height: int = 900) -> None:
        """Keep what is shown as a PNG."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        path.write_bytes(b64decode(self._ask("Page.captureScreenshot")["data"]))

    def see(self, expression: str) -> Any:
        """Give the value of an expression of JavaScript, or of its promise."""
        answer = self._ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, expression: str) -> Any:
        """Give the value of an expression once it is no longer false; fail after half a minute."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            # A page that is being left answers nothing more.
            with suppress(_LeftError):
                if found := self.see(expression):
                    return found
            time.sleep(0.02)
        raise AssertionError(f"nothing came of it: {expression}")

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("method") == "Network.requestWillBeSent":
                self.asked.append(told["params"]["request"]["url"])
            self._complain(told.get("method"), told.get("params"))
            if told.get("id") == self._count:
                if told.get("error", {}).get("message", "").startswith(_LEFT):
                    raise _LeftError
                assert "error" not in told, told
                return told["result"]

    def _complain(self, method: str | None, told: Any) -> None:
        if method == "Runtime.exceptionThrown":
            self.errors.append(str(told["exceptionDetails"].get("exception", told)))
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.errors.append(told["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            self.errors.append(str(told["args"]))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._held:
            read = os.read(self._read, 1 << 16)
            assert read, "the browser is gone"
            self._held += read
        told, _, self._held = self._held.partition(b"\0")
        answer: dict[str, Any] = json.loads(told)
        return answer


@contextmanager
def tab(profile: Path) -> Iterator[Tab]:
    """Give a tab of a browser that lives as long as the block."""
    theirs_read, ours_write = os.pipe()
    ours_read, theirs_write = os.pipe()
    options = [*OPTIONS, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(
        [sys.executable, "-c", _PLACED, str(theirs_read), str(theirs_write), browser(), *options],
        pass_fds=(theirs_read, theirs_write),
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_read)
    os.close(theirs_write)
    try:
        yield Tab(ours_read, ours_write)
    finally:
        os.close(ours_write)
        os.close(ours_read)
        process.terminate()
        process.wait()
