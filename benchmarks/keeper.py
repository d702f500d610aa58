"""How soon a keeper can do something: from opening "My station" on a simulated mid-range phone to its first button.

The phone is the one of `benchmarks/finder.py`: a quarter of this machine's speed, 1.6 Mbit/s, 150 ms of latency; the
portal is served by gunicorn with two workers.

- *first button*: the frame in which "Open for today" stands on the screen. It works from then on: without its script
  the page is a plain form.
- *taps wait on the device*: the scripts have run, so that a tap needs no network any more.
- *a tap is shown*: from the tap to the frame after it, without a network.

*Again* is what a keeper meets every morning: the files are on the phone, only the page itself comes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from benchmarks.browser.phone import NETWORK, SLOWDOWN, Visit, chromium, phone
from benchmarks.database import bench_database
from benchmarks.measure import Measure, report
from benchmarks.serving import collect_static, portal

PORT = 8896
TIMES = 7
GOAL_S = 1.0
TAP_MS = 100.0
WATCH = """
(() => {
  const watch = (now) => {
    const button = document.querySelector(".day-opening button");
    if (button && button.getBoundingClientRect().height > 0) {
      window.firstButton = now;
    } else {
      requestAnimationFrame(watch);
    }
  };
  requestAnimationFrame(watch);
})();
"""
SEEN = """
() => [window.firstButton, performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd]
"""
TAP = """
async () => {
  const began = performance.now();
  document.querySelector(".counter-more").click();
  await new Promise(requestAnimationFrame);
  return document.querySelector(".counter-count.is-waiting") ? performance.now() - began : NaN;
}
"""

Cookie = dict[str, Any]


def measure(browser: Browser, page: str, cookie: Cookie) -> Iterator[Measure]:
    with _visit(browser, cookie, slowdown=1) as visit:
        _seconds(visit, page)  # both workers have answered before
        _seconds(visit, page)
    first = []
    for _time in range(TIMES):
        with _visit(browser, cookie) as visit:
            first.append(_seconds(visit, page))
    yield from _lines("for the first time", first)
    with _visit(browser, cookie) as visit:
        _seconds(visit, page)
        yield from _lines("again", [_seconds(visit, page) for _time in range(TIMES)])
        visit.devtools.send("Network.emulateNetworkConditions", NETWORK | {"offline": True})
        taps = [visit.page.evaluate(TAP) for _time in range(TIMES)]
        yield Measure("a tap is shown, without a network", median(taps), "ms", goal=TAP_MS)


@contextmanager
def _visit(browser: Browser, cookie: Cookie, slowdown: float = SLOWDOWN) -> Iterator[Visit]:
    with phone(browser, slowdown=slowdown) as visit:
        visit.page.context.add_cookies([cookie])  # type: ignore[list-item]  # a cookie by its parts
        visit.page.add_init_script(WATCH)
        yield visit


def _seconds(visit: Visit, page: str) -> tuple[float, float]:
    visit.page.goto(page, wait_until="load")
    button, scripts = visit.page.evaluate(SEEN)
    return button / 1000, scripts / 1000


def _lines(when: str, found: list[tuple[float, float]]) -> Iterator[Measure]:
    buttons, scripts = zip(*found, strict=True)
    yield Measure(f"first button, {when}", median(buttons), "s", goal=GOAL_S)
    yield Measure(f"taps wait on the device, {when}", median(scripts), "s")


@contextmanager
def _keeper() -> Iterator[tuple[str, str]]:
    """Somebody who keeps a station, logged in: the station's code and the session.

    Afterwards they keep it no more; themselves they stay, since the ledger names them.
    """
    from django.test import Client

    from stations.models import Keeper, Station, User

    station = Station.objects.published().order_by("pk")[100]
    user, _is_new = User.objects.get_or_create(username="bench-phone")
    Keeper.objects.create(user=user, station=station)
    client = Client()
    client.force_login(user)
    try:
        yield station.code, client.cookies["sessionid"].value
    finally:
        client.logout()
        user.keeperships.all().delete()


def main() -> None:
    with bench_database() as address:
        from django.conf import settings

        folder = settings.VAR_DIR / "bench"
        collect_static(folder)
        with (
            _keeper() as (code, session),
            # The session was signed here.
            portal(address, PORT, VAR_DIR=str(folder), SECRET_KEY=settings.SECRET_KEY) as base,
            chromium() as browser,
        ):
            cookie = {"name": "sessionid", "value": session, "url": base}
            report("keeper", list(measure(browser, f"{base}/admin/my-station/{code}/", cookie)))


if __name__ == "__main__":
    main()
