"""The pictures of the docs: the finder, the month report on screen and on paper, from the demo, at one fixed moment.

`make screenshots` fills a database of its own with the demo as of a hot Wednesday afternoon, publishes its map, serves
it from this process, whose clock stands still, and takes the pictures in the real Chromium, whose clock stands still as
well and which reaches nothing outside. The database is dropped again.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import django
import time_machine
from django.conf import settings
from django.core.management import call_command
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Geolocation, Page

from benchmarks.browser.phone import SCREEN, chromium
from benchmarks.database import create_database, drop_database

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
DATABASE = "harbor_screenshots"
MOMENT = datetime(2026, 7, 15, 14, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE: Geolocation = {"longitude": 117.0252, "latitude": 36.6655, "accuracy": 20}
SCREENS: dict[str, dict[str, Any]] = {
    "phone": SCREEN,
    "desk": SCREEN | {"viewport": {"width": 1440, "height": 900}, "is_mobile": False, "device_scale_factor": 1},
}
COLOURS = 256
PAPER_PPI = 90
LONGEST_MS = 20_000


def take_all(browser: Browser, base: str) -> None:
    """Each state on each screen; first the alert with which the demo begins, then the others without it."""
    _take(browser, base, {"heat": first_screen})
    _end_alert()
    _take(browser, base, STATES)
    _take(browser, base, REPORT)


def _take(browser: Browser, base: str, states: Mapping[str, Callable[[Page], None]]) -> None:
    for size, screen in SCREENS.items():
        for state, show in states.items():
            with _visit(browser, base, screen) as page:
                show(page)
                _save(page, FOLDER / f"{state}-{size}.png")


def first_screen(page: Page) -> None:
    page.goto("/")
    page.locator("#results a[href*='/s/']").first.wait_for()


def filtered(page: Page) -> None:
    """Open now, with a microwave oven and a toilet."""
    page.goto("/?open=now&amenity=microwave&amenity=toilet")
    page.locator("#results a[href*='/s/']").first.wait_for()


def station(page: Page) -> None:
    first_screen(page)
    path = page.locator("#results a[href*='/s/']").first.get_attribute("href")
    assert path
    page.goto(path)


def offline(page: Page) -> None:
    """A second visit, without a network."""
    first_screen(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    page.locator("#results a[href*='/s/']").first.wait_for()
    page.context.set_offline(True)
    page.reload()
    page.locator("#results a[href*='/s/']").first.wait_for()


def _last_month(page: Page, path: str, **asked: str) -> None:
    """A page of last month's report of a city, as its union official sees it."""
    _log_in(page)
    month = f"{MOMENT.year}-{MOMENT.month - 1:02d}"
    page.goto(f"{path}?{urlencode({'unit': OFFICIALS_UNIT, 'month': month} | asked)}")


def report(page: Page) -> None:
    _last_month(page, "/admin/reports/month/")


def behind_figure(page: Page) -> None:
    """The stations whose visits add up to the first figure."""
    _last_month(page, "/admin/reports/month/ledger/", section="overview", line="visits", figure="value")


def _log_in(page: Page) -> None:
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", "official")
    page.fill("#id_password", "harbor-demo")
    page.press("#id_password", "Enter")
    page.wait_for_url("**/admin/")


REPORT = {"report": report, "report-rows": behind_figure}
STATES = {"first": first_screen, "filtered": filtered, "station": station, "offline": offline}


PAPER_UNIT = "CCB-370100"
OFFICIALS_UNIT = "U370100"


def take_paper() -> None:
    """Sheets of last month's report of a city, in Chinese, and the first in English.

    Imports wait for Django's set-up.
    """
    from django.utils import translation

    from harbor_portal.lib.months import Month
    from harbor_portal.lib.typeset import pictures
    from reports.figures import live_figures
    from reports.papers import TEMPLATE, paper_of
    from reports.subjects import Subject
    from stations.models import Unit

    month = Month.of(MOMENT.date()).plus(-1)
    figures = live_figures(Subject(unit=Unit.objects.get(code=PAPER_UNIT)), month)
    for language, ending in (("zh-hans", ""), ("en", "-en")):
        with translation.override(language):
            paper = paper_of(figures)
        sheets = [Image.open(BytesIO(sheet)).convert("RGB") for sheet in pictures(TEMPLATE, paper, PAPER_PPI)]
        lying = [sheet for sheet in sheets if sheet.width > sheet.height]
        shown = {"overview": sheets[0], "tables": sheets[1], "territory": lying[1]}
        for name, sheet in shown.items() if not ending else [("overview", sheets[0])]:
            _keep(sheet, FOLDER / f"paper-{name}{ending}.png")


@contextmanager
def _visit(browser: Browser, base: str, screen: dict[str, Any]) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        **screen, base_url=base, geolocation=HERE, permissions=["geolocation"], reduced_motion="reduce"
    )
    context.set_default_timeout(LONGEST_MS)
    page = context.new_page()
    page.clock.set_fixed_time(MOMENT)
    yield page
    context.close()


def _save(page: Page, path: Path) -> None:
    """As few colours as a picture of a page needs, which is a third of the bytes."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    _keep(Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB"), path)


def _keep(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(FOLDER.parent.parent)} {path.stat().st_size / 1000:.0f} kB", flush=True)


def _end_alert() -> None:
    """By the administrator. Imports wait for Django's set-up."""
    from stations.actions.alerts import end_alert
    from stations.models import User, WeatherAlert
    from stations.publishing.publisher import publish_noted

    end_alert(alert=WeatherAlert.objects.get(), by=User.objects.get(username="admin"))
    publish_noted()


@contextmanager
def _portal(folder: Path) -> Iterator[str]:
    """The demo, served by threads of this process; gives its address."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "harbor_portal.settings", "LOG_LEVEL": "WARNING"}
    with settings.EMBEDDED.use():
        create_database(DATABASE)
        try:
            settings.DATABASES["default"] |= {"NAME": DATABASE, "CONN_MAX_AGE": 0}
            settings.PUBLISH_ROOT, settings.MEDIA_ROOT = folder / "published", folder / "media"
            django.setup()
            _collect()
            with time_machine.travel(MOMENT, tick=False):
                call_command("migrate", verbosity=0)
                call_command("seed_demo", stdout=StringIO(), stderr=StringIO())
                with _server() as base:
                    yield base
        finally:
            drop_database(DATABASE)


def _collect() -> None:
    """Imports wait for Django's set-up."""
    from harbor_portal.statics import collect_when_changed

    collect_when_changed()


@contextmanager
def _server() -> Iterator[str]:
    """Imports wait for Django's set-up."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    with TemporaryDirectory() as folder, _portal(Path(folder)) as base, chromium() as browser:
        take_all(browser, base)
        take_paper()


if __name__ == "__main__":
    main()
