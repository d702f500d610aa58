"""How the person's stations are doing: on the map, open now, visits this month, and the trend of thirteen months."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Sum
from django.utils import timezone

from harbor_portal.desk.figure import link
from harbor_portal.desk.stations import ON_MAP, OPEN_NOW, Counts
from harbor_portal.desk.trend import Trend, figure, trend_of
from harbor_portal.desk.units import report_url
from harbor_portal.lib.months import Month
from reports.choices import RunState
from reports.ledger import visits_of
from reports.models import RollupRun, StationMonth
from stations.choices import StationStatus
from stations.models import Unit, User
from stations.scope import Scope

MONTHS = 13
"""This month and the twelve before it, so that it stands beside the same month of last year."""
MINUTES = 600
"""What was rolled up changes once a night; who runs which station may change at any time."""
DAY = 24 * 3600


@dataclass(frozen=True)
class Overview:
    on_map: int
    on_map_url: str
    open_now: int
    open_now_url: str
    trend: Trend
    same_day: int | None
    """The visits of last month up to the same day; None where nothing was recorded."""
    until: date | None
    """The last whole day that this month's visits hold, as they were rolled up."""

    @property
    def on_map_shown(self) -> str:
        return figure(self.on_map)

    @property
    def open_now_shown(self) -> str:
        return figure(self.open_now)

    @property
    def visits_shown(self) -> str:
        return figure(self.visits)

    @property
    def same_day_shown(self) -> str:
        return figure(self.same_day)

    @property
    def change_shown(self) -> str:
        return f"{self.change:+d}\N{NO-BREAK SPACE}%"

    @property
    def visits_url(self) -> str:
        return self.trend.months[-1].url

    @property
    def visits(self) -> int | None:
        return self.trend.months[-1].visits

    @property
    def change(self) -> int | None:
        """In per cent, rounded; nothing without anything to compare with."""
        if self.visits is None or not self.same_day:
            return None
        return round((self.visits - self.same_day) * 100 / self.same_day)


def overview_of(user: User, scope: Scope, counts: Counts, at: datetime) -> Overview:
    """Five queries at most."""
    today = timezone.localdate(at)
    runs = RollupRun.objects.filter(state=RunState.DONE).order_by("-started_at", "-pk")
    run = runs.filter(month=Month.of(today).first).first()
    last = runs.values_list("pk", flat=True).first()
    until = _whole_days_until(run, today)
    months = _kept(scope, f"months {today:%Y-%m} {last}", MINUTES, lambda: _by_month(user, Month.of(today)))
    return Overview(
        on_map=counts.all[ON_MAP],
        on_map_url=link("stations_station", status__exact=StationStatus.PUBLISHED.value),
        open_now=counts.all[OPEN_NOW],
        open_now_url=link("stations_station", open="now"),
        trend=trend_of(months, _links(scope, months)),
        same_day=_same_day(user, scope, until) if until else None,
        until=until,
    )


def _whole_days_until(run: RollupRun | None, today: date) -> date | None:
    """The day before this month's last roll-up; None before there is any such day."""
    day = timezone.localdate(run.started_at) - timedelta(days=1) if run else None
    return day if day and Month.of(day) == Month.of(today) else None


def _same_day(user: User, scope: Scope, until: date) -> int | None:
    """Of the ledger, which takes its time: so once a day for a scope, and not of the whole country."""
    if scope.everything:
        return None
    before = Month.of(until).plus(-1)
    day = min(before.last, before.first + timedelta(days=until.day - 1))
    return _kept(scope, f"until {day}", DAY, lambda: _until(user, before, day))  # type: ignore[no-any-return]  # as computed


def _by_month(user: User, month: Month) -> dict[str, int | None]:
    """A month without any record is None, which is not the same as nobody came."""
    span = [month.plus(back) for back in range(1 - MONTHS, 1)]
    rows = StationMonth.objects.visible_to(user).filter(month__range=(span[0].first, span[-1].first))
    sums = dict(rows.filter(days_recorded__gt=0).order_by().values_list("month").annotate(Sum("visits")))
    return {str(each): sums.get(each.first) for each in span}


def _until(user: User, month: Month, day: date) -> int | None:
    postings = StationMonth.objects.visible_to(user).filter(month=month.first)
    return visits_of(month, day, dict(postings.values_list("posting", "posting__station")))


def _kept(scope: Scope, what: str, seconds: int, compute: Callable[[], Any]) -> Any:
    """One answer for all who have the same scope."""
    whose = "everything" if scope.everything else " ".join(sorted(scope.paths)) or f"user {scope.user_id}"
    key = f"desk-{sha256(f'{whose} {what}'.encode()).hexdigest()}"
    return cache.get_or_set(key, compute, seconds)


def _links(scope: Scope, months: Iterable[str]) -> list[str]:
    """The report of each month: who has one unit reads there the very figure of the trend; others choose."""
    if len(scope.paths) != 1:
        return ["" for _month in months]
    unit = Unit.objects.get(path=scope.paths[0])
    return [report_url(unit, Month.parse(month)) for month in months]
