"""Distances on the sphere, and the tiles of the Web Mercator map."""

from math import asin, atan, cos, degrees, log, pi, radians, sin, sinh, sqrt, tan

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG): with it a great circle is right to 0.5 % anywhere."""
MAX_LATITUDE = 85.05112877980659
"""Degrees; where the square of Web Mercator ends."""

WALK_M_PER_MIN = 75
DETOUR = 1.3
"""Streets are about a third longer than the straight line; static/js/geo.js walks alike."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def haversine_m(lng1: float, lat1: float, lng2: float, lat2: float) -> float:
    """The great-circle distance in metres between two places in degrees."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half_chord = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lng2 - lng1) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord)))


def walk_reach_m(minutes: float) -> float:
    """How far from here, in a straight line in metres, one gets on foot in so many minutes."""
    return minutes * WALK_M_PER_MIN / DETOUR


def tile(lng: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column from the west and row from the north of the tile that holds the place; there are 2^zoom of each."""
    size = 1 << zoom
    phi = radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, lat)))
    x = int((lng + 180) / 360 * size)
    y = int((1 - log(tan(phi) + 1 / cos(phi)) / pi) / 2 * size)
    return min(size - 1, max(0, x)), min(size - 1, max(0, y))


def quadkey(lng: float, lat: float, zoom: int) -> str:
    """The tile's name in base 4, one digit a zoom level, so that a tile's name begins with that of its parent.

    As in the Bing Maps tile system: digit = column bit + 2 × row bit, highest bits first; zoom 0 is "".
    """
    x, y = tile(lng, lat, zoom)
    return "".join(str((x >> bit & 1) + 2 * (y >> bit & 1)) for bit in range(zoom - 1, -1, -1))


def tile_bounds(key: str) -> Bounds:
    """West, south, east, north in degrees of the tile with this quadkey."""
    x = y = 0
    for digit in key:
        x, y = 2 * x + (int(digit) & 1), 2 * y + (int(digit) >> 1)
    size = 1 << len(key)
    return (
        x / size * 360 - 180,
        _latitude((y + 1) / size),
        (x + 1) / size * 360 - 180,
        _latitude(y / size),
    )


def _latitude(down: float) -> float:
    """The latitude at this share (0 to 1) of the way from the north edge to the south edge."""
    return degrees(atan(sinh(pi * (1 - 2 * down))))
