"""A working day on which things are recorded, and short ways of counting."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from services import policies
from services.actions.visits import Bucket, Sender, add_visits
from services.choices import Method, Source, WorkerGroup
from services.models import VisitEntry
from stations.models import Station, User

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The sentences are compared in their source language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _wednesday_noon() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> str:
    """November 2026 is locked, for this reason."""
    reason = "Locked: November 2026 was submitted by 赵部长."

    def provider(station_id: int, day: date) -> str | None:
        return reason if day.replace(day=1) == date(2026, 11, 1) else None

    monkeypatch.setattr(policies, "LOCKS", [provider])
    return reason


def bucket(
    station: Station,
    group: WorkerGroup = WorkerGroup.COURIER,
    method: Method = Method.TALLY,
    *,
    day: date = TODAY,
    hour: int | None = None,
) -> Bucket:
    return Bucket(station, day, group, method, hour)


def sender(by: User, client_key: UUID | None = None) -> Sender:
    return Sender(by, Source.MY_STATION, client_key or uuid4())


def count_visits(by: User, station: Station, count: int = 1, **about: object) -> VisitEntry:
    return add_visits(bucket=bucket(station, **about), count=count, sender=sender(by))  # type: ignore[arg-type]  # a test's shorthand
