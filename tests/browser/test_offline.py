"""What was seen once works without a network: the server is really stopped, and the browser told that it is offline."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from stations.choices import CalendarPolicy
from stations.models import Station
from tests.browser.conftest import PHONE, NewPage, assert_accessible
from tests.factories import make_schedule, make_station

NEAR = "/?at=36.66,117.02,15"
UNTIL_STORED = """
async (path) => {
  const { href } = new URL(path, location.href);
  for (let turn = 0; turn < 600; turn += 1) {
    if (await caches.match(href, { ignoreVary: true })) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} was not stored`);
}
"""


@pytest.fixture
def stations(transactional_db: None, settings: Settings, tmp_path: Path) -> dict[str, Station]:
    settings.PUBLISH_ROOT = tmp_path
    all_day = make_schedule("24/7", CalendarPolicy.EVERY_DAY)
    found = {
        "seen": make_station("泉城支行劳动者港湾", longitude=117.0205, latitude=36.6605, schedule=all_day),
        "unseen": make_station("历山路驿站", longitude=117.0230, latitude=36.6610, schedule=all_day),
    }
    call_command("publish_map")
    return found


@pytest.fixture
def server(stations: dict[str, Station]) -> Iterator[LiveServer]:
    """A server that a test may stop."""
    started = LiveServer("127.0.0.1")
    yield started
    started.stop()


def _wait_until_stored(page: Page, path: str) -> None:
    page.evaluate(UNTIL_STORED, path)


def _cut(page: Page, server: LiveServer) -> None:
    server.stop()
    page.context.set_offline(True)


def test_what_was_seen_once_works_without_a_network(
    new_page: NewPage, server: LiveServer, stations: dict[str, Station]
) -> None:
    page = new_page(**PHONE, locale="en-GB", base_url=server.url)
    page.goto(NEAR)
    expect(page.locator("#results h2")).to_have_count(2)
    _wait_until_stored(page, "/map/live/r.json")
    for path in (stations["seen"].get_absolute_url(), "/stations/"):
        page.goto(path)
        _wait_until_stored(page, path)
    _cut(page, server)

    page.goto(NEAR)
    expect(page.locator("#results h2")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#data-age")).to_contain_text("no network")
    page.goto(stations["seen"].get_absolute_url())
    expect(page.locator("h1")).to_have_text(stations["seen"].name)
    expect(page.locator("#data-age")).to_contain_text("As of")
    page.goto("/stations/")
    expect(page.locator(".station-row")).to_have_count(2)
    page.goto(stations["unseen"].get_absolute_url())
    expect(page.locator("#detail-name")).to_have_text(stations["unseen"].name)
    page.goto("/stations/?q=nowhere")
    expect(page.locator("h1")).to_have_text("No network")
    assert_accessible(page)
    page.goto(f"{stations['unseen'].get_absolute_url()}tell/")
    expect(page.locator("#tell-where")).to_contain_text(stations["unseen"].code)
    page.locator(".kind").first.click()
    page.locator(".send-bar button").click()
    expect(page.locator("#tell-done")).to_contain_text("will be sent when there is network")
    assert_accessible(page)
    page.goto("/language/zh-hans/?next=/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("#results h2")).to_have_count(2)
