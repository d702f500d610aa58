"""Distances and tiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbor_portal.lib.geo import haversine_m, quadkey, tile, tile_bounds

place = st.tuples(st.floats(-180, 180), st.floats(-85, 85))


def test_a_degree_of_latitude_is_111_km() -> None:
    assert haversine_m(117.0, 36.0, 117.0, 37.0) == pytest.approx(111_195, abs=1)


def test_beijing_to_shanghai_is_1067_km() -> None:
    assert haversine_m(116.4074, 39.9042, 121.4737, 31.2304) == pytest.approx(1_067_000, rel=0.002)


def test_the_other_side_of_the_world_is_half_a_circumference_away() -> None:
    assert haversine_m(0, 0, 180, 0) == pytest.approx(20_015_114, abs=2)


def test_a_quadkey_is_that_of_the_bing_maps_documentation() -> None:
    """Tile (3, 5) at zoom 3 has the quadkey 213."""
    west, south, east, north = tile_bounds("213")
    assert tile((west + east) / 2, (south + north) / 2, 3) == (3, 5)
    assert quadkey((west + east) / 2, (south + north) / 2, 3) == "213"


def test_the_root_tile_is_the_whole_map() -> None:
    assert quadkey(117.0, 36.0, 0) == ""
    assert tile_bounds("") == pytest.approx((-180, -85.0511288, 180, 85.0511288))


@given(place, st.integers(0, 16))
def test_a_place_lies_in_the_bounds_of_its_tile(at: tuple[float, float], zoom: int) -> None:
    west, south, east, north = tile_bounds(quadkey(*at, zoom))
    assert west - 1e-9 <= at[0] <= east + 1e-9
    assert south - 1e-9 <= at[1] <= north + 1e-9


@given(place)
def test_a_tile_is_named_after_its_parent(at: tuple[float, float]) -> None:
    assert quadkey(*at, 12).startswith(quadkey(*at, 7))


@pytest.mark.parametrize("at", [(180.0, 90.0), (180.0, -90.0), (-180.0, 90.0)])
def test_the_edges_of_the_world_fall_into_the_outermost_tiles(at: tuple[float, float]) -> None:
    assert len(quadkey(*at, 5)) == 5
