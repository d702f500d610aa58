"""What visitors told us, and what inspections found, in figures."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.choices import UNSETTLED, FeedbackKind, FeedbackState, InspectionKind
from services.figures.counting import Columns, Counted, Measure, Section, Share
from services.models import Feedback, Finding, Inspection
from services.querysets import ANSWERED_IN_TIME, MENDED_IN_TIME


def _feedback() -> list[Measure]:
    page, in_time = "services_feedback", {"state": "answered", "due": "in-time"}
    return [
        Measure("received", _("Reports received"), page, {"state": "all"}, ~Q(state=FeedbackState.MERGED)),
        Measure("answered", _("Answered in time"), page, in_time, ANSWERED_IN_TIME),
    ]


def _kinds() -> list[Measure]:
    return [
        Measure(
            f"kind_{kind}",
            kind.label,
            "services_feedback",
            {"state": "all", "kind__exact": kind.value},
            Q(kind=kind) & ~Q(state=FeedbackState.MERGED),
        )
        for kind in FeedbackKind
    ]


def _inspections() -> list[Measure]:
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


PASSED = Share("share", _("Items passed"), "passed", ("passed", "failed"))
ITEMS = [Measure("passed", "", amount="passed_count"), Measure("failed", "", amount="failed_count")]


def _findings(today: date) -> list[Measure]:
    page = "services_finding"
    late = Q(state__in=UNSETTLED, due_date__lt=today)
    return [
        Measure("opened", _("Findings"), page, {"state": "all"}),
        Measure("mended", _("Mended in time"), page, {"state": "all", "due": "in-time"}, MENDED_IN_TIME),
        Measure("overdue", _("Overdue now"), page, {"due": "overdue"}, late),
    ]


def _counted(today: date) -> Sequence[Counted]:
    return [
        Counted(Feedback.objects.all(), [*_feedback(), *_kinds()]),
        Counted(Inspection.objects.all(), [*_inspections(), *ITEMS]),
        Counted(Finding.objects.all(), _findings(today)),
    ]


def _tables(today: date) -> Sequence[Columns]:
    main: list[Measure | Share] = [*_feedback(), *_inspections(), PASSED, *_findings(today)]
    return [
        Columns("units", _("By unit"), main, is_main=True),
        Columns("kinds", _("What visitors told us"), _kinds()),
    ]


SECTION = Section(
    "feedback",
    _("Feedback and inspections"),
    _counted,
    _tables,
    _(
        "They count for the units that ran the station on the day: on which a report came, an inspection was finished,"
        " a finding was opened."
    ),
)
