"""What counts as evidence of an obligation: visits, supplies given out, activities held and who came to them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from partners.metrics import Metric, Question, WithinSpans, of_stations
from services.activity_choices import ActivityKind
from services.choices import Method, SupplyMove, WorkerGroup
from services.models import Activity, ActivityStation, StationDay, SupplyItem, SupplyMovement, Visit

PARTNERS: Any = Activity.partners.through
GROUP, METHOD = "group", "method"


def visits(question: Question) -> QuerySet[Any]:
    """By the one method that counts on each day, or by the method that was asked for."""
    rows = of_stations(Visit.objects.filter(count__gt=0), question)
    what, _colon, code = question.detail.partition(".")
    if what == METHOD:
        return rows.filter(method=code)  # type: ignore[no-any-return]  # a queryset
    counting = StationDay.objects.filter(
        station=OuterRef("station"), date=OuterRef("date"), counted_by=OuterRef("method")
    )
    rows = rows.filter(Exists(counting))
    return rows.filter(group=code) if what == GROUP else rows  # type: ignore[no-any-return]  # a queryset


def visit_details() -> Sequence[tuple[str, str]]:
    groups = [(f"{GROUP}.{group.value}", str(group.label)) for group in WorkerGroup]
    return [*groups, *((f"{METHOD}.{method.value}", str(method.label)) for method in Method)]


def given_out(question: Question) -> QuerySet[Any]:
    rows = SupplyMovement.objects.filter(kind=SupplyMove.OUT, item__code=question.detail)
    return of_stations(rows, question)  # type: ignore[no-any-return]  # a queryset


def supply_details() -> Sequence[tuple[str, str]]:
    return [(item.code, str(item)) for item in SupplyItem.objects.order_by("order", "code")]


def held(question: Question) -> QuerySet[Any]:
    """At one of the stations; if none are named, also at no station and organised by the unit that signed: a hall.

    What names partners, and none of those that signed, is no evidence of what they promised.
    """
    rows: Any = Activity.objects.all()
    rows = rows.took_place().between(*question.days)
    # Asked once for all, not for each activity: an agreement may hold for thousands of stations.
    there = ActivityStation.objects.filter(activity__in=rows.order_by().values("pk"))
    there = there.filter(WithinSpans(F("station_id"), DAY_OF_ACTIVITY, question.spans))
    is_there = Q(pk__in=there.order_by().values("activity"))
    elsewhere = Q(
        ~Exists(ActivityStation.objects.filter(activity=OuterRef("pk"))), organiser__path__startswith=question.unit_path
    )
    rows = rows.filter(is_there | elsewhere if question.unit_path else is_there)
    if question.partners:
        named = PARTNERS.objects.filter(activity=OuterRef("pk"))
        rows = rows.filter(Q(Exists(named.filter(partner__in=question.partners))) | ~Exists(named))
    return rows.filter(kind=question.detail) if question.detail else rows  # type: ignore[no-any-return]  # a queryset


def activity_details() -> Sequence[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in ActivityKind]


DAY = TruncDate("starts_at", output_field=DateField())
DAY_OF_ACTIVITY = TruncDate("activity__starts_at", output_field=DateField())

METRICS = (
    Metric(
        "supplies",
        _("Given out"),
        _("pieces"),
        given_out,
        F("date"),
        Sum("quantity"),
        page="services_supplymovement",
        details=supply_details,
        needs_detail=True,
    ),
    Metric(
        "activities",
        _("Activities held"),
        _("sessions"),
        held,
        DAY,
        Count("pk"),
        page="services_activity",
        details=activity_details,
    ),
    Metric(
        "participants",
        _("Participants of activities"),
        _("people"),
        held,
        DAY,
        Sum("participant_count"),
        page="services_activity",
        details=activity_details,
    ),
    Metric(
        "visits",
        _("Visits"),
        _("visits"),
        visits,
        F("date"),
        Sum("count"),
        page="services_visit",
        details=visit_details,
    ),
)
