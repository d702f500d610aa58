"""Stations that were not opened as posted: days of the plan on which the keeper recorded no opening."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.periods import Period
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import HOURS_KEPT, Known, measured
from reports.sections.hands import HandIn, hands
from reports.sections.printing import NONE, Row, Table, day, share
from reports.subjects import Subject
from reports.summaries import Part, each
from reports.sums import months_within
from stations.models import Station

MOST = 50
DAYS = ("days_expected", "days_kept", "days_unopened")
MINUTES = ("minutes_posted", "minutes_open")
FIGURES = (*DAYS, *MINUTES)
UNOPENED_DAYS = F("days_expected") - F("days_kept")
ON_RECORD = Q(days_kept__isnull=False) & (Q(days_opened__gt=0) | Q(days_recorded__gt=0))
"""On rolled-up rows. Where nothing is on record nobody knows: all of these days stand among those without one."""
ALL = ""
"""In the place of a code: the line of all such stations."""


def not_as_posted(rows: Any) -> Any:
    """Of rolled-up rows those of stations with such days: all that is on record of them, in whatever month or hands."""
    known = rows.filter(ON_RECORD)
    return known.filter(posting__station__in=known.filter(days_kept__lt=F("days_expected")).values("posting__station"))


def _unopened(subject: Subject, period: Period) -> dict[str, Any]:
    rows = not_as_posted(months_within(subject, [period]))
    amounts = {"days_unopened": UNOPENED_DAYS}
    sums = {f"sum_{key}": Sum(amounts.get(key, F(key))) for key in FIGURES}
    worst = rows.values_list("posting__station").annotate(**sums)
    worst = worst.order_by("-sum_days_unopened", "posting__station__code")[:MOST]
    everything = rows.aggregate(stations=Count("posting__station", distinct=True), **sums)
    return {"all": everything, "worst": [list(row) for row in worst]}


UNOPENED = Part("not_as_posted", each(_unopened))
"""The sums of all such stations, and by the key of the station those of the ones with most such days."""


def _rows(asked: Asked) -> list[Row]:
    found = asked.of_period(UNOPENED)
    stations = Station.objects.in_bulk([key for key, *_sums in found["worst"]])
    units = hands(asked, {station.code for station in stations.values()})
    due = HandIn(units.values())
    rows: list[Row] = []
    for key, *sums in found["worst"]:
        station, unit = stations[key], units.get(stations[key].code)
        named = {"code": station.code, "name": station.name, "stations": 1, "hands": unit.name if unit else None}
        rows.append(named | {"deadline": due.day(asked.period.last, unit)} | dict(zip(FIGURES, sums, strict=True)))
    if rows:
        named = {"code": ALL, "name": "", "stations": found["all"]["stations"], "hands": None, "deadline": None}
        rows.append(named | {key: found["all"][f"sum_{key}"] for key in FIGURES})
    return rows


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("name", _("Station"), width=30),
        Column("code", _("Code"), width=14),
        Column("days_expected", _("Posted days"), "integer", 10),
        Column("days_kept", _("of them opened"), "integer", 10),
        Column("days_unopened", _("of them not opened"), "integer", 10),
        Column("open_share", _("Posted hours kept"), "percent", 10),
        Column("hands", _("In whose hands"), width=18),
        Column("deadline", _("Due"), "date", 12),
    ]
    note = _(
        "Days that were posted and on which the keeper recorded no opening, also where visits were counted; due is the"
        " day by which the month is handed in. The %(count)d stations with most such days, and below them the sum of"
        " all. Stations without any record stand among the days without one."
    )
    lines = [_line(row) for row in rows]
    return Table("unopened", _("Not opened as posted"), columns, lines, note % {"count": MOST}, behind=BEHIND)


BEHIND: Known = {**measured("days", DAYS), "open_share": HOURS_KEPT}


def _line(row: Row) -> Row:
    only = {"station": row["code"]} if row["code"] != ALL else {}
    line = row | {
        "open_share": share(row["minutes_open"], row["minutes_posted"]),
        "hands": row["hands"] or NONE,
        "deadline": day(row["deadline"]),
        "only": only | {"opened": "not_as_posted"},
    }
    if row["code"] != ALL:
        return line
    return line | {"name": _("Total of %(count)d stations") % {"count": row["stations"]}, "code": NONE, "rank": "total"}


SECTION = Section("unopened", ("code",), _rows, _table)
