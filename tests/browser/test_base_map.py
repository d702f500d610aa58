"""What lies under the stations: tiles in their right place, and a map of our own where there are none."""

import re
from math import atan, degrees, pi, sinh
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect
from pytest_django.fixtures import Settings

from harbor_portal.lib.datum import gcj02_to_wgs84
from harbor_portal.lib.tiles import TileSource, amap, openstreetmap
from tests.browser.conftest import PHONE, NewPage, with_outside_tiles
from tests.factories import make_station

TILE = 256
VIEW = "/?at=36.66,117.02,16"
TILES_AND_CORNERS = """
() => {
  const pane = document.querySelector("#map").getBoundingClientRect();
  return Array.from(document.querySelectorAll("#map .leaflet-tile-pane img.leaflet-tile"), (tile) => {
    const { left, top } = tile.getBoundingClientRect();
    return { src: tile.src, left: left - pane.left, top: top - pane.top };
  });
}
"""
WHERE = """
async (places) => {
  const size = document.querySelector("#map").getBoundingClientRect();
  const world = 256 * 2 ** 16;
  const project = ([lng, lat]) => {
    const sine = Math.sin((lat * Math.PI) / 180);
    return [(lng / 360 + 0.5) * world, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world];
  };
  const [x, y] = project([117.02, 36.66]);
  return places.map((place) => {
    const [px, py] = project(place);
    return [px - x + size.width / 2, py - y + size.height / 2];
  });
}
"""
DRAWN = """
() => Array.from(document.querySelectorAll(".leaflet-schematic-pane canvas")).some((canvas) =>
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))
"""


@pytest.fixture(autouse=True)
def published(transactional_db: None, settings: Settings, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path
    make_station("泉城支行劳动者港湾", longitude=117.0205, latitude=36.6605)
    call_command("publish_map")


def _corners(src: str) -> list[tuple[float, float]]:
    """The WGS-84 places of a GCJ-02 tile's corners."""
    x, y, zoom = (int(re.search(rf"[?&]{name}=(\d+)", src)[1]) for name in "xyz")  # type: ignore[index]
    size = 1 << zoom
    return [
        gcj02_to_wgs84((x + dx) / size * 360 - 180, degrees(atan(sinh(pi * (1 - 2 * (y + dy) / size)))))
        for dx in (0, 1)
        for dy in (0, 1)
    ]


def test_tiles_drawn_in_gcj02_are_shifted_into_place_to_a_pixel(new_page: NewPage, settings: Settings) -> None:
    page = with_outside_tiles(new_page(**PHONE), settings, amap())
    page.goto(VIEW)
    expect(page.locator("#map .leaflet-tile-loaded")).not_to_have_count(0)
    tiles = page.evaluate(TILES_AND_CORNERS)
    assert len(tiles) >= 4
    for tile in tiles:
        for (dx, dy), (x, y) in zip(
            [(0, 0), (0, TILE), (TILE, 0), (TILE, TILE)], page.evaluate(WHERE, _corners(tile["src"])), strict=True
        ):
            assert tile["left"] + dx == pytest.approx(x, abs=1.5)
            assert tile["top"] + dy == pytest.approx(y, abs=1.5)


@pytest.mark.parametrize("source", [TileSource(), openstreetmap()], ids=["without tiles", "when tiles fail"])
def test_the_portal_draws_its_own_map(new_page: NewPage, settings: Settings, source: TileSource) -> None:
    settings.MAP_TILES = source
    page = new_page(**PHONE, locale="en-GB")
    page.route("https://tile.openstreetmap.org/**", lambda route: route.abort())
    page.goto("/?at=36.66,117.02,9")
    page.wait_for_function(DRAWN)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("Schematic map")


def test_with_tiles_the_schematic_map_is_never_loaded(new_page: NewPage, settings: Settings) -> None:
    page = with_outside_tiles(new_page(**PHONE), settings, openstreetmap())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(VIEW)
    expect(page.locator("#map .leaflet-tile-loaded")).not_to_have_count(0)
    assert not [url for url in asked if "/base/" in url]
