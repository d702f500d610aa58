"""What was seen once works without a network: the server is really stopped, and the browser told that it is offline."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from harbor_portal.portal.shell import find_shell
from harbor_portal.portal.views import app
from stations.choices import CalendarPolicy
from stations.models import Station
from tests.browser.conftest import PHONE, NewPage, assert_accessible
from tests.factories import make_division, make_schedule, make_station

NEAR = "/?at=36.66,117.02,15"
# Asked again and again, since a page cannot be told when the worker has done something.
UNTIL = """
async (argument) => {
  const test = TEST;
  for (let turn = 0; turn < 600; turn += 1) {
    if (await test(argument)) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${test} (${argument})`);
}
"""
IS_STORED = "async (path) => Boolean(await caches.match(new URL(path, location.href).href, { ignoreVary: true }))"
HAS_CACHE = "(name) => caches.has(name)"
IS_SAVED = """
async (text) => {
  const cache = await caches.open("saved");
  const contents = await Promise.all((await cache.matchAll()).map((response) => response.text()));
  return contents.length === 1 && contents[0].includes(text);
}
"""


@pytest.fixture
def stations(transactional_db: None, settings: Settings, tmp_path: Path) -> dict[str, Station]:
    settings.PUBLISH_ROOT = tmp_path
    all_day = make_schedule("24/7", CalendarPolicy.EVERY_DAY)
    district = make_division("370102", "历下区")
    found = {
        "seen": make_station(
            "泉城支行劳动者港湾", longitude=117.0205, latitude=36.6605, schedule=all_day, division=district
        ),
        "unseen": make_station("历山路驿站", longitude=117.0230, latitude=36.6610, schedule=all_day, division=district),
    }
    call_command("publish_map")
    return found


@pytest.fixture
def server(stations: dict[str, Station]) -> Iterator[LiveServer]:
    """A server that a test may stop."""
    started = LiveServer("127.0.0.1")
    yield started
    started.stop()


def _device(new_page: NewPage, server: LiveServer) -> Page:
    """A phone with a service worker, and no cache beside it."""
    page = new_page(**PHONE, locale="en-GB", base_url=server.url, service_workers="allow")
    # Any route switches that cache off.
    page.context.route("**/never/asked/", lambda route: route.abort())
    return page


def _wait_until(page: Page, test: str, argument: str) -> None:
    page.evaluate(UNTIL.replace("TEST", test), argument)


def _wait_until_stored(page: Page, path: str) -> None:
    _wait_until(page, IS_STORED, path)


def _cut(page: Page, server: LiveServer) -> None:
    server.stop()
    page.context.set_offline(True)


def test_what_was_seen_once_works_without_a_network(
    new_page: NewPage, server: LiveServer, stations: dict[str, Station]
) -> None:
    page = _device(new_page, server)
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
    page.locator("#detail summary").first.click()
    expect(page.locator("#detail [data-datum=gcj02]").first).to_have_attribute("href", re.compile("uri.amap.com"))
    page.locator("#detail summary").last.click()
    expect(page.locator("#detail .week tr").first).to_contain_text("Open 24 hours")
    page.goto("/stations/?q=nowhere")
    expect(page.locator("h1")).to_have_text("No network")
    expect(page.locator("#data-age")).to_have_text("No network")
    assert_accessible(page)
    page.goto(f"{stations['unseen'].get_absolute_url()}tell/")
    expect(page.locator("#tell-where")).to_contain_text(stations["unseen"].code)
    page.locator(".kind").first.click()
    page.locator(".send-bar button").click()
    expect(page.locator("#tell-done")).to_contain_text("will be sent when there is a network")
    assert_accessible(page)
    page.goto("/?lang=zh-hans")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.goto("/language/zh-hans/?next=/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("#results h2")).to_have_count(2)


def test_a_district_is_saved_follows_the_map_and_can_be_removed(
    new_page: NewPage, server: LiveServer, stations: dict[str, Station]
) -> None:
    page = _device(new_page, server)
    page.goto(NEAR)
    expect(page.locator("#results h2")).to_have_count(2)
    page.get_by_role("button", name="Save this district").click()
    saved = page.locator(".saved-districts li")
    expect(saved).to_contain_text("2 stations")
    assert_accessible(page)

    stations["unseen"].name = "历山路新驿站"
    stations["unseen"].save()
    call_command("publish_map")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#results")).to_contain_text("历山路新驿站")
    _wait_until(page, IS_SAVED, "历山路新驿站")
    _cut(page, server)
    page.goto(NEAR)
    expect(page.locator("#results")).to_contain_text("历山路新驿站")
    page.get_by_role("button", name="Remove 历下区 from this device").click()
    expect(saved).to_have_count(0)


def test_a_new_version_replaces_the_old_one_by_itself(
    new_page: NewPage, server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _device(new_page, server)
    page.goto(NEAR)
    _wait_until_stored(page, "/map/live/r.json")
    monkeypatch.setattr(app, "shell", lambda: replace(find_shell(), version="000000000000"))
    page.goto("/stations/")
    _wait_until(page, HAS_CACHE, "shell-000000000000")
    page.goto(NEAR)
    expect(page.locator("#results h2")).to_have_count(2)
