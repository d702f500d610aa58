"""The links to the map apps."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from harbor_portal.lib.datum import to_wgs84
from harbor_portal.lib.geo import haversine_m
from harbor_portal.portal.routes import Route, routes_to
from stations.choices import Datum

CASES = json.loads((Path(__file__).parents[2] / "data" / "route_cases.json").read_text())["cases"]
JINAN = (117.02, 36.66)
NAME = "泉城路, 1号 & 港湾"


@pytest.fixture
def routes() -> dict[str, Route]:
    return {route.code: route for route in routes_to(NAME, *JINAN)}


def _query(route: Route) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(route.url).query).items()}


def _pair(text: str, *, latitude_first: bool) -> tuple[float, float]:
    first, second = (float(part) for part in text.split(",")[:2])
    return (second, first) if latitude_first else (first, second)


@pytest.mark.parametrize(
    ("code", "parameter", "latitude_first", "datum"),
    [
        ("amap", "to", False, Datum.GCJ02),
        ("baidu", "location", True, Datum.BD09),
        ("tencent", "tocoord", True, Datum.GCJ02),
        ("apple", "daddr", True, Datum.GCJ02),
        ("google", "destination", True, Datum.GCJ02),
    ],
)
def test_each_app_gets_the_place_in_its_own_datum(
    routes: dict[str, Route], code: str, parameter: str, latitude_first: bool, datum: Datum
) -> None:
    given = _pair(_query(routes[code])[parameter], latitude_first=latitude_first)
    assert routes[code].datum == datum
    assert haversine_m(*given, *JINAN) > 100
    assert haversine_m(*to_wgs84(*given, datum), *JINAN) < 0.5


def test_the_apps_are_told_which_datum_they_get(routes: dict[str, Route]) -> None:
    assert _query(routes["amap"])["coordinate"] == "gaode"
    assert _query(routes["baidu"])["coord_type"] == "bd09ll"


def test_a_geo_link_carries_wgs84(routes: dict[str, Route]) -> None:
    assert routes["geo"].url.startswith("geo:36.660000,117.020000?q=36.660000,117.020000(")


def test_a_name_cannot_break_out_of_its_parameter(routes: dict[str, Route]) -> None:
    assert _query(routes["amap"])["to"].count(",") == 2
    assert _query(routes["baidu"])["title"] == NAME
    assert _query(routes["tencent"])["to"] == NAME
    assert "&" not in routes["geo"].url


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_links_are_those_that_the_device_makes(case: dict[str, Any]) -> None:
    found = routes_to(case["name"], case["longitude"], case["latitude"])
    assert [{"code": route.code, "datum": route.datum.value, "url": route.url} for route in found] == case["routes"]
