"""From which facts stations are assessed: each figure is worked out from live rows, for many stations at once.

A figure that a station has nothing of does not apply to it: its points are shared by the rest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.metrics import CENT
from reports.models import StationMonth
from reports.stars.sql import MENDING_DAYS
from services.choices import BY_OFFICERS, FeedbackKind, FeedbackState, Result
from services.models import Feedback, Inspection, InspectionAnswer, InspectionItem, SupplyStock
from services.querysets import ANSWERED_IN_TIME
from services.supply_querysets import seasons_at
from stations.choices import Access, Health
from stations.models import Amenity, Freshness, StationAmenity

Text = str | Promise
Found = dict[int, tuple[int, int]]
"""By station how much, and of how much; a station to which it does not apply is absent."""


@dataclass(frozen=True)
class Question:
    """Of these stations, in these days. `detail` says of what."""

    stations: Sequence[int]
    first: date
    last: date
    detail: str = ""


@dataclass(frozen=True)
class Source:
    """`part` of each `whole`, times `scale`.

    `page` is the list with the rows behind it, asked for a station's code; without one, the record of the station holds
    them. What `is_live` is told of no days, but as it stands when somebody asks, whatever months an assessment is of.
    """

    code: str
    title: Text
    part: Text
    whole: Text
    measure: Callable[[Question], Found]
    scale: int = 100
    is_more_better: bool = True
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    is_live: bool = False
    unknown_in: Callable[[str], str] | None = None
    """The first word of a detail that means nothing; "" if all do. None where there is no detail."""

    def value(self, part: int, whole: int) -> Decimal:
        return (Decimal(part * self.scale) / Decimal(whole)).quantize(CENT)

    @property
    def is_share(self) -> bool:
        return self.scale == 100


SOURCES: dict[str, Source] = {}


def register_source(*sources: Source) -> None:
    SOURCES.update({source.code: source for source in sources})


def _sums(rows: QuerySet[Any], key: str = "station", **sums: Any) -> Found:
    found = rows.order_by().values_list(key).annotate(**sums).values_list(key, "part", "whole")
    return {station: (int(part or 0), int(whole)) for station, part, whole in found if whole}


def _months(asked: Question) -> QuerySet[Any]:
    return StationMonth.objects.filter(
        month__range=(asked.first.replace(day=1), asked.last), posting__station__in=asked.stations
    )


def _opened(asked: Question) -> Found:
    return _sums(_months(asked), "posting__station", part=Sum("minutes_open"), whole=Sum("minutes_posted"))


def _recorded(asked: Question) -> Found:
    known = Sum(F("days_expected") - F("days_missing"))
    return _sums(_months(asked), "posting__station", part=known, whole=Sum("days_expected"))


def _listed(asked: Question) -> QuerySet[Any]:
    return StationAmenity.objects.filter(station__in=asked.stations).exclude(access=Access.NONE)


def _working(asked: Question) -> Found:
    return _sums(_listed(asked), part=Count("pk", filter=Q(health=Health.OK)), whole=Count("pk"))


def _amenities(asked: Question) -> Found:
    """Of those that its class is to have: what is nowhere told is not there."""
    codes = asked.detail.split()
    usable = _listed(asked).filter(amenity__code__in=codes, health=Health.OK)
    there = dict(usable.order_by().values_list("station").annotate(count=Count("pk")))
    return {station: (there.get(station, 0), len(codes)) for station in asked.stations} if codes else {}


def _mending(asked: Question) -> Found:
    """Days from a fault, or a finding, to its end; what nobody has mended counts up to the last day."""
    values: dict[str, Any] = {
        "stations": list(asked.stations),
        "first": asked.first,
        "last": asked.last,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(MENDING_DAYS, values)
        return {station: (int(days), int(count)) for station, days, count in cursor.fetchall()}


def _supplies(asked: Question) -> Found:
    rows = SupplyStock.objects.filter(station__in=asked.stations, item__season__in=seasons_at(asked.last))
    good = Q(quantity__gt=F("item__low_at")) & (Q(expires_date=None) | Q(expires_date__gte=asked.last))
    return _sums(rows, part=Count("pk", filter=good), whole=Count("pk"))


def _reports(asked: Question) -> QuerySet[Any]:
    rows: Any = Feedback.objects.filter(station__in=asked.stations).exclude(state=FeedbackState.MERGED)
    return rows.between(asked.first, asked.last)  # type: ignore[no-any-return]  # a queryset method


def _answered(asked: Question) -> Found:
    due = _reports(asked).filter(Q(state=FeedbackState.ANSWERED) | Q(due_date__lt=asked.last))
    return _sums(due, part=Count("pk", filter=ANSWERED_IN_TIME), whole=Count("pk"))


def _locked(asked: Question) -> Found:
    rows = _reports(asked).filter(kind=FeedbackKind.ARRIVED_BUT_CLOSED)
    counts = dict(rows.order_by().values_list("station").annotate(count=Count("pk")))
    return {station: (counts.get(station, 0), 1) for station in asked.stations}


def _overdue(asked: Question) -> Found:
    """Days for which the first of its facts has been due to be looked at."""
    rows = Freshness.objects.filter(station__in=asked.stations).values_list("station", "due_date")
    return {station: (max((asked.last - due).days, 0), 1) for station, due in rows}


def _inspections(asked: Question) -> QuerySet[Any]:
    rows: Any = Inspection.objects.filter(station__in=asked.stations, kind__in=BY_OFFICERS)
    return rows.finished().between(asked.first, asked.last)  # type: ignore[no-any-return]  # a queryset method


def _scores(asked: Question) -> Found:
    rows = _inspections(asked).exclude(score=None)
    found = rows.order_by().values_list("station").annotate(part=Avg("score"), whole=Count("pk"))
    return {station: (round(part), 100) for station, part, _count in found}


def _items(asked: Question) -> Found:
    """Of the named items of inspections, those passed of those that applied."""
    wanted = Q(pk__in=[])
    for word in asked.detail.split():
        form, _point, item = word.partition(".")
        wanted |= Q(item__form__code=form, item__code=item)
    rows = InspectionAnswer.objects.filter(
        wanted, inspection__in=_inspections(asked).order_by().values("pk"), result__in=[Result.PASSED, Result.FAILED]
    )
    passed = Count("pk", filter=Q(result=Result.PASSED))
    return _sums(rows, "inspection__station", part=passed, whole=Count("pk"))


def _vetoed(asked: Question) -> Found:
    rows = _inspections(asked)
    counts = rows.order_by().values_list("station").annotate(count=Count("pk", filter=Q(is_vetoed=True)))
    return {station: (count, 1) for station, count in counts}


def _unknown_amenity(detail: str) -> str:
    known = set(Amenity.objects.values_list("code", flat=True))
    return _first_unknown(detail.split(), known)


def _unknown_item(detail: str) -> str:
    known = {f"{form}.{item}" for form, item in InspectionItem.objects.values_list("form__code", "code")}
    return _first_unknown(detail.split(), known)


def _first_unknown(words: Iterable[str], known: set[str]) -> str:
    """The sentence names it; a detail that says nothing is wrong, too."""
    asked = list(words)
    return next((word for word in asked if word not in known), "") if asked else _("nothing")


def register_own() -> None:
    days, in_state = gettext_lazy("Days"), {"state": "all"}
    register_source(
        Source(
            "opened",
            gettext_lazy("Open as posted, in a hundred"),
            gettext_lazy("Minutes open"),
            gettext_lazy("Minutes posted"),
            _opened,
            page="services_stationday",
        ),
        Source(
            "recorded",
            gettext_lazy("Days on record or explained, in a hundred"),
            gettext_lazy("On record or explained"),
            gettext_lazy("Days to be open"),
            _recorded,
            page="services_stationday",
        ),
        Source(
            "amenities",
            gettext_lazy("Amenities of its class, in a hundred"),
            gettext_lazy("There and working"),
            gettext_lazy("To be there"),
            _amenities,
            is_live=True,
            unknown_in=_unknown_amenity,
        ),
        Source(
            "working",
            gettext_lazy("Equipment that works, in a hundred"),
            gettext_lazy("Working"),
            gettext_lazy("Told of"),
            _working,
            is_live=True,
        ),
        Source(
            "mending",
            gettext_lazy("Days until what is broken or found is mended"),
            days,
            gettext_lazy("Faults and findings"),
            _mending,
            scale=1,
            is_more_better=False,
            page="services_finding",
            query=in_state,
        ),
        Source(
            "supplies",
            gettext_lazy("Supplies neither short nor expired, in a hundred"),
            gettext_lazy("In order"),
            gettext_lazy("Kept in stock"),
            _supplies,
            page="services_supplystock",
            is_live=True,
        ),
        Source(
            "answered",
            gettext_lazy("Reports of visitors answered in time, in a hundred"),
            gettext_lazy("Answered in time"),
            gettext_lazy("Reports of visitors"),
            _answered,
            page="services_feedback",
            query=in_state,
        ),
        Source(
            "locked",
            gettext_lazy("Reports of a locked door"),
            gettext_lazy("Times reported"),
            "",
            _locked,
            scale=1,
            is_more_better=False,
            page="services_feedback",
            query=in_state | {"kind__exact": FeedbackKind.ARRIVED_BUT_CLOSED.value},
        ),
        Source(
            "overdue",
            gettext_lazy("Days for which facts have been due to be checked"),
            days,
            "",
            _overdue,
            scale=1,
            is_more_better=False,
            page="stations_station",
            is_live=True,
        ),
        Source(
            "inspected",
            gettext_lazy("Score of inspections by officers"),
            gettext_lazy("Points"),
            gettext_lazy("Of a hundred"),
            _scores,
            page="services_inspection",
            query={"state": "finished"},
        ),
        Source(
            "item",
            gettext_lazy("Items of inspections passed, in a hundred"),
            gettext_lazy("Passed"),
            gettext_lazy("Looked at"),
            _items,
            page="services_inspection",
            query={"state": "finished"},
            unknown_in=_unknown_item,
        ),
        Source(
            "vetoed",
            gettext_lazy("Inspections not passed"),
            gettext_lazy("Not passed"),
            "",
            _vetoed,
            scale=1,
            is_more_better=False,
            page="services_inspection",
            query={"state": "vetoed"},
        ),
    )
