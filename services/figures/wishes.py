"""Small wishes in figures: each counts for the unit that nominated it, in the month in which it did."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from services.figures.counting import Columns, Counted, Measure, Section
from services.models import Wish
from services.wish_choices import CAME_TRUE, WishKind, WishState

PAGE = "services_wish"
TRUE = Q(state__in=CAME_TRUE)


def _main() -> list[Measure]:
    return [
        Measure("nominated", _("Wishes nominated"), PAGE, {"state": "all"}),
        Measure("true", _("Came true"), PAGE, {"state": "true"}, TRUE),
        Measure("in_time", _("In time"), condition=TRUE & Q(fulfilled_at__date__lte=F("needed_by"))),
        Measure("budget", _("Budget of these (yuan)"), PAGE, {"state": "true"}, TRUE, "budget", kind="decimal"),
        Measure("cost", _("Cost of these (yuan)"), PAGE, {"state": "true"}, TRUE, "cost", kind="decimal"),
        Measure("rejected", _("Declined"), PAGE, {"state": "rejected"}, Q(state=WishState.REJECTED)),
        Measure("withdrawn", _("Withdrawn"), PAGE, {"state": "withdrawn"}, Q(state=WishState.WITHDRAWN)),
    ]


def _kinds() -> list[Measure]:
    return [
        Measure(f"kind_{kind}", kind.label, PAGE, {"state": "all", "kind__exact": kind.value}, Q(kind=kind))
        for kind in WishKind
    ]


def _counted(_today: date) -> Sequence[Counted]:
    return [Counted(Wish.objects.all(), [*_main(), *_kinds()], ("unit__path",))]


def _tables(_today: date) -> Sequence[Columns]:
    return [Columns("units", _("By unit"), _main(), is_main=True), Columns("kinds", _("By kind"), _kinds())]


SECTION = Section(
    "wishes",
    _("Small wishes"),
    _counted,
    _tables,
    _("A wish counts for the unit that nominated it, in the month in which it did."),
)
