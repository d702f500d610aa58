"""What the rivals are served by: their pages and files, compressed once, and GeoJSON of a rectangle from PostgreSQL.

A WSGI application, so that it runs under the same server as the portal. It also plays the tile server for all three.
"""

import importlib.util
import mimetypes
import os
import random
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from math import log, pi, radians, tan
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import brotli
import psycopg2
from PIL import Image

HERE = Path(__file__).parent
MOST = 500
SIDE = 256

# The index walks a rectangle of the Mercator plane; the features are put together by the database.
RECTANGLE = """
SELECT coalesce(json_agg(json_build_object(
    'type', 'Feature',
    'geometry', json_build_object('type', 'Point', 'coordinates', json_build_array(longitude, latitude)),
    'properties', json_build_object('code', code, 'name', record->>'name', 'hours', record->>'opening_hours',
        'amenities', (SELECT string_agg(item->>'code', ' ') FROM json_array_elements(record->'amenities') item)))),
    '[]')::text
FROM (
    SELECT longitude, latitude, code, record::json AS record FROM stations_stationcard
    WHERE point(radians(longitude), ln(tan(0.7853981633974483 + (radians(latitude) / 2.0))))
        <@ box(point(%s, %s), point(%s, %s)) LIMIT %s
) found
"""

Start = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer one request."""
    path = environ["PATH_INFO"]
    if path == "/rectangle.json":
        west, south, east, north = map(float, parse_qs(environ["QUERY_STRING"])["box"][0].split(","))
        body, kind = brotli.compress(_rectangle(west, south, east, north), quality=4), "application/json"
    elif path.startswith("/tiles/"):
        start_response("200 OK", [("Content-Type", "image/png"), ("Cache-Control", "max-age=86400")])
        return [_tile()]
    else:
        body, kind = _file(path.strip("/") or "rectangle.html")
    if not body:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not here"]
    start_response("200 OK", [("Content-Type", kind), ("Content-Encoding", "br"), ("Cache-Control", "max-age=300")])
    return [body]


@cache
def _file(name: str) -> tuple[bytes, str]:
    """A file of ours, of Leaflet, or of those prepared for this run; the big one is compressed already."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    prepared = Path(os.environ["BENCH_FILES"])
    package = importlib.util.find_spec("leaflet")
    assert package is not None
    assert package.origin is not None
    if (prepared / f"{name}.br").exists():
        return (prepared / f"{name}.br").read_bytes(), kind
    for folder in (HERE, Path(package.origin).parent / "static" / "leaflet", prepared):
        if (folder / name).is_file():
            return brotli.compress((folder / name).read_bytes()), kind
    return b"", kind


@cache
def _connection() -> Any:
    connection = psycopg2.connect(os.environ["BENCH_DATABASE"])
    connection.autocommit = True
    return connection


def _rectangle(west: float, south: float, east: float, north: float) -> bytes:
    with _connection().cursor() as cursor:
        cursor.execute(RECTANGLE, [radians(west), _plane(south), radians(east), _plane(north), MOST])
        features: str = cursor.fetchone()[0]
    return f'{{"type":"FeatureCollection","features":{features}}}'.encode()


def _plane(latitude: float) -> float:
    return log(tan(pi / 4 + radians(latitude) / 2))


@cache
def _tile() -> bytes:
    """A picture of the size that a tile of a city has, about 15 kB."""
    chance = random.Random(1)
    image = Image.new("P", (SIDE, SIDE))
    image.putpalette([shade for level in range(16) for shade in (200 + 3 * level,) * 3])
    image.putdata([chance.randrange(16) if chance.random() < 0.12 else 8 for _pixel in range(SIDE * SIDE)])
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
