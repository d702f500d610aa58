"""The public calendar of activities: its filters as they stand in an address, and its pages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, Q
from django.http import QueryDict
from django.utils import timezone

from services.activity_choices import ActivityKind, ActivityStatus
from services.models import Activity
from stations.choices import StationStatus
from stations.codes import read_code
from stations.models import Division, Station

PAGE_SIZE = 30
MOST_RUNNING = 10
MOST_AT_STATION = 8
AHEAD = timedelta(days=14)
"""How far a station's own page looks ahead; its calendar tells the rest."""
LONGEST = timedelta(days=92)
"""Of what has begun already, so far back begins what may still be on."""
PLACE = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")
"""Microseconds since 1970, and the number of the row."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: what is unknown, or impossible, is not asked."""

    since: date
    is_today: bool = True
    kind: str = ""
    division: Division | None = None
    station: Station | None = None
    after: tuple[datetime, int] | None = None

    @classmethod
    def read(cls, asked: QueryDict, today: date) -> "Asked":
        since = _day(asked.get("date", "")) or today
        kind = asked.get("kind", "")
        return cls(
            since=since,
            is_today=since == today,
            kind=kind if kind in ActivityKind.values else "",
            division=_division(asked.get("division", "")),
            station=_station(asked.get("station", "")),
            after=_place(asked.get("after", "")),
        )

    def query(self, **other: str) -> str:
        """The address of the same, with or without something."""
        values = {
            "kind": self.kind,
            "division": self.division.code if self.division else "",
            "station": self.station.code if self.station else "",
            "date": "" if self.is_today else self.since.isoformat(),
        } | other
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def is_everything(self) -> bool:
        return not self.query() and self.after is None


@dataclass
class Page:
    """The activities of a page by day, those that are on already before them, and the query of the page after it."""

    running: list[Activity] = field(default_factory=list)
    days: list[tuple[date, list[Activity]]] = field(default_factory=list)
    following: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.running and not self.days


def page_of(asked: Asked, at: datetime) -> Page:
    """Two queries, and one for the stations of them all; no page costs more than the first."""
    rows = filtered(asked).order_by("starts_at", "pk")
    found = list(_from(rows, asked)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    is_first = asked.is_today and asked.after is None
    running = list(running_of(filtered(asked), at)) if is_first else []
    following = asked.query(after=_spelt(shown[-1])) if len(found) > PAGE_SIZE else ""
    return Page(running, _by_day(shown), following)


def coming_at(station: Station, at: datetime) -> list[Activity]:
    """What is on at the station, and what begins within two weeks. One query."""
    rows: Any = Activity.objects.all().public()
    coming = rows.at_station(station).upcoming(at).filter(starts_at__lt=at + AHEAD)
    return list(coming.order_by("starts_at", "pk")[:MOST_AT_STATION])


def filtered(asked: Asked) -> Any:
    """All that answers to it, at any time."""
    rows: Any = with_places(Activity.objects.all().public())
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.division:
        rows = rows.in_division(asked.division.code)
    if asked.station:
        rows = rows.at_station(asked.station)
    return rows


def with_places(rows: Any) -> Any:
    """With what a line of a list shows; of the stations those that everybody may read of."""
    stations = Prefetch("stations", Station.objects.filter(status__in=SHOWN).order_by("name", "pk"))
    return rows.select_related("organiser", "division").prefetch_related(stations)


def from_day(rows: Any, day: date) -> Any:
    return rows.filter(starts_at__gte=timezone.make_aware(datetime.combine(day, datetime.min.time())))


def _from(rows: Any, asked: Asked) -> Any:
    if asked.after is None:
        return from_day(rows, asked.since)
    last, pk = asked.after
    return rows.filter(Q(starts_at__gte=last), Q(starts_at__gt=last) | Q(pk__gt=pk))


def running_of(rows: Any, at: datetime) -> Any:
    """What began on a day before and is not over: exhibitions, weeks of something."""
    midnight = midnight_before(at)
    on = rows.filter(
        status__in=(ActivityStatus.PLANNED, ActivityStatus.HELD),
        ends_at__gt=at,
        starts_at__lt=midnight,
        starts_at__gt=midnight - LONGEST,
    )
    return on.order_by("starts_at", "pk")[:MOST_RUNNING]


def midnight_before(at: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(at), datetime.min.time()))


def _by_day(found: Iterable[Activity]) -> list[tuple[date, list[Activity]]]:
    return [(day, list(rows)) for day, rows in groupby(found, key=lambda row: timezone.localdate(row.starts_at))]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _division(code: str) -> Division | None:
    return Division.objects.filter(pk=code).first() if code.isascii() and code.isdecimal() else None


def _station(text: str) -> Station | None:
    try:
        code = read_code(text)
    except ValueError:
        return None
    found: Station | None = Station.objects.filter(code=code, status__in=SHOWN).first()
    return found


def _spelt(activity: Activity) -> str:
    return f"{(activity.starts_at - EPOCH) // timedelta(microseconds=1)}-{activity.pk}"


def _place(text: str) -> tuple[datetime, int] | None:
    if not (found := PLACE.fullmatch(text)):
        return None
    try:
        return EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except OverflowError:
        return None
