"""Two hundred keepers who count at the same time: how long an answer takes, and whether each tap counts once.

Two keepers at each of a hundred stations that are open tap for a minute, every three seconds on average, at moments of
their own: four thousand taps through HTTP, to gunicorn with two workers. Every tenth is sent a second time with the
same key, as a phone does whose answer got lost. Afterwards the ledger is compared with what was sent, key by key, and
the figures of the stations with the ledger.

- *the floor* is the same tap while nobody else is there.
"""

import asyncio
import logging
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.database import create_database, drop_database
from benchmarks.measure import Measure, report
from benchmarks.serving import portal

DATABASE = "harbor_bench_taps"
PORT = 8895
STATIONS, KEEPERS_EACH = 100, 2
SECONDS = 60.0
GAP_S = 3.0
SENT_TWICE = 0.1
ALONE = 100
GOAL_MS = 500.0
GROUPS = ("courier", "sanitation", "truck")
TOKEN = "t" * 32


@dataclass(frozen=True)
class Keeper:
    station: str
    user: int
    session: str


@dataclass
class Phone:
    """A keeper's connection, kept open; remembers what it sent and how long each answer took."""

    keeper: Keeper
    path: str
    seconds: list[float]
    sent: dict[UUID, tuple[str, int]]
    wrong: list[bytes]

    async def tap_for(self, seconds: float, chance: random.Random) -> None:
        until = time.perf_counter() + seconds
        await asyncio.sleep(chance.expovariate(1 / GAP_S))
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        while time.perf_counter() < until:
            await self.tap(reader, writer, chance)
            await asyncio.sleep(chance.expovariate(1 / GAP_S))
        writer.close()

    async def open_day(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fields = {"client_key": uuid4(), "as": self.keeper.user}
        path = self.path.replace("/count/", "/open/")
        status, answer = await _post(reader, writer, path, self.keeper.session, urlencode(fields))
        if b" 200 " not in status:
            self.wrong.append(status + answer)

    async def tap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: random.Random) -> None:
        key, group = uuid4(), chance.choice(GROUPS)
        self.sent[key] = (self.keeper.station, 1)
        fields = {"group": group, "method": "tally", "count": 1, "client_key": key, "as": self.keeper.user}
        for _time in range(2 if chance.random() < SENT_TWICE else 1):
            began = time.perf_counter()
            status, answer = await _post(reader, writer, self.path, self.keeper.session, urlencode(fields))
            self.seconds.append(time.perf_counter() - began)
            if b" 200 " not in status:
                self.wrong.append(status + answer)


async def _post(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, session: str, body: str
) -> tuple[bytes, bytes]:
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nAccept: application/json\r\nX-CSRFToken: {TOKEN}\r\n"
        f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    sizes = [line.split(b":")[1] for line in lines if line.lower().startswith(b"content-length:")]
    return lines[0], await reader.readexactly(int(sizes[0]))


def measure(keepers: list[Keeper], day: str) -> Iterator[Measure]:
    phones = [Phone(keeper, f"/admin/my-station/{keeper.station}/{day}/count/", [], {}, []) for keeper in keepers]
    asyncio.run(_open_days(phones[::KEEPERS_EACH]))
    asyncio.run(_alone(phones[0], times=ALONE // 4))  # both workers have answered before
    phones[0].seconds.clear()
    asyncio.run(_alone(phones[0], times=ALONE))
    alone = sorted(phones[0].seconds)
    phones[0].seconds.clear()
    asyncio.run(_together(phones))
    _refuse_wrong_answers(phones)
    found = sorted(chain.from_iterable(phone.seconds for phone in phones))
    rest = quantiles(found, n=100)
    yield Measure("taps answered in a minute", len(found), "taps")
    yield Measure("an answer, half of them", median(found) * 1000, "ms", floor=median(alone) * 1000)
    yield Measure("an answer, 99 of 100", rest[98] * 1000, "ms", floor=quantiles(alone, n=100)[98] * 1000, goal=GOAL_MS)
    yield from _counted(phones)


async def _alone(phone: Phone, times: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    for number in range(times):
        await phone.tap(reader, writer, random.Random(number))
    writer.close()


async def _open_days(phones: list[Phone]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    for phone in phones:
        await phone.open_day(reader, writer)
    writer.close()


async def _together(phones: list[Phone]) -> None:
    await asyncio.gather(*(phone.tap_for(SECONDS, random.Random(number)) for number, phone in enumerate(phones)))


def _refuse_wrong_answers(phones: list[Phone]) -> None:
    wrong = [answer for phone in phones for answer in phone.wrong]
    if wrong:
        raise SystemExit(f"{len(wrong)} taps were not taken; the first: {wrong[0].decode()[:500]}")


def _counted(phones: list[Phone]) -> Iterator[Measure]:
    """Compare the ledger with what was sent, key by key, and the figures with the ledger."""
    from services.models import Visit, VisitEntry

    sent = {key: tap for phone in phones for key, tap in phone.sent.items()}
    rows = VisitEntry.objects.values_list("client_key", "station__code", "change")
    entered = {key: (code, change) for key, code, change in rows}
    yield Measure("taps lost", len(sent.keys() - entered.keys()), "taps", goal=0)
    yield Measure(
        "taps counted twice or otherwise", rows.count() - len(sent) + _differing(sent, entered), "taps", goal=0
    )
    figures, expected = Counter[str](), Counter[str]()
    for code, count in Visit.objects.values_list("station__code", "count"):
        figures[code] += count
    for code, change in sent.values():
        expected[code] += change
    yield Measure(
        "stations whose figure is not the sum of its taps", len(figures - expected | expected - figures), "", goal=0
    )


def _differing(sent: dict[UUID, tuple[str, int]], entered: dict[Any, tuple[str, int]]) -> int:
    return sum(entered.get(key, tap) != tap for key, tap in sent.items())


@contextmanager
def _taps_database() -> Iterator[str]:
    """A small country in a database of its own, since the ledger forgets nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor_portal.settings")
    with settings.EMBEDDED.use():
        create_database(DATABASE)
        settings.DATABASES["default"]["NAME"] = DATABASE
        try:
            django.setup()
            call_command("migrate", verbosity=0)
            call_command("generate_scale", f"--stations={STATIONS * 10}", "--visits=0", verbosity=0)
            yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{DATABASE}").geturl()
        finally:
            from django.db import connections

            connections.close_all()
            drop_database(DATABASE)


def _keepers() -> list[Keeper]:
    from django.test import Client

    logging.getLogger("axes").setLevel(logging.WARNING)
    from stations.models import Keeper as Keepership
    from stations.models import Station, User

    found = []
    for number, station in enumerate(Station.objects.published().order_by("pk")[:STATIONS]):
        for who in range(KEEPERS_EACH):
            user = User.objects.create(username=f"bench-{number}-{who}")
            Keepership.objects.create(user=user, station=station)
            client = Client()
            client.force_login(user)
            found.append(Keeper(station.code, user.pk, client.cookies["sessionid"].value))
    return found


def main() -> None:
    with _taps_database() as address:
        from django.utils import timezone

        keepers = _keepers()
        # The sessions were signed here.
        with portal(address, PORT, SECRET_KEY=settings.SECRET_KEY):
            report("taps", list(measure(keepers, timezone.localdate().isoformat())))


if __name__ == "__main__":
    main()
