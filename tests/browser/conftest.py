"""A real Chromium for the tests of this folder: a phone and a desk, with the outside network blocked."""

import mimetypes
import os
import re
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as portal_settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from harbor_portal.lib.tiles import TileSource
from stations.choices import CalendarPolicy, EntryMode, Health
from stations.models import Station, StationAmenity, User, WeatherAlert
from tests.factories import (
    make_amenity,
    make_division,
    make_plate,
    make_schedule,
    make_station,
    make_user,
)
from tests.uncounted import uncounted

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
DESK = {"viewport": {"width": 1440, "height": 900}}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same browser without the windows that nobody sees here, which cost more than most pages."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ARGUMENTS = [
    "--no-sandbox",  # root has none, and only our own pages are opened
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
BLANK_TILE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\xdac\xfc\xff\xff?\x03\x00\x08\xfc\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)
BLANK = f"data:image/png;base64,{b64encode(BLANK_TILE).decode()}"
AXE = Axe()
NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            # A browser on a busy machine misses a moment now and then; the summary tells of every second try.
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this folder."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail("Chromium is required here and not installed: apt-get install chromium")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    # Playwright's loop runs in this thread while it waits for the browser; Django takes that for asynchronous code and
    # would refuse every query of the tests.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package", autouse=True)
def uncounted_package() -> Iterator[None]:
    with uncounted():
        yield


@pytest.fixture(scope="package", autouse=True)
def quick_files() -> Iterator[None]:
    """A browser keeps static files, as those with hashed names in production, and asks for every page anew."""
    call = StaticFilesHandler.__call__

    def answer(handler: StaticFilesHandler, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        content = _static_file(environ["PATH_INFO"])
        if content is None:
            return call(handler, environ, lambda status, headers, *rest: start_response(status, _anew(headers), *rest))
        kind = mimetypes.guess_type(environ["PATH_INFO"])[0] or "application/octet-stream"
        headers = {"Content-Type": kind, "Content-Length": str(len(content)), "Cache-Control": "max-age=3600"}
        start_response("200 OK", list(headers.items()))
        return [content]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "__call__", answer)
        yield


def _anew(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A page may be a minute old in life, and not in a test that has just changed something."""
    return [
        (name, re.sub(r"max-age=\d+", "max-age=0", value) if name == "Cache-Control" else value)
        for name, value in headers
    ]


@cache
def _static_file(address: str) -> bytes | None:
    start = portal_settings.STATIC_URL
    path = finders.find(address.removeprefix(start)) if address.startswith(start) else None
    return Path(path).read_bytes() if path else None


@pytest.fixture(autouse=True)
def clock() -> None:
    """That of the machine, which the browser goes by."""


@pytest.fixture(autouse=True)
def own_tile(settings: Settings) -> None:
    """Every map tile is a blank one that the address itself holds.

    A route for the tiles would have every request of every page pass through the test, and switch off the browser's
    cache (`with_outside_tiles`).
    """
    settings.MAP_TILES = replace(settings.MAP_TILES, layers=(BLANK,))


@pytest.fixture
def new_page(chromium: Browser, live_server: LiveServer) -> Iterator[NewPage]:
    """Open a page: `new_page(**PHONE)`. A script that fails, or breaks the content policy, fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    given: dict[str, object] = {
        "base_url": live_server.url,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        # A colour on its way to another is neither: axe would measure it half-way.
        "reduced_motion": "reduce",
        # It would fetch all the files of the portal once more; `test_offline` has one.
        "service_workers": "block",
    }

    def open_page(**options: object) -> Page:
        context = chromium.new_context(**given | options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda failure: complaints.append(str(failure.error)))
        context.on("console", lambda message: _note(complaints, message))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, f"the browser complained: {complaints}"


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    return new_page(**PHONE)


@pytest.fixture
def desk(new_page: NewPage) -> Page:
    return new_page(**DESK)


@pytest.fixture
def stations(transactional_db: None, settings: Settings, tmp_path: Path) -> dict[str, Station]:
    """Five stations in Jinan: open with everything, open with a broken toilet, closed, unknown, and far away."""
    settings.PUBLISH_ROOT = tmp_path
    all_day = make_schedule("24/7", CalendarPolicy.EVERY_DAY)
    never = make_schedule("Mo-Su 00:00-00:01", CalendarPolicy.EVERY_DAY)
    broken = make_station(
        "历山路驿站", longitude=117.0230, latitude=36.6610, schedule=all_day, amenities=("water",), pinyin="lslyz"
    )
    StationAmenity.objects.create(station=broken, amenity=make_amenity("toilet"), health=Health.OUT_OF_ORDER)
    found = {
        "open": make_station(
            "泉城支行劳动者港湾",
            longitude=117.0205,
            latitude=36.6605,
            schedule=all_day,
            amenities=("water", "toilet"),
            entry_mode=EntryMode.ASK_STAFF,
            phone="0531-12345",
            pinyin="qczhldzgw",
        ),
        "broken": broken,
        "closed": make_station(
            "山大路驿站", longitude=117.0150, latitude=36.6590, schedule=never, amenities=("water", "toilet")
        ),
        "unknown": make_station("花园路驿站", longitude=117.0260, latitude=36.6570, amenities=("water", "toilet")),
        "far": make_station("青岛驿站", longitude=120.38, latitude=36.07, schedule=all_day, pinyin="qdyz"),
    }
    make_plate(found["open"], number="0012")
    make_amenity("microwave")
    call_command("publish_map")
    return found


@pytest.fixture
def heat(transactional_db: None, settings: Settings, tmp_path: Path) -> WeatherAlert:
    """A heat alert for Jinan, where one station is; the other is in Qingdao."""
    settings.PUBLISH_ROOT = tmp_path
    make_amenity("toilet", order=1)
    make_amenity("air_conditioning", order=9)
    make_station(longitude=117.02, latitude=36.66, amenities=("toilet", "air_conditioning"))
    make_station("青岛驿站", longitude=120.38, latitude=36.07, division=make_division("370202", "市南区"))
    today = timezone.localdate()
    alert = WeatherAlert.objects.create(
        kind="heat", division=make_division(), first=today, last=today, message="多喝水", by=make_user()
    )
    call_command("publish_map")
    return alert


def log_in(page: Page, user: User, address: str = "/admin/") -> None:
    """Begin there, logged in already; how one gets in is the matter of `test_login`."""
    client = Client()
    client.force_login(user)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}
    page.context.add_cookies([session])  # type: ignore[list-item]  # a cookie by its parts
    page.goto(address)


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe objects to on the page as it is now. What it does not object to is much longer, and stays there."""
    page.evaluate(f"{AXE.axe_script}; null")
    found: list[dict[str, Any]] = page.evaluate("axe.run({resultTypes: ['violations']}).then(all => all.violations)")
    return found


def with_outside_tiles(page: Page, settings: Settings, source: TileSource) -> Page:
    """The map asks `source` for its tiles, and gets blank ones."""
    settings.MAP_TILES = source
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": directives | {"img-src": [*directives["img-src"], *source.origins()]},
    }
    for origin in source.origins():
        page.route(f"{origin}/**", lambda route: route.fulfill(body=BLANK_TILE, content_type="image/png"))
    return page


def assert_accessible(page: Page) -> None:
    """Axe finds nothing to object to on the page as it is now."""
    found = violations(page)
    assert not found, AxeResults({"violations": found}).generate_report()


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    # An answer with 404 or 409 is logged as an error too, and may be just what the test is about. What has no address
    # was injected: axe tries out styles of its own.
    if message.type == "error" and "Failed to load resource" not in message.text and message.location["url"]:
        complaints.append(message.text)
