"""A simulated mid-range phone: the real Chromium with a slow processor and a slow network, seen through DevTools."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

PROBE = Path(__file__).with_name("probe.js")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",  # root has none, and only our own pages are opened
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
SCREEN: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
SLOWDOWN = 4
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
QUIET_MS = 5000
SETTLING_MS = 1500
STEPS = 20
LONGEST_WAIT = 180

Place = tuple[float, float]
"""Longitude, latitude."""


@dataclass
class Received:
    """What came over the network for one request, headers included."""

    path: str
    kind: str
    size: int = 0


@dataclass
class Visit:
    """One page on a phone that has seen nothing before."""

    page: Page
    devtools: CDPSession
    received: dict[str, Received] = field(default_factory=dict)

    def open(self, url: str) -> "Visit":
        """Go there and wait for the list and five seconds of quiet."""
        self.page.goto(url, wait_until="commit")
        self._until("window.bench && window.bench.list > 0")
        self._until(
            f"performance.now() - Math.max(window.bench.list, ...window.bench.tasks.map(([, end]) => end)) > {QUIET_MS}"
        )
        return self

    def _until(self, condition: str) -> None:
        """Asked from outside now and then, since the content policy refuses a condition that the page would poll."""
        end = time.monotonic() + LONGEST_WAIT
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"{self.page.url}: not within {LONGEST_WAIT} s: {condition}"
            self.page.wait_for_timeout(250)

    def kilobytes(self, is_meant: Callable[[Received], bool]) -> float:
        return sum(one.size for one in self.received.values() if is_meant(one)) / 1000

    def slow_down(self, times: float) -> None:
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def touch(self, kind: str, x: float = 0, y: float = 0) -> None:
        points = [{"x": x, "y": y}] if kind != "touchEnd" else []
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def frames_of_drag(self, dx: float, dy: float) -> tuple[list[float], list[float]]:
        """The milliseconds between frames while the finger moves, and then until what came into view is drawn."""
        start = self.page.evaluate("window.bench.onMap()")
        assert start, "the map cannot be touched anywhere"
        self.page.evaluate("window.bench.startFrames()")
        self._drag(start["x"] - dx / 2, start["y"] - dy / 2, dx, dy)
        moving = self.page.evaluate("window.bench.stopFrames()")
        self.page.evaluate("window.bench.startFrames()")
        self.page.wait_for_timeout(SETTLING_MS)
        return moving, self.page.evaluate("window.bench.stopFrames()")

    def _drag(self, left: float, top: float, dx: float, dy: float) -> None:
        """A finger that moves by so many pixels within about a third of a second."""
        self.touch("touchStart", left, top)
        for step in range(1, STEPS + 1):
            time.sleep(0.016)
            self.touch("touchMove", left + dx * step / STEPS, top + dy * step / STEPS)
        self.touch("touchEnd")

    def note(self, request: str, url: str, kind: str) -> None:
        self.received[request] = Received(urlsplit(url).path, kind)

    def add(self, request: str, size: float) -> None:
        if request in self.received:
            self.received[request].size = int(size)


@contextmanager
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium")
    # Django takes the loop of the browser's driver for asynchronous code, and would refuse every query.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def phone(browser: Browser, here: Place | None = None, *, slowdown: float = SLOWDOWN) -> Iterator[Visit]:
    """A phone without a cache; with `here` it may tell its position."""
    options = dict(SCREEN)
    if here:
        position = {"longitude": here[0], "latitude": here[1], "accuracy": 20}
        options |= {"geolocation": position, "permissions": ["geolocation"]}
    context = browser.new_context(**options)
    context.add_init_script(path=PROBE)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    visit = Visit(page, devtools)
    devtools.on(
        "Network.responseReceived",
        lambda event: visit.note(event["requestId"], event["response"]["url"], event["type"]),
    )
    devtools.on("Network.loadingFinished", lambda event: visit.add(event["requestId"], event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    visit.slow_down(slowdown)
    try:
        yield visit
    finally:
        context.close()
