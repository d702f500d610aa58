"""What stands on the map page before its list is there: it stays where it is when the rest comes."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, Route, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from harbor_portal.lib.tiles import openstreetmap
from stations.choices import CalendarPolicy
from stations.models import Station, WeatherAlert
from tests.browser.conftest import DESK, PHONE, NewPage, with_outside_tiles
from tests.factories import make_schedule, make_station

HERE = {"latitude": 36.66, "longitude": 117.02, "accuracy": 20}
NOTE_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) =>
    window.shifts.push([value, ...sources.map(({ node }) => node && (node.id || node.className || node.nodeName))])
  )).observe({ type: "layout-shift", buffered: true });
"""
NOTE_TASKS = """() => {
  window.tasks = [];
  const observer = new MutationObserver((records) =>
    window.tasks.push(Array.from(new Set(records.map(({ target }) => target.id || "markers"))))
  );
  for (const place of [".leaflet-marker-pane", "#results"]) {
    observer.observe(document.querySelector(place), { childList: true });
  }
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("given", [PHONE, DESK, PHONE | {"permissions": ["geolocation"], "geolocation": HERE}])
def test_nothing_jumps_when_list_and_banner_come(new_page: NewPage, heat: WeatherAlert, given: dict[str, Any]) -> None:
    page = new_page(**given)
    page.add_init_script(NOTE_SHIFTS)
    held = _hold(page, "**/map/leaves/*")
    page.goto("/")
    expect(page.locator(".is-waiting #status")).not_to_be_empty()
    page.evaluate(TWO_FRAMES)
    for route in held:
        route.continue_()
    expect(page.locator("#alerts .alert-heat")).to_be_visible()
    expect(page.locator("#results h2")).to_have_count(1)
    page.evaluate(TWO_FRAMES)
    shifts = page.evaluate("() => window.shifts")
    assert sum(value for value, *_nodes in shifts) <= 0.02, shifts


def _hold(page: Page, pattern: str) -> list[Route]:
    """Requests that are not answered, until somebody lets them go on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(pattern, hold)
    return held


def test_the_position_is_asked_for_before_any_module_is_there_and_only_where_it_is_allowed(
    new_page: NewPage, stations: dict[str, Station]
) -> None:
    for allowed, latitude in (({"permissions": ["geolocation"], "geolocation": HERE}, HERE["latitude"]), ({}, None)):
        page = new_page(**PHONE | allowed)
        page.route("**/*.js", lambda route: route.continue_() if "device" in route.request.url else route.abort())
        page.goto("/")
        asked = "() => window.position.then((found) => found && found.coords.latitude)"
        assert page.evaluate(asked) == latitude


@pytest.mark.parametrize(("height", "is_divided"), [(700, False), (720, True)])
def test_the_first_paint_knows_whether_large_letters_leave_room_for_two_panes(
    new_page: NewPage, live_server: LiveServer, stations: dict[str, Station], height: int, is_divided: bool
) -> None:
    page = new_page(**PHONE | {"viewport": {"width": 390, "height": height}})
    page.context.add_cookies([{"name": "letters", "value": "large", "url": live_server.url}])
    page.route("**/js/first.js", lambda route: route.abort())
    page.goto("/")
    assert _is_divided(page) is is_divided
    page.unroute("**/js/first.js")
    page.reload()
    expect(page.locator("#results h2")).to_have_count(4)
    assert _is_divided(page) is is_divided  # as the map's own code says, which measures letters


def _is_divided(page: Page) -> bool:
    return bool(page.evaluate("() => document.documentElement.classList.contains('is-divided')"))


def test_without_the_modules_the_list_is_offered(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**PHONE)
    page.route("**/js/first.js", lambda route: route.abort())
    page.goto("/")
    expect(page.locator("#without-script a")).to_be_visible()
    expect(page.locator(".rows-to-come")).to_be_hidden()


def test_no_link_of_the_map_leads_nowhere(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**PHONE)
    page.goto("/")
    expect(page.locator("#results h2")).to_have_count(4)
    assert page.locator("a:not([href])").count() == 0


def test_a_shared_view_is_on_its_way_before_the_map_is(
    new_page: NewPage, settings: Settings, stations: dict[str, Station]
) -> None:
    page = with_outside_tiles(new_page(**PHONE), settings, openstreetmap())
    _hold(page, "**/leaflet/leaflet.js")
    with page.expect_request("**/map/leaves/*"), page.expect_request("**/15/*/*.png"):
        page.goto("/?at=36.66,117.02,15", wait_until="commit")


def test_where_the_nearest_open_is_farther_off_only_that_view_is_fetched(
    new_page: NewPage, settings: Settings, tmp_path: Path
) -> None:
    settings.PUBLISH_ROOT = tmp_path
    latitude, longitude = settings.LEAFLET_CONFIG["DEFAULT_CENTER"]
    closed = make_schedule("Mo-Su 00:00-00:01", CalendarPolicy.EVERY_DAY)
    always = make_schedule("24/7", CalendarPolicy.EVERY_DAY)
    make_station("近处", longitude=longitude, latitude=latitude, schedule=closed)
    farther = make_station("远处", longitude=longitude + 0.04, latitude=latitude, schedule=always)
    call_command("publish_map")
    page = with_outside_tiles(new_page(**PHONE), settings, openstreetmap())
    zooms: set[str] = set()
    page.on("request", lambda request: zooms.update(re.findall(r"/(\d+)/\d+/\d+\.png", request.url)))
    page.goto("/")
    expect(page.locator("#results h2").first).to_have_text(farther.name)
    assert len(zooms) == 1


def test_map_and_list_are_drawn_in_tasks_of_their_own(new_page: NewPage, stations: dict[str, Station]) -> None:
    page = new_page(**PHONE)
    page.goto("/?at=36.66,117.02,15")
    expect(page.locator("#results h2")).to_have_count(4)
    page.evaluate(NOTE_TASKS)
    page.locator(".leaflet-control-zoom-out").click()
    page.wait_for_function("() => new Set(window.tasks.flat()).size === 2")
    assert [kinds for kinds in page.evaluate("() => window.tasks") if len(kinds) > 1] == []
