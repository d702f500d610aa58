"""The schematic base map: small files, made once, that draw no border of the country."""

import json
from math import log, pi, radians, tan
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.test import Client

from harbor_portal.portal.schematic import FOLDER, schematic_version

FILES = sorted(path for path in FOLDER.glob("*.json") if not path.stem.startswith("names-"))
KIB = 1024
JINAN = "105-50"


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def test_a_phone_loads_little_of_it() -> None:
    sizes = [len(brotli.compress(path.read_bytes(), quality=9)) for path in FILES]
    assert len(sizes) > 200
    assert max(sizes) < 30 * KIB
    assert sorted(sizes)[-2] < 15 * KIB


def test_a_city_has_its_lines_and_its_names() -> None:
    tile = _read(FOLDER / f"{JINAN}.json")
    assert {"历下区", "济南市"} <= {name for _level, _x, _y, name in tile["names"]}
    assert tile["district"]
    assert all(len(path) % 2 == 0 for kind in ("sea", "city", "district") for path in tile[kind])


def test_the_districts_of_a_province_have_names_by_code(client: Client) -> None:
    names = client.get(f"/base/{schematic_version()}/names-37.json").json()
    assert names["370102"] == "历下区"
    assert all(code.startswith("37") for code in names)


def test_a_file_is_served_packed_and_for_ever(client: Client) -> None:
    url = f"/base/{schematic_version()}/{JINAN}.json"
    plain = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert plain.json() == json.loads(brotli.decompress(packed.content))
    assert packed["Content-Encoding"] == "br"
    assert "immutable" in packed["Cache-Control"]
    assert "immutable" not in client.get(f"/base/00000000/{JINAN}.json")["Cache-Control"]


@pytest.mark.parametrize("name", ["0-0", "nothing", "..-..", "country2"])
def test_what_is_not_there_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/base/{schematic_version()}/{name}.json").status_code == 404


def test_no_line_follows_the_border_of_the_country() -> None:
    """At Erenhot, Heihe and Dongxing there is a border, and neither a line nor a river is drawn there."""
    for longitude, latitude in ((111.98, 43.72), (127.5, 50.24), (108.0, 21.55)):
        assert not list(_lines_near(longitude, latitude, metres=3000))


def _lines_near(longitude: float, latitude: float, *, metres: float) -> Any:
    x, y = longitude / 360 + 0.5, 0.5 - log(tan(pi / 4 + radians(latitude) / 2)) / (2 * pi)
    tile = _read(FOLDER / f"{int(x * 128)}-{int(y * 128)}.json")
    west, north, side = tile["square"]
    reach = metres / 40_075_016 / side * tile["grid"]
    at = ((x - west) / side * tile["grid"], (y - north) / side * tile["grid"])
    for kind in ("province", "city", "district", "rivers"):
        for path in tile[kind]:
            px = py = 0
            for dx, dy in zip(path[::2], path[1::2], strict=True):
                px, py = px + dx, py + dy
                if abs(px - at[0]) < reach and abs(py - at[1]) < reach:
                    yield kind, px, py
