"""Which exceptions to the hours hold for a station: its own, and those of the units that operate it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from stations.hours_text import parse_hours
from stations.models import HoursException, Posting, Station, Unit
from stations.models.schedules import plan_with
from stations.plans import ONE_DAY, DatedHours, Plan, layered
from stations.trees import TODAY, Tree

OFF = "off"
_CLOSED = {OFF, "closed", "休息", "关闭", "闭站", "不开放", "停止开放", "暂停开放", "放假"}

_ROW = ("first", "last", "hours", "reason")
Dated = tuple[DatedHours, ...]


def exception_hours(text: str) -> str:
    """The hours of an exception as kept: "off", or the grammar. ValueError with a sentence when not understood."""
    text = text.strip()
    if text.lower() in _CLOSED:
        return OFF
    try:
        return parse_hours(text).opening_hours
    except ValueError as error:
        raise ValueError(
            _("%(why)s Write hours such as 09:00-12:00, or 休息 (off) for closed.") % {"why": error}
        ) from error


def plan_of(station: Station, operator: Unit | None, today: date) -> Plan | None:
    """The station's hours with the exceptions that end yesterday or later; None if nobody gave any. Two queries."""
    # The night of yesterday may still run.
    dated = dated_hours({station.pk: operator.path if operator else ""}, today - ONE_DAY)[station.pk]
    return plan_with(station.schedule, dated) if station.schedule or dated else None


def exceptions_of_units(station: Station, today: date) -> list[HoursException]:
    """Of the unit that operates the station and of those above it, what ends today or later. Two queries."""
    posting = Posting.objects.on(today).filter(station=station).select_related("operator").first()
    if posting is None or posting.operator is None:
        return []
    rows = HoursException.objects.ending_after(today).filter(unit__path__in=list(TODAY.above(posting.operator.path)))
    return list(rows.select_related("unit").order_by("first", "-unit__depth"))


def dated_hours(operators: Mapping[int, str], since: date, tree: Tree = TODAY) -> dict[int, Dated]:
    """By station id the exceptions that end on `since` or later; `operators` gives each one's treebeard path.

    `tree` says which units stand above these. Two queries.
    """
    rows = HoursException.objects.ending_after(since)
    of_stations: dict[int, list[DatedHours]] = defaultdict(list)
    of_units: dict[str, list[DatedHours]] = defaultdict(list)
    for station, *row in rows.filter(station__in=operators.keys()).values_list("station_id", *_ROW):
        of_stations[station].append(DatedHours(*row))
    for path, *row in rows.filter(unit__isnull=False).values_list("unit__path", *_ROW):
        of_units[path].append(DatedHours(*row))
    inherited = {
        path: layered(of_units[own] for own in tree.above(path) if own in of_units) for path in {*operators.values()}
    }
    return {
        station: layered([of_stations[station], inherited[path]]) if station in of_stations else inherited[path]
        for station, path in operators.items()
    }
