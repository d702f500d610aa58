"""Places, links, numbers and searches are the same on the device as on the server: both are held to the same cases."""

import json
from pathlib import Path

from playwright.sync_api import Page

from harbor_portal.lib.geo import haversine_m

DATA = Path(__file__).parent.parent / "data"
DATUMS = json.loads((DATA / "datum_cases.json").read_text())["cases"]
ROUTES = json.loads((DATA / "route_cases.json").read_text())["cases"]
PHONES = json.loads((DATA / "phone_cases.json").read_text())["cases"]
CONVERT = """
async (cases) => {
  const { bd09ToGcj02, fromWgs84, gcj02ToWgs84 } = await import("/static/js/datum.js");
  const toWgs84 = { wgs84: (place) => place, gcj02: gcj02ToWgs84, bd09: (place) => gcj02ToWgs84(bd09ToGcj02(place)) };
  return cases.map((item) => [
    fromWgs84(toWgs84[item.from](item.given), item.to),
    fromWgs84(toWgs84[item.to](item.expected), item.from),
  ]);
}
"""
LINKS = """
async (cases) => {
  const { routesTo } = await import("/static/js/routes.js");
  return cases.map(({ name, longitude, latitude }) => routesTo(name, longitude, latitude));
}
"""
SEARCHES = json.loads((DATA / "search_cases.json").read_text())
SEARCH = """
async ({ stations, cases }) => {
  const { searchHere } = await import("/static/js/search.js");
  const found = (text) => searchHere(stations, text).map((station) => stations.indexOf(station)).sort();
  return cases.map(({ text }) => ({ text, found: found(text) }));
}
"""
DIAL = """
async (cases) => {
  const { dialled } = await import("/static/js/phone.js");
  return cases.map(({ phone }) => ({ phone, number: dialled(phone) }));
}
"""


def test_the_script_meets_the_published_points_and_makes_the_same_links(phone: Page) -> None:
    phone.goto("/nowhere/")
    for case, (there, back) in zip(DATUMS, phone.evaluate(CONVERT, DATUMS), strict=True):
        assert haversine_m(*there, *case["expected"]) < 1, case
        assert haversine_m(*back, *case["given"]) < 1, case
    assert phone.evaluate(LINKS, ROUTES) == [case["routes"] for case in ROUTES]


def test_the_script_finds_the_same_stations(phone: Page) -> None:
    phone.goto("/nowhere/")
    assert phone.evaluate(SEARCH, SEARCHES) == SEARCHES["cases"]


def test_the_script_dials_the_same_numbers(phone: Page) -> None:
    phone.goto("/nowhere/")
    assert phone.evaluate(DIAL, PHONES) == PHONES
