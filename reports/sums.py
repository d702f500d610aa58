"""Sums of what was rolled up for a subject, of one span of months each, from which the sections are made."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact

from harbor_portal.lib.months import Month
from reports.models import StationMonth, StationMonthTimes, StationMonthVisits
from reports.periods import Period
from reports.subjects import Subject
from reports.summaries import Part, each

DAYS = (
    *("days_expected", "days_opened", "days_recorded", "days_nil", "days_explained", "days_missing"),
    *("minutes_posted", "minutes_open"),
)
"""What is added up of days and minutes. A minute posted is one in which a station was to be open."""
ALL_DAYS = (*DAYS, "days_kept", "days_suspended")
RECORDED = Q(days_recorded__gt=0)
"""Where nothing was recorded, the visits are not 0 but unknown."""


def within(periods: Sequence[Period]) -> Q:
    """On rows of a month: that it lies in one of the periods."""
    found = Q(pk__in=[])
    for period in periods:
        found |= Q(month__range=period.bounds)
    return found


def months_within(subject: Subject, periods: Sequence[Period]) -> QuerySet[StationMonth]:
    return StationMonth.objects.filter(subject.postings, within(periods)).order_by()


def _totals(subject: Subject, periods: Sequence[Period]) -> list[dict[str, Any]]:
    measures = [_measures(period) for period in periods]
    wanted = {f"{name}_{number}": sum_ for number, of in enumerate(measures) for name, sum_ in of.items()}
    found = months_within(subject, periods).aggregate(**wanted)
    return [{name: found[f"{name}_{number}"] for name in of} for number, of in enumerate(measures)]


def _measures(period: Period) -> dict[str, Any]:
    station, there = "posting__station", Q(month__range=period.bounds)
    return {
        "stations": Count(station, filter=there, distinct=True),
        # Postings in force on the last day of the span: one for each station.
        "stations_end": Count("pk", filter=Q(month=period.last.first, last_day=period.last.last)),
        "stations_recording": Count(station, filter=there & RECORDED, distinct=True),
        "divisions": Count("posting__division", filter=there, distinct=True),
        "sum_visits": Sum("visits", filter=there & RECORDED),
        **{f"sum_{measure}": sum_of(measure, there) for measure in ALL_DAYS},
    }


def sum_of(measure: str, which: Q) -> Combinable:
    """Of these rows; nothing if one of them was added up before the measure was asked for."""
    if not StationMonth._meta.get_field(measure).null:
        return Sum(measure, filter=which)
    unknown = Count("pk", filter=which & Q(**{measure: None}))
    return Case(When(Exact(unknown, 0), then=Sum(measure, filter=which)))


def _by_month(subject: Subject, periods: Sequence[Period]) -> list[dict[str, Any] | None]:
    """Of each month, all of them in one query; None of one without any station."""
    rows: Any = StationMonth.objects.filter(subject.postings, month__in=[period.first.first for period in periods])
    found = {
        Month.of(row.pop("month")): row
        for row in rows.order_by()
        .values("month")
        .annotate(
            # A posting's days of a month end with that month, or before it.
            stations=Count("pk", filter=Q(last_day__in=[period.last.last for period in periods])),
            sum_visits=Sum("visits", filter=RECORDED),
            sum_days_opened=Sum("days_opened"),
            sum_days_recorded=Sum("days_recorded"),
        )
    }
    return [found.get(period.first) for period in periods]


def _visits(subject: Subject, periods: Sequence[Period]) -> list[Any]:
    """By month, of which each period takes its own."""
    held: Any = StationMonthVisits.objects.filter(subject.postings, within(periods)).order_by()
    rows = list(held.values_list("month", "group", "method", "is_counted").annotate(Sum("count")))
    bounds = [period.bounds for period in periods]
    return [[row for month, *row in rows if first <= month <= last] for first, last in bounds]


def _times(subject: Subject, period: Period) -> list[Any]:
    rows: Any = StationMonthTimes.objects.filter(subject.postings, month__range=period.bounds).order_by()
    return [list(row) for row in rows.values_list("weekday", "hours").annotate(Sum("count"))]


def _ranking(subject: Subject, period: Period) -> list[list[int]]:
    rows: Any = months_within(subject, [period]).values_list("posting__station")
    found = rows.annotate(value=Sum("visits", filter=RECORDED))
    ranked = list(found.order_by(F("value").desc(nulls_last=True), "posting__station__code"))
    known = [key for key, visits in ranked if visits is not None]
    return [known, [key for key, _visits in ranked[len(known) :]]]


TOTALS = Part("totals_kept", _totals)
"""`stations`, `stations_end`, `stations_recording`, `divisions`, and `sum_…` of visits and `ALL_DAYS`."""
BY_MONTH = Part("month", _by_month)
"""Of periods of one month: `stations` at its end, `sum_visits`, `sum_days_opened`, `sum_days_recorded`."""
VISITS = Part("visits", _visits)
"""Group, method, whether it counts, visits; of several months each for itself."""
RANKING = Part("ranking", each(_ranking))
"""The keys of the stations: those with most visits first, and by their code those of which nothing is on record."""
TIMES = Part("times", each(_times))
"""Weekday, part of the day, visits."""
