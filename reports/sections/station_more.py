"""What is told of each station beside its days and visits, for some stations at a time."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from partners.models import Plate
from reports.choices import AnomalyState
from reports.models import Anomaly, StationMonthVisits
from reports.sections.base import Asked
from reports.sections.happened import feedback, findings
from reports.sections.printing import Row
from services.choices import GroupClass, Method, WorkerGroup, group_class
from services.models import Activity, ActivityStation
from stations.choices import Health
from stations.models import StationAmenity
from stations.querysets import IsOneOf

METHODS = tuple(f"by_{method}" for method in Method.values)
CLASSES = tuple(f"class_{each}" for each in GroupClass.values)
COUNTS = ("beside", "activities", "feedback", "findings", "findings_open", "anomalies_open", "broken")
MORE = (*METHODS, *CLASSES, *COUNTS)

WHICH = {
    **{f"by_{method}": Q(is_counted=True, method=method) for method in Method.values},
    **{
        f"class_{each}": Q(is_counted=True, group__in=[group for group in WorkerGroup if group_class(group) == each])
        for each in GroupClass
    },
    "beside": Q(is_counted=False),
}
"""Which visits stand in which of these columns."""

ByStation = dict[int, Row]


def with_more(asked: Asked, rows: Sequence[Row], keys: Sequence[int]) -> list[Row]:
    """The rows of the stations with these keys, with `MORE` and the plates. A constant number of queries."""
    found: ByStation = {key: dict.fromkeys(MORE, 0) | {"programmes": ""} for key in keys}
    _add_visits(asked, keys, found)
    for name, counts in _counts(asked, keys).items():
        for key, count in counts.items():
            found[key][name] = count
    for key, names in _plates(asked, keys).items():
        found[key]["programmes"] = " ".join(names)
    return [row | found[key] for row, key in zip(rows, keys, strict=True)]


def _add_visits(asked: Asked, keys: Sequence[int], found: ByStation) -> None:
    """By method and class, as the visits of the station count."""
    visits: Any = StationMonthVisits.objects.filter(
        asked.subject.postings, IsOneOf(F("posting__station"), keys), month__range=asked.period.bounds
    )
    sums = {name: Sum("count", filter=which, default=0) for name, which in WHICH.items()}
    for key, *counts in visits.order_by().values_list("posting__station").annotate(**sums):
        found[key].update(zip(WHICH, counts, strict=True))


def _counts(asked: Asked, keys: Sequence[int]) -> dict[str, dict[int, int]]:
    (first, last), these = asked.period.days, IsOneOf(F("station"), keys)
    held = ActivityStation.objects.annotate(day=TruncDate("activity__starts_at")).filter(
        these,
        Q(station__postings__until=None) | Q(station__postings__until__gte=F("day")),
        asked.subject.held_by("station__postings", "day"),
        activity__in=Activity.objects.took_place().between(first, last).order_by().values("pk"),
        station__postings__since__lte=F("day"),
    )
    looked_at = Anomaly.objects.filter(these, state=AnomalyState.OPEN, month__range=asked.period.bounds)
    broken = StationAmenity.objects.filter(these, health=Health.OUT_OF_ORDER)
    found = findings(asked).filter(these)
    return {
        "activities": _by_station(held),
        "feedback": _by_station(feedback(asked).filter(these)),
        "findings": _by_station(found),
        "findings_open": _by_station(found.unsettled()),
        "anomalies_open": _by_station(looked_at),
        "broken": _by_station(broken),
    }


def _by_station(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("station").annotate(Count("pk")))


def _plates(asked: Asked, keys: Sequence[int]) -> dict[int, list[str]]:
    """The programmes whose plate hung there on any day of the period."""
    first, last = asked.period.days
    hanging = Plate.objects.filter(Q(until=None) | Q(until__gte=first), IsOneOf(F("station"), keys), since__lte=last)
    names: dict[int, list[str]] = {}
    for key, code in hanging.order_by("programme__order", "programme__code").values_list("station", "programme__code"):
        if code not in names.setdefault(key, []):
            names[key].append(code)
    return names
