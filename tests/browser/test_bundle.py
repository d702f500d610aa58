"""The map page as it is served where the static files were collected: its modules as two files."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Route, expect
from pytest_django.fixtures import Settings

from harbor_portal.lib.bundles import BUNDLES, joined_modules
from tests.browser.conftest import PHONE, NewPage
from tests.factories import make_station


def test_the_map_works_from_the_joined_files(new_page: NewPage, settings: Settings, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path
    station = make_station("泉城支行劳动者港湾", longitude=117.0205, latitude=36.6605)
    call_command("publish_map")
    page = new_page(**PHONE)
    first, entries = "js/first-bundle.js", BUNDLES["js/map-bundle.js"]
    bodies = dict.fromkeys([*BUNDLES[first], *entries], "")
    bodies |= {
        first: joined_modules(BUNDLES[first], _read),
        entries[-1]: joined_modules(entries, _read, {first: BUNDLES[first]}),
    }

    def answer(route: Route) -> None:
        """The whole in place of the last module, and nothing in place of the others."""
        route.fulfill(content_type="text/javascript", body=bodies[route.request.url.split("/static/")[1]])

    for name in bodies:
        page.route(f"**/static/{name}", answer)
    page.goto("/?at=36.66,117.02,15")
    expect(page.locator("#results h2 a")).to_have_text(station.name)


def _read(name: str) -> str:
    return (settings.BASE_DIR / "static" / name).read_text()
