"""The stations behind a figure: each is one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.ledgers.base import AMOUNT, Rows, Wanted
from reports.ledgers.days import months_of
from reports.ledgers.places import placed
from reports.programmes import overlapping_stations, plated_stations
from reports.sections.completeness import by_class
from reports.sections.printing import Row
from reports.sections.programmes import OVERLAP
from reports.sections.standing import KINDS, STARLESS, held_at_end
from reports.sections.stars import WITHOUT, borne_stars
from stations.choices import HostKind, StationStatus
from stations.models import Station

FACTS = ("code", "name", "host_kind", "status")


def stations(wanted: Wanted) -> Rows:
    rows = MEASURES[wanted.measure](wanted)
    columns = [
        Column("name", _("Station")),
        Column("code", _("Code")),
        Column("host", _("Kind of host")),
        Column("state", _("State")),
        Column(AMOUNT, _("Stations"), "integer"),
    ]
    return Rows(columns, rows, rows.count(), _line, model=Station, page="admin:stations_station_change")


def _line(row: Any) -> Row:
    return {
        "pk": row["key"],
        "name": row["name"],
        "code": row["code"],
        "host": str(HostKind(row["host_kind"]).label),
        "state": str(StationStatus(row["status"]).label),
        AMOUNT: 1,
    }


def _held(rows: Any, **more: Any) -> Any:
    """The stations of these rolled-up rows, each once."""
    facts = {name: F(f"posting__station__{name}") for name in FACTS}
    return rows.values(key=F("posting__station"), **facts, **more).distinct().order_by("code")


def _listed(keys: Any) -> Any:
    return Station.objects.filter(pk__in=keys).values(*FACTS, key=F("pk")).order_by("code")


def _at_end(wanted: Wanted) -> Any:
    """Those held on the last day."""
    last = wanted.period.last
    return _held(months_of(wanted).filter(month=last.first, last_day=last.last))


def _any(wanted: Wanted) -> Any:
    return _held(months_of(wanted))


def _recording(wanted: Wanted) -> Any:
    return _held(months_of(wanted).filter(days_recorded__gt=0))


def _classed(wanted: Wanted) -> Any:
    """By how complete they are: one that changed hands stands in a class for each unit."""
    return _held(by_class(months_of(wanted)), in_class=F("of"))


def _plated(wanted: Wanted) -> Any:
    """Of the programme; of several months, in the one in which most bore its plate."""
    programme = wanted.only["programme"]
    if programme == OVERLAP:
        return _listed(overlapping_stations(wanted.subject, wanted.period.last))
    each = [_listed(plated_stations(wanted.subject, month, programme)) for month in wanted.months]
    return max(each, key=lambda rows: int(rows.count()))


def _standing(wanted: Wanted) -> Any:
    """As they stood on the last day."""
    day, only = wanted.period.last.last, wanted.only
    asked = replace(wanted.asked, subject=wanted.subject.in_days(day, day))
    rows = _listed(held_at_end(asked).filter(placed(asked, only, "")).values("station"))
    if "stars" in only:
        borne = borne_stars(asked, day)
        if only["stars"] in (WITHOUT, STARLESS):
            return rows.exclude(pk__in=[key for key, star in borne.items() if star or only["stars"] == WITHOUT])
        return rows.filter(pk__in=[key for key, star in borne.items() if str(star) == only["stars"]])
    return rows.filter(KINDS[only["kind"]](day.year, "")) if "kind" in only else rows


MEASURES: dict[str, Callable[[Wanted], Any]] = {
    "end": _at_end,
    "any": _any,
    "recording": _recording,
    "classed": _classed,
    "plates": _plated,
    "standing": _standing,
}
