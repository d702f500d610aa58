"""What waits for a person today: the figures and links with which the back office begins."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from harbor_portal.lib.months import Month
from services.models import Feedback, StationDay
from stations.calendar_years import missing_years
from stations.choices import Role, StationStatus
from stations.models import Station, User
from stations.policies import may_keep_calendar
from stations.scope import scope_of

COUNTED_UP_TO = 999
"""Beyond this a figure says "999+": nobody works through more today, and counting 200,000 rows takes its time."""


@dataclass(frozen=True)
class Kept:
    """A station that the person keeps, with the day as it stands."""

    station: Station
    record: StationDay | None

    @property
    def is_open(self) -> bool:
        return bool(self.record and self.record.opened_at and not self.record.closed_at)


@dataclass(frozen=True)
class Work:
    """`counts` is None for people who change nothing: they read reports."""

    today: date
    kept: list[Kept]
    counts: dict[str, int] | None
    reads_reports: bool
    missing_years: list[int]
    """Years whose public holidays are still to be entered, for those who may do so."""
    most: int = COUNTED_UP_TO


def work_of(user: User) -> Work:
    """A constant number of queries, whatever the scope."""
    today = timezone.localdate()
    scope = scope_of(user)
    is_officer = scope.everything or bool(scope.paths_as(Role.OFFICER))
    counts = _counts(user, today) if is_officer else None
    return Work(
        today,
        _kept(user, today),
        counts,
        reads_reports=scope.everything or bool(scope.roles),
        missing_years=missing_years(today) if may_keep_calendar(user) else [],
    )


def _kept(user: User, today: date) -> list[Kept]:
    stations = list(Station.objects.kept_by(user).exclude(status=StationStatus.CLOSED).order_by("name", "pk"))
    records = {record.station_id: record for record in StationDay.objects.filter(station__in=stations, date=today)}
    return [Kept(station, records.get(station.pk)) for station in stations]


def _counts(user: User, today: date) -> dict[str, int]:
    mine = Station.objects.visible_to(user)
    reports = Feedback.objects.visible_to(user)
    days = StationDay.objects.filter(station=OuterRef("pk"))
    month = days.filter(date__range=(Month.of(today).first, today))
    return {
        "unopened": _up_to(mine.published().filter(~Exists(days.filter(date=today, opened_at__isnull=False)))),
        "unrecorded": _up_to(mine.published().filter(~Exists(month))),
        "to_be_placed": _up_to(mine.to_be_placed()),
        "drafts": _up_to(mine.filter(status=StationStatus.DRAFT)),
        "feedback": _up_to(reports.waiting()),
        "feedback_overdue": _up_to(reports.overdue(today)),
    }


def _up_to(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: COUNTED_UP_TO + 1].count()
