"""What a division holds: its stations and what they offer, and the same of each of its parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from harbor_portal.lib.remember import once_a_minute
from stations.choices import DivisionLevel
from stations.models import Amenity, Division, StationCard
from stations.open_now import OpenAt

COVERED = ("water", "toilet")
"""The amenities whose share is named: what people look for first."""
ROUND_THE_CLOCK = "24/7"
_FINEST = {DivisionLevel.DISTRICT: 9, DivisionLevel.TOWNSHIP: 9}
"""How many digits of a code tell the parts of a division apart; of all others six, since some counties have no city."""


@dataclass(frozen=True)
class Part:
    """A division below, with how many stations it has."""

    code: str
    name: str
    stations: int
    open: int


@dataclass(frozen=True)
class Share:
    """How many of the stations have it; `query` leads to them."""

    name: str
    stations: int
    percent: int
    query: str = ""


@dataclass(frozen=True)
class Territory:
    stations: int
    open: int
    shares: list[Share]
    parts: list[Part]


def territory_of(
    division: Division | None, below: Iterable[Division], amenities: Mapping[str, Amenity], at: datetime
) -> Territory:
    """One query; for the whole country, `division` None, one a minute in each process. `below`: its parts."""
    rows = _country(at) if division is None else _counts(division, amenities, at)
    totals = {key: sum(row[key] for row in rows) for key in ("stations", "open", "always", "timed", *COVERED)}
    return Territory(totals["stations"], totals["open"], _shares(totals, amenities), _parts(below, rows))


@once_a_minute
def _country(at: datetime) -> list[dict[str, Any]]:
    """It reads every card of the portal: too much for every visitor anew."""
    amenities = {amenity.code: amenity for amenity in Amenity.objects.filter(code__in=COVERED)}
    return list(_grouped(StationCard.objects.all(), 2, amenities, at))


def _counts(division: Division, amenities: Mapping[str, Amenity], at: datetime) -> list[dict[str, Any]]:
    finest = _FINEST.get(DivisionLevel(division.level), 6)
    return list(_grouped(StationCard.objects.in_division(division.prefix), finest, amenities, at))


def _grouped(cards: QuerySet[StationCard], digits: int, amenities: Mapping[str, Amenity], at: datetime) -> Any:
    offers = {
        code: Count("pk", filter=Q(amenities__contains=[amenities[code].pk]) if code in amenities else Q(pk=None))
        for code in COVERED
    }
    return (
        cards.order_by()
        .annotate(area=Left("division_code", digits, output_field=CharField()))
        .values("area")
        .annotate(
            stations=Count("pk"),
            open=Count("pk", filter=Q(OpenAt(at, "open"))),
            always=Count("pk", filter=Q(timetable__schedule__opening_hours=ROUND_THE_CLOCK)),
            timed=Count("timetable__schedule"),
            **offers,
        )
    )


def _parts(below: Iterable[Division], rows: list[dict[str, Any]]) -> list[Part]:
    """Those with stations, the most first; a row belongs to the part whose digits its own begin with."""
    found = []
    for division in below:
        own = [row for row in rows if row["area"].startswith(division.prefix)]
        if stations := sum(row["stations"] for row in own):
            found.append(Part(division.code, division.name, stations, sum(row["open"] for row in own)))
    return sorted(found, key=lambda part: (-part.stations, part.code))


def _percent(part: int, whole: int) -> int:
    """All and nothing are said of all and nothing only."""
    return round(part * 100 / whole) if part in {0, whole} else min(99, max(1, round(part * 100 / whole)))


def _shares(totals: Mapping[str, int], amenities: Mapping[str, Amenity]) -> list[Share]:
    everything = totals["stations"]
    if not everything:
        return []

    def share(name: str, stations: int, query: str = "") -> Share:
        return Share(name, stations, _percent(stations, everything), query)

    offered = [share(str(amenities[code]), totals[code], f"amenity={code}") for code in COVERED if code in amenities]
    return [
        share(_("Open now"), totals["open"], "open=now"),
        *offered,
        share(_("Open 24 hours"), totals["always"]),
        share(_("Hours known"), totals["timed"]),
    ]
