"""The pictures of the docs, from the demo, at one fixed moment.

`make screenshots` fills a database of its own with the demo as of a hot Wednesday afternoon, publishes its map, serves
it from this process, whose clock stands still, and takes the pictures in the real Chromium, whose clock stands still as
well and which reaches nothing outside. The database is dropped again.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
import time_machine
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser

from benchmarks.browser.phone import chromium
from benchmarks.database import create_database, drop_database
from benchmarks.pictures.finder import STATES, first_screen
from benchmarks.pictures.month import REPORT, WORK, correct_sealed_month
from benchmarks.pictures.papers import take_paper, take_workbook
from benchmarks.pictures.taking import DESK, IN_ENGLISH, MOMENT, SCREENS, take

DATABASE = "harbor_screenshots"


def take_all(browser: Browser, base: str) -> None:
    """First the alert with which the demo begins, then the other states without it."""
    take(browser, base, {"heat": first_screen})
    _end_alert()
    take(browser, base, STATES)
    correct_sealed_month()
    take(browser, base, REPORT, SCREENS | IN_ENGLISH)
    take(browser, base, WORK, {"desk": DESK})
    take_paper()
    take_workbook()


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


if __name__ == "__main__":
    main()
