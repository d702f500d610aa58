"""Datums: check points published by the open tools, and the inverse everywhere in China."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbor_portal.lib.datum import (
    Place,
    bd09_to_gcj02,
    bd09_to_wgs84,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    to_wgs84,
    wgs84_to_gcj02,
)
from harbor_portal.lib.geo import haversine_m

# Points published by the open tools of China; each names its source.
CASES = json.loads((Path(__file__).parents[2] / "data" / "datum_cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']} {case['from']} {case['to']}")
def test_the_published_points_are_met_to_a_metre_there_and_back(case: dict[str, Any]) -> None:
    given, expected = case["given"], case["expected"]
    there = _convert(given, case["from"], case["to"])
    back = _convert(expected, case["to"], case["from"])
    assert haversine_m(*there, *expected) < 1
    assert haversine_m(*back, *given) < 1


def _convert(place: list[float], given: str, wanted: str) -> Place:
    longitude, latitude = to_wgs84(place[0], place[1], given)
    return from_wgs84(longitude, latitude, wanted)


def test_the_centre_of_beijing_agrees_with_the_points_published_by_coordtransform() -> None:
    """github.com/wandergis/coordtransform, its README; its way back from BD-09 is an approximation."""
    assert wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351022), abs=1e-9)
    assert haversine_m(*bd09_to_gcj02(116.404, 39.915), 116.39762729119315, 39.90865673957631) < 1.5


in_china = st.tuples(st.floats(73.5, 135.0), st.floats(18.2, 53.5))


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
@given(place=in_china)
def test_there_and_back_is_within_a_tenth_of_a_metre(datum: str, place: Place) -> None:
    assert haversine_m(*to_wgs84(*from_wgs84(*place, datum), datum), *place) < 0.1


@given(place=in_china)
def test_the_shift_is_some_hundred_metres(place: Place) -> None:
    assert 20 < haversine_m(*place, *wgs84_to_gcj02(*place)) < 1_300


@pytest.mark.parametrize("convert", [wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_gcj02, bd09_to_wgs84])
@pytest.mark.parametrize("place", [(-0.1276, 51.5072), (139.7, 35.7), (0.0, 0.0), (151.2, -33.9)])
def test_outside_of_china_nothing_is_shifted(convert: Callable[[float, float], Place], place: Place) -> None:
    assert convert(*place) == place


def test_an_unknown_datum_is_an_error() -> None:
    with pytest.raises(KeyError):
        to_wgs84(117.0, 36.0, "beijing54")
