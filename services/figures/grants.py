"""Money in figures: each grant counts for the unit that gives, in the month in which it was applied for."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.figures.counting import Columns, Counted, Measure, Section
from services.grant_choices import GRANTED, PAID, GrantKind, GrantState
from services.models import Grant

PAGE, WHOSE = "services_grant", "giver"
ALL = {"state": "all"}


def _main() -> list[Measure]:
    return [
        Measure("applied", _("Applied for"), PAGE, ALL, unit_filter=WHOSE),
        Measure("asked", _("Asked (yuan)"), PAGE, ALL, amount="amount_asked", unit_filter=WHOSE, kind="decimal"),
        Measure("granted", _("Approved (yuan)"), condition=Q(state__in=GRANTED), amount="amount", kind="decimal"),
        Measure("paid", _("Paid (yuan)"), condition=Q(state__in=PAID), amount="amount", kind="decimal"),
        Measure(
            "spent",
            _("Accounted for (yuan)"),
            PAGE,
            {"state": GrantState.ACCOUNTED.value},
            Q(state=GrantState.ACCOUNTED),
            "amount_spent",
            WHOSE,
            kind="decimal",
        ),
    ]


def _kinds() -> list[Measure]:
    return [
        Measure(
            f"kind_{kind}",
            kind.label,
            condition=Q(batch__kind=kind, state__in=GRANTED),
            amount="amount",
            kind="decimal",
        )
        for kind in GrantKind
    ]


def _counted(_today: date) -> Sequence[Counted]:
    return [Counted(Grant.objects.all(), [*_main(), *_kinds()], ("batch__unit__path",), "given_by")]


def _tables(_today: date) -> Sequence[Columns]:
    return [
        Columns("units", _("By unit"), _main(), is_main=True),
        Columns("kinds", _("Approved (yuan), by kind"), _kinds()),
    ]


SECTION = Section(
    "grants",
    _("Money"),
    _counted,
    _tables,
    _("A grant counts for the unit that gives it, in the month in which it was applied for."),
)
