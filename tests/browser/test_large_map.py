"""The map with more stations than anybody can see at once, and what changes by the minute."""

import json
import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.fixtures import Settings

from harbor_portal.lib.geo import quadkey, tile_bounds
from harbor_portal.lib.tiles import openstreetmap
from tests.browser.conftest import PHONE, NewPage

CENTRE = (117.02, 36.66)
FIELDS = [
    "code",
    "name",
    "longitude",
    "latitude",
    "address",
    "phone",
    "host_kind",
    "entry_mode",
    "schedule",
    "amenities",
    "plates",
    "division",
    "pinyin",
    "suspended_until",
    "verified_at",
]
CATALOGUE = {
    "amenities": [{"code": "water", "names": {"zh-hans": "饮水机", "en": "Water"}, "tier": "basic", "icon": ""}],
    "programmes": [],
}


class Country:
    """Published files made up in memory: `leaves` tiles at zoom 12 around Jinan, `size` stations in each."""

    def __init__(self, leaves: int, size: int) -> None:
        keys = dict.fromkeys(
            quadkey(CENTRE[0] + 0.088 * (n % 40), CENTRE[1] + 0.07 * (n // 40), 12) for n in range(leaves)
        )
        self.size = size
        self.live: dict[str, Any] = {}
        self.keys = list(keys)
        self.asked: list[str] = []

    def answer(self, route: Route) -> None:
        name = route.request.url.split("/map/")[1]
        self.asked.append(name)
        route.fulfill(body=json.dumps(self._content(name)), content_type="application/json")

    def _content(self, name: str) -> Any:
        if name == "index.json":
            leaves = [[key, self.size, "0" * 8, "0"] for key in self.keys]
            return {"version": 3, "leaves": _columns(leaves), "catalogue": "catalogue/00000000.json"}
        if name.startswith("catalogue/"):
            return CATALOGUE
        return self.live if name.startswith("live/") else self._leaf(name.split("/")[1].split("-", maxsplit=1)[0])

    def middle(self, key: str) -> list[float]:
        west, south, east, north = tile_bounds(key)
        return [(west + east) / 2, (south + north) / 2]

    def _leaf(self, key: str) -> dict[str, Any]:
        (west, south, east, north), chance = tile_bounds(key), random.Random(key)
        today = timezone.localdate()
        schedule = {"hours": "Mo-Su 00:00-00:01", "policy": "every_day", "patterns": [[[0, 1, 1]]], "days": "0" * 36}
        first = today - timedelta(days=today.weekday() + 1)
        stations = [
            [
                f"{key[-4:]}{number:04}", f"站{key[-3:]}-{number}", chance.uniform(west, east),
                chance.uniform(south, north), "路1号", "", "shop", "walk_in", 0, "water", "", "", "z", "", "",
            ]
            for number in range(self.size)
        ]  # fmt: skip
        return {
            "from": str(first),
            "days": 36,
            "schedules": [schedule],
            "fields": FIELDS,
            "stations": _columns(stations),
        }


def _columns(rows: list[list[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _open(new_page: NewPage, country: Country, path: str) -> Page:
    page = new_page(**{**PHONE, "locale": "en-GB"})
    page.route("**/map/**", country.answer)
    page.goto(path)
    return page


def test_a_country_is_drawn_from_the_counts_of_the_index_alone(new_page: NewPage) -> None:
    country = Country(leaves=900, size=220)
    page = _open(new_page, country, "/?at=37.5,118.5,6&amenity=water")
    expect(page.locator(".pin-cluster").first).to_be_visible()
    expect(page.locator("#status")).to_contain_text("Zoom in, search or use “Near me” to list them.")
    expect(page.locator("#status")).to_contain_text("The filters apply once single stations are shown.")
    shown = sum(int(text.replace("k", "000")) for text in page.locator(".pin-cluster").all_inner_texts())
    assert shown > 100_000
    assert not [name for name in country.asked if name.startswith("leaves/")]


def test_ten_thousand_stations_in_view_are_few_markers_and_no_freeze(new_page: NewPage) -> None:
    country = Country(leaves=12, size=850)
    page = _open(new_page, country, "/?at=36.66,117.5,9")
    expect(page.locator("#status")).to_have_text(re.compile("^10,"), timeout=20_000)
    assert page.locator(".leaflet-marker-icon").count() <= 80
    assert page.locator("#results h2").count() == 40
    page.get_by_role("button", name="Show 40 more").click()
    expect(page.locator("#results h2")).to_have_count(80)
    took = page.evaluate(
        """async () => {
          const start = performance.now();
          document.getElementById("open-now").click();
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return performance.now() - start;
        }"""
    )
    assert took < 2000
    expect(page.locator("#status")).to_have_text("Nothing here matches your filters.")


def test_what_a_keeper_did_today_is_seen_without_a_reload(new_page: NewPage) -> None:
    country = Country(leaves=1, size=1)
    page = new_page(**{**PHONE, "locale": "en-GB"})
    page.clock.install(time=datetime.now(UTC))
    page.route("**/map/**", country.answer)
    (lng, lat) = country.middle(country.keys[0])
    page.goto(f"/?at={lat},{lng},11")
    expect(page.locator(".result .state")).to_contain_text("Closed")
    code = page.locator("#results a").get_attribute("data-code") or ""
    country.live = {code: {"opened_at": timezone.localtime().isoformat(), "closed_at": None, "seen_at": None}}
    page.clock.run_for(61_000)
    expect(page.locator(".result .state")).to_have_text("Open now")
    page.locator("#results a").click()
    expect(page.locator("#detail [data-part=seen]")).to_contain_text("Confirmed open")
    country.live[code]["closed_at"] = timezone.localtime().isoformat()
    page.clock.run_for(61_000)
    expect(page.locator("#detail .state")).to_contain_text("Closed")


@pytest.mark.parametrize("status", [404, 500])
def test_without_live_state_the_hours_speak(new_page: NewPage, status: int) -> None:
    country = Country(leaves=1, size=1)
    page = new_page(**{**PHONE, "locale": "en-GB"})
    page.route("**/map/**", country.answer)
    page.route("**/map/live/**", lambda route: route.fulfill(status=status))
    (lng, lat) = country.middle(country.keys[0])
    page.goto(f"/?at={lat},{lng},11")
    expect(page.locator(".result .state")).to_contain_text("Closed")
    expect(page.locator("#trouble")).to_be_hidden()


def test_no_tile_leaves_a_calm_background(new_page: NewPage, settings: Settings) -> None:
    settings.MAP_TILES = openstreetmap()
    country = Country(leaves=1, size=1)
    page = new_page(**{**PHONE, "locale": "en-GB"})
    page.route("**/*.png", lambda route: route.abort())
    page.route("**/map/**", country.answer)
    (lng, lat) = country.middle(country.keys[0])
    page.goto(f"/?at={lat},{lng},11")
    expect(page.locator("#results h2")).to_have_count(1)
    visible = "tiles => tiles.filter(tile => getComputedStyle(tile).visibility !== 'hidden').length"
    assert page.locator("img.leaflet-tile").evaluate_all(visible) == 0
