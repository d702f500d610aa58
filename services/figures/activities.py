"""Activities in figures: each counts for the unit that organised it, in the month in which it began."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.activity_choices import TOOK_PLACE, ActivityKind, ActivityStatus
from services.figures.counting import Columns, Counted, Measure, Section
from services.models import Activity

PAGE, WHOSE = "services_activity", "organiser"
HELD = Q(status__in=TOOK_PLACE)


def _main() -> list[Measure]:
    held, reported = {"work": "held"}, {"status__exact": ActivityStatus.REPORTED.value}
    cancelled = {"status__exact": ActivityStatus.CANCELLED.value}
    return [
        Measure("held", _("Took place"), PAGE, held, HELD, unit_filter=WHOSE),
        Measure("participants", _("Participants"), PAGE, held, HELD, "participant_count", WHOSE),
        Measure("reported", _("Reported"), PAGE, reported, Q(status=ActivityStatus.REPORTED), unit_filter=WHOSE),
        Measure("cancelled", _("Cancelled"), PAGE, cancelled, Q(status=ActivityStatus.CANCELLED), unit_filter=WHOSE),
    ]


def _kinds() -> list[Measure]:
    return [
        Measure(
            f"kind_{kind}",
            kind.label,
            PAGE,
            {"work": "held", "kind__exact": kind.value},
            HELD & Q(kind=kind),
            unit_filter=WHOSE,
        )
        for kind in ActivityKind
    ]


def _counted(_today: date) -> Sequence[Counted]:
    return [Counted(Activity.objects.all(), [*_main(), *_kinds()], ("organiser__path",), "organised_by")]


def _tables(_today: date) -> Sequence[Columns]:
    return [Columns("units", _("By unit"), _main(), is_main=True), Columns("kinds", _("By kind"), _kinds())]


SECTION = Section(
    "activities",
    _("Activities"),
    _counted,
    _tables,
    _("An activity counts for the unit that organised it, in the month in which it began; participants once a method."),
)
