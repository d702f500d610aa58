"""What is within a walk of a quarter of an hour, reckoned as the minutes on foot that the map tells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import cos, radians
from typing import Protocol

from harbor_portal.lib.geo import haversine_m, walk_reach_m

WALK_MINUTES = 15
REACH_M = round(walk_reach_m(WALK_MINUTES))
"""In a straight line; distances are compared in whole metres."""
METRES_A_DEGREE = 111_195


class Standing(Protocol):
    """What has a key, is open or not and, if it is known, has a place."""

    @property
    def pk(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def longitude(self) -> float | None: ...
    @property
    def latitude(self) -> float | None: ...


class Grid:
    """Stations in squares as wide as the walk, so that only those of nine squares can be within it."""

    def __init__(self, stations: Iterable[Standing]) -> None:
        placed = [one for one in stations if one.longitude is not None and one.latitude is not None]
        # Where degrees of longitude are shortest the squares are just wide enough; further south they are wider.
        furthest = max((abs(one.latitude or 0) for one in placed), default=0) + 1
        self._height = (REACH_M + 1) / METRES_A_DEGREE
        self._width = self._height / cos(radians(min(furthest, 86)))
        self._squares: dict[tuple[int, int], list[Standing]] = defaultdict(list)
        for one in placed:
            self._squares[self._square(one.longitude or 0, one.latitude or 0)].append(one)

    def _square(self, longitude: float, latitude: float) -> tuple[int, int]:
        return int(longitude // self._width), int(latitude // self._height)

    def near(self, longitude: float, latitude: float, but: int | None = None) -> tuple[bool, bool]:
        """Whether a station other than `but`, and whether an open one, stands within the walk."""
        is_any = False
        for one in self._candidates(longitude, latitude):
            is_open = one.state == "open"
            if one.pk == but or (is_any and not is_open):
                continue
            metres = haversine_m(longitude, latitude, one.longitude or 0, one.latitude or 0)
            if round(metres) <= REACH_M:
                if is_open:
                    return True, True
                is_any = True
        return is_any, False

    def _candidates(self, longitude: float, latitude: float) -> Iterator[Standing]:
        x, y = self._square(longitude, latitude)
        for column in (x, x - 1, x + 1):
            for row in (y, y - 1, y + 1):
                yield from self._squares.get((column, row), ())
