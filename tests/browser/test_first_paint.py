"""What stands on the map page before its list is there: it stays where it is when the rest comes."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from stations.models import Station, WeatherAlert
from tests.browser.conftest import DESK, PHONE, NewPage

HERE = {"latitude": 36.66, "longitude": 117.02, "accuracy": 20}
NOTE_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) =>
    window.shifts.push([value, ...sources.map(({ node }) => node && (node.id || node.className || node.nodeName))])
  )).observe({ type: "layout-shift", buffered: true });
"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("given", [PHONE, DESK, PHONE | {"permissions": ["geolocation"], "geolocation": HERE}])
def test_nothing_jumps_when_list_and_banner_come(new_page: NewPage, heat: WeatherAlert, given: dict[str, Any]) -> None:
    page = new_page(**given)
    page.add_init_script(NOTE_SHIFTS)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/map/leaves/*", hold)
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
