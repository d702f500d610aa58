"""Whether coordinates can belong to a division, of which only the centre is known.

A district is taken to reach `REACH` times as far from its centre as its third-nearest neighbour's centre lies, and at
least 40 km: measured against published outlines, of 2,838 districts all but one (which owns islands 290 km off its
coast) lie wholly within that reach, and 98.5 % within half of it. So a place beyond the reach is an error, one
beyond half of it a warning; a place in the sea is found as soon as it is that far from its district's centre.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import floor
from typing import Literal

from harbor_portal.lib.geo import haversine_m
from stations.choices import DivisionLevel
from stations.places import Gazetteer, Place

REACH = 4.0
LEAST_REACH_M = 40_000.0
NEIGHBOUR = 3

WEST, SOUTH, EAST, NORTH = 73.0, 3.0, 136.0, 54.0
"""A rectangle around China in degrees, from the Pamirs to the Ussuri and from the Nansha islands to the Amur."""


def in_china(longitude: float, latitude: float) -> bool:
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def look_swapped(longitude: float, latitude: float) -> bool:
    return not in_china(longitude, latitude) and in_china(latitude, longitude)


@dataclass(frozen=True)
class Distance:
    """How far a place lies from the centre of its division, and what to make of it."""

    metres: float
    verdict: Literal["fine", "far", "too_far"]


@dataclass
class Reaches:
    """How far the divisions of a gazetteer reach."""

    gazetteer: Gazetteer

    def judge(self, place: Place, longitude: float, latitude: float) -> Distance:
        """The distance from the centre of the division; one without a known centre is judged by that above it."""
        while place.longitude is None and place.parent in self.gazetteer.by_code:
            place = self.gazetteer.by_code[place.parent]
        if place.longitude is None or place.latitude is None:
            return Distance(0.0, "fine")
        metres = haversine_m(place.longitude, place.latitude, longitude, latitude)
        reach = self.reach_m(place)
        return Distance(metres, "too_far" if metres > reach else "far" if metres > reach / 2 else "fine")

    def nearest(self, longitude: float, latitude: float) -> Place | None:
        """The district whose centre is nearest."""
        found = self._ranked(longitude, latitude, 1)
        return found[0][1] if found else None

    def reach_m(self, place: Place) -> float:
        if place.code not in self._known:
            self._known[place.code] = self._reach_m(place)
        return self._known[place.code]

    def _reach_m(self, place: Place) -> float:
        """Of a district by its neighbours; of a city or province as far as the farthest of its districts reaches."""
        assert place.longitude is not None
        assert place.latitude is not None
        parts = self._below[place.code]
        if place.level != DivisionLevel.DISTRICT and parts:
            return max(
                haversine_m(place.longitude, place.latitude, part.longitude or 0, part.latitude or 0)
                + self.reach_m(part)
                for part in parts
            )
        neighbours = [
            metres
            for metres, other in self._ranked(place.longitude, place.latitude, NEIGHBOUR + 1)
            if other.code != place.code
        ]
        # Without neighbours (a small catalogue of divisions) nothing can be said: half the country.
        return max(LEAST_REACH_M, REACH * neighbours[NEIGHBOUR - 1]) if len(neighbours) >= NEIGHBOUR else 2_500_000.0

    def _ranked(self, longitude: float, latitude: float, count: int) -> list[tuple[float, Place]]:
        """The nearest districts with their distance in metres: squares of one degree, ring by ring."""
        column, row = floor(longitude), floor(latitude)
        found: list[tuple[float, Place]] = []
        for ring in range(1, 25):
            found = [
                (haversine_m(longitude, latitude, place.longitude or 0, place.latitude or 0), place)
                for x in range(column - ring, column + ring + 1)
                for y in range(row - ring, row + ring + 1)
                for place in self._grid.get((x, y), ())
            ]
            # One ring more than needed would be exact; a neighbour missed at an edge changes a reach by little.
            if len(found) >= count:
                break
        return sorted(found)[:count]

    @cached_property
    def _known(self) -> dict[str, float]:
        return {}

    @cached_property
    def _districts(self) -> list[Place]:
        return [
            place
            for place in self.gazetteer.by_code.values()
            if place.level == DivisionLevel.DISTRICT and place.longitude is not None and place.latitude is not None
        ]

    @cached_property
    def _grid(self) -> dict[tuple[int, int], list[Place]]:
        grid: dict[tuple[int, int], list[Place]] = defaultdict(list)
        for place in self._districts:
            grid[floor(place.longitude or 0), floor(place.latitude or 0)].append(place)
        return grid

    @cached_property
    def _below(self) -> dict[str, list[Place]]:
        """The districts inside each city and province."""
        below: dict[str, list[Place]] = defaultdict(list)
        for place in self._districts:
            for code in (f"{place.code[:4]}00", f"{place.code[:2]}0000"):
                below[code].append(place)
        return below
