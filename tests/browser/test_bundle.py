"""The map page as it is served where the static files were collected: its modules as one file."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Route, expect
from pytest_django.fixtures import Settings

from harbor_portal.lib.bundles import BUNDLES, bundle
from tests.browser.conftest import PHONE, NewPage
from tests.factories import make_station


def test_the_map_works_from_one_file(new_page: NewPage, settings: Settings, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path
    station = make_station("泉城支行劳动者港湾", longitude=117.0205, latitude=36.6605)
    call_command("publish_map")
    page = new_page(**PHONE)
    entries = BUNDLES["js/map-bundle.js"]

    def answer(route: Route) -> None:
        """The whole in place of the last module, and nothing in place of the others."""
        name = route.request.url.split("/static/")[1]
        route.fulfill(content_type="text/javascript", body=_bundle(entries) if name == entries[-1] else "")

    for name in entries:
        page.route(f"**/static/{name}", answer)
    page.goto("/?at=36.66,117.02,15")
    expect(page.locator("#results h2 a")).to_have_text(station.name)


def _bundle(entries: tuple[str, ...]) -> str:
    return bundle(entries, lambda name: (settings.BASE_DIR / "static" / name).read_text())
