"""What else happened at the stations of a unit or division, beside the visits that the roll-up adds up.

Nothing of it is stored: each row is attributed by the posting in force on its day whenever somebody asks, which an
index on the day makes quick (`make bench-rollup` measures it).
"""

from typing import Any

from django.db.models import Count, Q, Sum

from harbor_portal.lib.months import Month
from reports.subjects import Subject
from services.activity_choices import TOOK_PLACE
from services.choices import FeedbackState, SupplyMove
from services.models import Activity, Feedback, Finding, SupplyMovement
from services.querysets import ANSWERED_IN_TIME, MENDED_IN_TIME

Happened = dict[str, int]

MEASURES = (
    *("activities", "participants"),
    *("feedback", "feedback_in_time"),
    *("findings", "findings_in_time"),
    *("supplies_in", "supplies_out", "supplies_discarded"),
)


def happenings(subject: Subject, month: Month) -> Happened:
    """Of all stations of the subject together; an activity at several of them is one. Four queries."""
    found = _activities(subject, month).aggregate(activities=Count("pk"), participants=Sum("participant_count"))
    for rows, sums in _posted(subject, month):
        found |= rows.aggregate(**sums)
    return {measure: found[measure] or 0 for measure in MEASURES}


def _activities(subject: Subject, month: Month) -> Any:
    """Of a unit, those that it organised or that took place at its stations; of a division, those held inside it."""
    rows: Any = Activity.objects.in_month(month).filter(status__in=TOOK_PLACE).order_by()
    if subject.unit:
        return rows.of_units(subject.paths)
    assert subject.division
    return rows.in_division(subject.division.code)


def _posted(subject: Subject, month: Month) -> list[tuple[Any, dict[str, Any]]]:
    feedback = {"feedback": Count("pk"), "feedback_in_time": Count("pk", filter=ANSWERED_IN_TIME)}
    findings = {"findings": Count("pk"), "findings_in_time": Count("pk", filter=MENDED_IN_TIME)}
    supplies = {
        "supplies_in": Sum("quantity", filter=Q(kind=SupplyMove.IN)),
        "supplies_out": Sum("quantity", filter=Q(kind=SupplyMove.OUT)),
        "supplies_discarded": Sum("quantity", filter=Q(kind=SupplyMove.DISCARD)),
    }
    tables: list[tuple[Any, dict[str, Any]]] = [
        (Feedback.objects.exclude(state=FeedbackState.MERGED), feedback),
        (Finding.objects.all(), findings),
        (SupplyMovement.objects.all(), supplies),
    ]
    return [(with_postings_of(subject, rows.in_month(month)), sums) for rows, sums in tables]


def with_postings_of(subject: Subject, rows: Any) -> Any:
    """What happened at stations that the subject held on that day, each with the posting at `station__postings`."""
    if subject.stations is not None:
        rows = rows.filter(station__in=subject.stations)
    if subject.unit:
        return rows.of_units(subject.paths).order_by()
    assert subject.division
    inside = Q(station__postings__division__code__startswith=subject.division.prefix)
    return rows.with_posting(inside).order_by()
