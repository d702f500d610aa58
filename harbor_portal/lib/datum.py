"""Datums in use in China: WGS-84 (GPS), GCJ-02 (Amap, Tencent, Apple) and BD-09 (Baidu).

All functions take and return (longitude, latitude) in degrees. The shift between WGS-84 and GCJ-02 has no published
standard; the series used here is the one recovered from devices and used by the open map tools of China, known as
"eviltransform" (github.com/googollee/eviltransform), on the Krasovsky 1940 ellipsoid. The Baidu step is the rotation
published in Baidu's own former sample code. Outside of the rectangle that holds China nothing is shifted.
"""

from collections.abc import Callable
from math import atan2, cos, hypot, pi, radians, sin, sqrt

Place = tuple[float, float]
"""Longitude and latitude in degrees."""

KRASOVSKY_A = 6_378_245.0
"""Semi-major axis in metres."""
KRASOVSKY_EE = 0.00669342162296594323
"""First eccentricity squared."""
BAIDU_TURN = pi * 3000 / 180
INVERSE_STEPS = 10
INVERSE_PRECISION = 1e-9
"""Degrees; 1e-9 is about 0.1 mm."""

WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271


def is_shifted(longitude: float, latitude: float) -> bool:
    """Whether the place lies in the rectangle in which the shift applies; it is wider than China itself."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def wgs84_to_gcj02(longitude: float, latitude: float) -> Place:
    """The GCJ-02 coordinates of a WGS-84 place; 100 to 700 m away, or the same outside of China."""
    if not is_shifted(longitude, latitude):
        return longitude, latitude
    east, north = _shift_m(longitude - 105.0, latitude - 35.0)
    phi = radians(latitude)
    bend = 1 - KRASOVSKY_EE * sin(phi) ** 2
    metres_per_radian_north = KRASOVSKY_A * (1 - KRASOVSKY_EE) / (bend * sqrt(bend))
    metres_per_radian_east = KRASOVSKY_A / sqrt(bend) * cos(phi)
    return (
        longitude + east * 180 / (pi * metres_per_radian_east),
        latitude + north * 180 / (pi * metres_per_radian_north),
    )


def gcj02_to_wgs84(longitude: float, latitude: float) -> Place:
    """The WGS-84 place of GCJ-02 coordinates, to better than 0.1 m."""
    if not is_shifted(longitude, latitude):
        return longitude, latitude
    return _inverse(wgs84_to_gcj02, longitude, latitude)


def gcj02_to_bd09(longitude: float, latitude: float) -> Place:
    """The BD-09 coordinates of GCJ-02 ones; the same outside of China."""
    if not is_shifted(longitude, latitude):
        return longitude, latitude
    radius = hypot(longitude, latitude) + 0.00002 * sin(latitude * BAIDU_TURN)
    angle = atan2(latitude, longitude) + 0.000003 * cos(longitude * BAIDU_TURN)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def bd09_to_gcj02(longitude: float, latitude: float) -> Place:
    """The GCJ-02 coordinates of BD-09 ones, to better than 0.1 m."""
    if not is_shifted(longitude, latitude):
        return longitude, latitude
    return _inverse(gcj02_to_bd09, longitude, latitude)


def wgs84_to_bd09(longitude: float, latitude: float) -> Place:
    return gcj02_to_bd09(*wgs84_to_gcj02(longitude, latitude))


def bd09_to_wgs84(longitude: float, latitude: float) -> Place:
    return gcj02_to_wgs84(*bd09_to_gcj02(longitude, latitude))


def _unchanged(longitude: float, latitude: float) -> Place:
    return longitude, latitude


TO_WGS84: dict[str, Callable[[float, float], Place]] = {
    "wgs84": _unchanged,
    "gcj02": gcj02_to_wgs84,
    "bd09": bd09_to_wgs84,
}
FROM_WGS84: dict[str, Callable[[float, float], Place]] = {
    "wgs84": _unchanged,
    "gcj02": wgs84_to_gcj02,
    "bd09": wgs84_to_bd09,
}


def to_wgs84(longitude: float, latitude: float, datum: str) -> Place:
    """From the datum "wgs84", "gcj02" or "bd09"; any other is a KeyError."""
    return TO_WGS84[datum](longitude, latitude)


def from_wgs84(longitude: float, latitude: float, datum: str) -> Place:
    """To the datum "wgs84", "gcj02" or "bd09"; any other is a KeyError."""
    return FROM_WGS84[datum](longitude, latitude)


def _shift_m(x: float, y: float) -> tuple[float, float]:
    """The shift eastward and northward in metres, `x` and `y` in degrees from 105° E, 35° N."""
    root = sqrt(abs(x))
    ripple = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + _waves(x, (20, 1), (40, 3), (150, 12), (300, 30))) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + _waves(y, (20, 1), (40, 3), (160, 12), (320, 30))) * 2 / 3
    return east, north


def _waves(z: float, *waves: tuple[float, float]) -> float:
    return sum(height * sin(z * pi / length) for height, length in waves)


def _inverse(forward: Callable[[float, float], Place], longitude: float, latitude: float) -> Place:
    """The place that `forward` sends to the one given, by fixed-point iteration: the shift varies slowly."""
    x, y = longitude, latitude
    for _ in range(INVERSE_STEPS):
        reached_x, reached_y = forward(x, y)
        off_x, off_y = longitude - reached_x, latitude - reached_y
        x, y = x + off_x, y + off_y
        if abs(off_x) < INVERSE_PRECISION and abs(off_y) < INVERSE_PRECISION:
            break
    return x, y
