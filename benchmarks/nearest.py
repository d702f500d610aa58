"""How fast the nearest stations are found: in the database, and through HTTP with two workers."""

import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import cycle
from math import log, pi, radians, tan
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2

from benchmarks.database import bench_database
from benchmarks.measure import Measure, report, seconds
from benchmarks.serving import WORKERS, portal

LIMIT = 20
AMENITIES = ("water", "toilet")
PLACES = 500
WARM_UP = 2
SECONDS = 10
CONNECTIONS = 8
PORT = 8899
PATH = "/api/v1/stations/nearest/?lng={:.5f}&lat={:.5f}&limit=20&amenities=water,toilet"
LUA = """
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local n = 0
request = function() n = n % #paths + 1; return wrk.format("GET", paths[n]) end
"""
Place = tuple[float, float]


def measure(address: str) -> Iterator[Measure]:
    """Imports wait for Django's set-up."""
    from django.utils import timezone

    from stations.models import Amenity
    from stations.nearest import nearest
    from stations.open_now import open_condition

    places = _places()
    ids = sorted(Amenity.objects.filter(code__in=AMENITIES).values_list("pk", flat=True))
    bare = Bare(address, ids)
    floor = _median_ms(bare.find, places)
    in_database = median(bare.milliseconds(*place) for place in places)
    yield Measure("nearest 20 with 2 amenities, inside PostgreSQL", in_database, "ms", goal=1.5)
    find = partial(nearest, limit=LIMIT, amenities=ids)
    yield Measure("the same from Python, ranked", _median_ms(find, places), "ms", floor=floor, goal=1.5)
    find_open = partial(find, condition=open_condition(timezone.now(), "open"))
    yield Measure("the same, open now", _median_ms(find_open, places), "ms", floor=floor)
    most = _bare_rate(address, ids, places)
    with portal(address, PORT):
        rate = _requests_per_second(places)
    yield Measure("the same through HTTP, 2 web workers", rate, "req/s", floor=most, goal=1000, more_is_better=True)


def _places() -> list[Place]:
    """Near stations, as workers are: a kilometre or so away from a random one."""
    from stations.models import StationCard
    from stations.publishing.publisher import publish_everything

    if not StationCard.objects.exists():
        publish_everything()
    chance = random.Random(1)
    cards = list(StationCard.objects.order_by("code").values_list("longitude", "latitude"))
    return [
        (longitude + chance.gauss(0, 0.01), latitude + chance.gauss(0, 0.01))
        for longitude, latitude in chance.sample(cards, PLACES)
    ]


class Bare:
    """The least that answers the question: one statement over psycopg2."""

    def __init__(self, address: str, amenities: list[int]) -> None:
        self._cursor = psycopg2.connect(address).cursor()
        self._amenities = amenities

    def find(self, longitude: float, latitude: float, prefix: str = "") -> list[Any]:
        x, y = radians(longitude), log(tan(pi / 4 + radians(latitude) / 2))
        self._cursor.execute(
            f"{prefix} SELECT record::text FROM stations_stationcard WHERE amenities @> %s "
            "ORDER BY point(radians(longitude), ln(tan(0.7853981633974483 + (radians(latitude) / 2.0)))) "
            "<-> point(%s, %s) LIMIT %s",
            [self._amenities, x, y, LIMIT],
        )
        return self._cursor.fetchall()

    def milliseconds(self, longitude: float, latitude: float) -> float:
        """Planning and execution, as PostgreSQL counts them."""
        plan = self.find(longitude, latitude, "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)")[0][0][0]
        return float(plan["Planning Time"] + plan["Execution Time"])


def _median_ms(find: Callable[[float, float], object], places: list[Place]) -> float:
    return median(seconds(partial(find, *place)) for place in places) * 1000


def _bare_rate(address: str, amenities: list[int], places: list[Place]) -> float:
    """Statements a second of two processes that do nothing else."""
    with Pool(WORKERS) as pool:
        return sum(pool.starmap(_ask_bare, [(address, amenities, places)] * WORKERS))


def _ask_bare(address: str, amenities: list[int], places: list[Place]) -> float:
    bare = Bare(address, amenities)
    return _rate(cycle(places), lambda place: bare.find(*place))


def _rate(items: Iterator[Any], work: Callable[[Any], object]) -> float:
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < SECONDS:
        work(next(items))
        done += 1
    return done / spent


def _requests_per_second(places: list[Place]) -> float:
    """By wrk where it is installed; else by a client of our own, which takes a good part of the machine itself."""
    paths = [PATH.format(*place) for place in places]
    wrk = shutil.which("wrk")
    return _by_wrk(wrk, paths) if wrk else _by_threads(paths)


def _by_wrk(wrk: str, paths: list[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder, "paths.lua"), Path(folder, "paths.txt")
        script.write_text(LUA)
        listed.write_text("\n".join(paths))
        command = [wrk, "-t1", f"-c{CONNECTIONS}", "-s", str(script), f"http://127.0.0.1:{PORT}"]
        environment = os.environ | {"BENCH_PATHS": str(listed)}
        for duration in (WARM_UP, SECONDS):
            told = subprocess.run(
                [*command, f"-d{duration}s"], env=environment, check=True, capture_output=True, text=True
            ).stdout
    if "Non-2xx" in told:
        raise SystemExit(told)
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found
    return float(found[1])


def _by_threads(paths: list[str]) -> float:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(_ask_http, [paths[start:] + paths[:start] for start in range(CONNECTIONS)]))


def _ask_http(paths: list[str]) -> float:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=10)

    def ask(path: str) -> None:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status != HTTPStatus.OK:
            raise SystemExit(f"{path}: {response.status}")

    return _rate(cycle(paths), ask)


def main() -> None:
    with bench_database() as address:
        report("nearest", list(measure(address)))


if __name__ == "__main__":
    main()
