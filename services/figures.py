"""What came of feedback and of inspections, by unit and by month.

A row belongs to the units that ran its station on its day: reports on the day they came, inspections on the day they
were finished, findings on the day they were opened. Each figure knows what its list is to be asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Substr, TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from services.choices import UNSETTLED, FeedbackKind, FeedbackState, InspectionKind
from services.models import Feedback, Finding, Inspection
from services.querysets import ANSWERED_IN_TIME, MENDED_IN_TIME
from stations.models import Unit, User

Sums = dict[str, int]
"""By the key of the measure; `passed` and `failed` are items of inspections."""
LINES = ("operator", "supervisor")


@dataclass(frozen=True)
class Measure:
    """`page` and `query` are the list of exactly the rows that are counted, within a unit and month."""

    key: str
    title: str | Promise
    page: str
    query: Mapping[str, str]
    condition: Q


@dataclass(frozen=True)
class Rows:
    """What is counted: all there is, or what somebody sees."""

    feedback: QuerySet[Any]
    inspections: QuerySet[Any]
    findings: QuerySet[Any]


def all_rows() -> Rows:
    return Rows(Feedback.objects.all(), Inspection.objects.all(), Finding.objects.all())


def rows_seen_by(user: User) -> Rows:
    rows = all_rows()
    return Rows(*(one.visible_to(user) for one in (rows.feedback, rows.inspections, rows.findings)))  # type: ignore[attr-defined]  # a queryset method


def feedback_measures() -> list[Measure]:
    page, in_time = "services_feedback", {"state": "answered", "due": "in-time"}
    return [
        Measure("received", _("Reports received"), page, {"state": "all"}, ~Q(state=FeedbackState.MERGED)),
        Measure("answered", _("Answered in time"), page, in_time, ANSWERED_IN_TIME),
        *(_of_kind(kind) for kind in FeedbackKind),
    ]


def _of_kind(kind: FeedbackKind) -> Measure:
    query = {"state": "all", "kind__exact": kind.value}
    return Measure(
        f"kind_{kind}", kind.label, "services_feedback", query, Q(kind=kind) & ~Q(state=FeedbackState.MERGED)
    )


def inspection_measures() -> list[Measure]:
    return [
        Measure(
            kind.value,
            kind.label,
            "services_inspection",
            {"state": "finished", "kind__exact": kind.value},
            Q(kind=kind, finished_at__isnull=False),
        )
        for kind in InspectionKind
    ]


def finding_measures(today: date) -> list[Measure]:
    page = "services_finding"
    late = Q(state__in=UNSETTLED, due_date__lt=today)
    return [
        Measure("opened", _("Findings"), page, {"state": "all"}, Q()),
        Measure("mended", _("Mended in time"), page, {"state": "all", "due": "in-time"}, MENDED_IN_TIME),
        Measure("overdue", _("Overdue now"), page, {"due": "overdue"}, late),
    ]


def sums_by_unit(rows: Rows, units: Sequence[Unit], month: Month, today: date) -> dict[int, Sums]:
    """Of each unit with all below it, by its id, in one month. Three queries.

    A row is counted once for a unit, also where that stands above both operator and supervisor.
    """
    deep = max((len(unit.path) for unit in units), default=0)
    found: dict[int, Sums] = {unit.pk: {} for unit in units}
    by_line = {line: Substr(f"station__postings__{line}__path", 1, max(deep, 1)) for line in LINES}
    for queryset, counts in _queries(rows, today):
        groups = list(queryset.in_month(month).with_posting().order_by().values(**by_line).annotate(**counts))
        for unit in units:
            own = [group for group in groups if any((group[line] or "").startswith(unit.path) for line in LINES)]
            found[unit.pk] |= _added_up(own, counts)
    return found


def sums_by_month(rows: Rows, unit: Unit, months: Iterable[Month], today: date) -> dict[Month, Sums]:
    """Of the unit with all below it. Three queries."""
    span = sorted(months)
    found: dict[Month, Sums] = {month: {} for month in span}
    for queryset, counts in _queries(rows, today):
        since = queryset.between(span[0].first, span[-1].last)
        month_of = TruncMonth(queryset.moment)
        groups = list(since.of_units((unit.path,)).order_by().values(month_began=month_of).annotate(**counts))
        for month in span:
            own = [group for group in groups if Month.of(group["month_began"].date()) == month]
            found[month] |= _added_up(own, counts)
    return found


def _queries(rows: Rows, today: date) -> list[tuple[Any, dict[str, Any]]]:
    """Each table with what is to be counted in it."""
    items = {"passed": Sum("passed_count", default=0), "failed": Sum("failed_count", default=0)}
    return [
        (rows.feedback, _counts(feedback_measures())),
        (rows.inspections, _counts(inspection_measures()) | items),
        (rows.findings, _counts(finding_measures(today))),
    ]


def _counts(measures: Iterable[Measure]) -> dict[str, Any]:
    return {measure.key: Count("pk", filter=measure.condition) for measure in measures}


def _added_up(groups: Sequence[Mapping[str, Any]], counts: Iterable[str]) -> Sums:
    return {key: sum(group[key] for group in groups) for key in counts}
