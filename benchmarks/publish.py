"""How long the map takes to publish, and how much of it a visitor has to fetch."""

import json
from collections.abc import Callable, Iterator
from itertools import count, product
from math import cos, radians
from pathlib import Path

from benchmarks.database import bench_database
from benchmarks.measure import Measure, median_seconds, report, seconds

PHONE = (390, 844)
CITY_ZOOMS = (13, 14)
CITIES = {
    "Beijing": (116.40, 39.91),
    "Shanghai": (121.47, 31.23),
    "Guangzhou": (113.26, 23.13),
    "Chengdu": (104.07, 30.66),
    "Jinan": (117.02, 36.66),
}
KILOBYTE = 1000


def measure() -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    from django.conf import settings

    from stations.changes import mark_changed
    from stations.models import Station
    from stations.publishing.publisher import publish_everything, publish_noted

    full, bare = seconds(publish_everything), median_seconds(_read_and_write(settings.PUBLISH_ROOT), 3)
    yield Measure("full publish of 200,000 stations", full, "s", floor=bare)
    station = Station.objects.order_by("pk").first()
    assert station is not None
    number = count()

    def change_one() -> None:
        Station.objects.filter(pk=station.pk).update(phone=f"0531-{next(number)}")
        mark_changed([station.pk])
        publish_noted()

    yield Measure("publish one changed station", median_seconds(change_one), "s", goal=2)
    yield from _sizes(settings.PUBLISH_ROOT)


def _read_and_write(root: Path) -> Callable[[], object]:
    """The floor: read all records and write them down once, undivided and uncompressed."""
    from django.db import connection

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT record::text FROM stations_stationcard ORDER BY tile, code")
            (root / ".floor").write_text("\n".join(record for (record,) in cursor.fetchall()))
        (root / ".floor").unlink()

    return work


def _sizes(root: Path) -> Iterator[Measure]:
    index = json.loads((root / "index.json").read_bytes())
    first = _size(root, "index.json") + _size(root, index["catalogue"])
    yield Measure(f"index of {len(index['leaves'][0])} leaves (brotli)", _size(root, "index.json"), "kB")
    yield Measure("first view of the country: index and catalogue", first, "kB", goal=12)
    hashes = dict(zip(index["leaves"][0], index["leaves"][2], strict=True))
    for zoom, (city, centre) in product(CITY_ZOOMS, CITIES.items()):
        keys = [key for key in hashes if _meets(key, *centre, zoom)]
        size = sum(_size(root, f"leaves/{key}-{hashes[key]}.json") + _size(root, f"live/{key}.json") for key in keys)
        yield Measure(f"{city} on a phone, zoom {zoom}: {len(keys)} leaves, live states", size, "kB", goal=60)


def _size(root: Path, name: str) -> float:
    return (root / f"{name}.br").stat().st_size / KILOBYTE


def _meets(quadkey: str, longitude: float, latitude: float, zoom: int) -> bool:
    """Whether the tile lies in a phone's view of that place."""
    from harbor_portal.lib.geo import tile_bounds

    west, south, east, north = tile_bounds(quadkey)
    degrees = 360 / (256 * 2**zoom)
    wide, high = PHONE[0] / 2 * degrees, PHONE[1] / 2 * degrees * cos(radians(latitude))
    return bool(
        west <= longitude + wide and east >= longitude - wide and south <= latitude + high and north >= latitude - high
    )


def main() -> None:
    with bench_database():
        report("publish", list(measure()))


if __name__ == "__main__":
    main()
