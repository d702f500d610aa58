"""Ledgers for the tests of roll-ups and reports, written straight into the tables."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.actions.openings import end_of
from reports.models import (
    Anomaly,
    Contest,
    MonthOpening,
    MonthReport,
    ReportWaiver,
    StationMonth,
    StationMonthTimes,
    StationMonthVisits,
)
from services.choices import Method, WorkerGroup
from services.models import LedgerChange, StationDay, Visit
from stations.models import Posting, Station, Unit

OCTOBER = Month(2026, 10)


def october(day: int) -> date:
    return date(2026, 10, day)


def count(
    station: Station,
    day: date,
    visits: int,
    group: WorkerGroup = WorkerGroup.COURIER,
    method: Method = Method.TALLY,
    hour: int | None = None,
) -> Visit:
    """A bucket, with the mark that an action would leave."""
    mark(station, day)
    return Visit.objects.create(station=station, date=day, hour=hour, group=group, method=method, count=visits)


def record(station: Station, day: date, counted_by: str = "", *, opened: bool = True, nil: bool = False) -> StationDay:
    mark(station, day)
    opened_at = timezone.make_aware(datetime.combine(day, time(8, 30))) if opened else None
    return StationDay.objects.create(station=station, date=day, opened_at=opened_at, is_nil=nil, counted_by=counted_by)


def mark(station: Station, day: date) -> None:
    LedgerChange.objects.create(station=station, month=day.replace(day=1))


def hand_over(station: Station, day: date, operator: Unit, supervisor: Unit | None = None) -> Posting:
    """From `day` on another unit runs the station."""
    old = station.postings.get(until=None)
    Posting.objects.filter(pk=old.pk).update(until=date.fromordinal(day.toordinal() - 1))
    return Posting.objects.create(
        station=station, operator=operator, supervisor=supervisor, division=old.division, since=day
    )


def make_anomaly(station: Station, month: Month = OCTOBER, kind: str = "same_figure", **fields: Any) -> Anomaly:
    detail = {"figure": 30, "days": 5, "first": str(month.first), "last": str(month.first.replace(day=5))}
    values = {"detail": detail, "found_at": timezone.now()} | fields
    return Anomaly.objects.create(station=station, month=month.first, kind=kind, **values)


def make_contest(unit: Unit, **fields: Any) -> Contest:
    values = {"title": "服务竞赛", "metric": "visits", "award": "优胜单位", "level": "city", "winners": 1}
    months = {"first": OCTOBER.first, "last": OCTOBER.first}
    return Contest.objects.create(unit=unit, **values | months | fields)


def waive(unit: Unit, month: Month = OCTOBER) -> ReportWaiver:
    """The unit above does not wait for this one."""
    return ReportWaiver.objects.create(unit=unit, month=month.first, reason="无人在岗", at=timezone.now())


def open_month(unit: Unit, month: Month = OCTOBER) -> MonthOpening:
    """All days of the unit's month are open to be corrected."""
    report = MonthReport.objects.create(unit=unit, month=month.first, holds_days=True)
    return MonthOpening.objects.create(report=report, reason="更正", at=timezone.now(), ends_at=end_of(None))


Figures = tuple[list[tuple[object, ...]], ...]


def figures() -> Figures:
    """Everything that has been rolled up, without the ids of its rows."""
    return tuple(
        sorted(model.objects.values_list(*(field.attname for field in model._meta.fields if not field.primary_key)))
        for model in (StationMonth, StationMonthVisits, StationMonthTimes)
    )
