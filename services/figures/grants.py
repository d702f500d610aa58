"""Money in figures: each grant counts for the unit that gives, each of its steps in the month in which it was taken."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.figures.counting import Columns, Counted, Measure, Section
from services.grant_choices import GrantKind
from services.grant_querysets import BY_STEP
from services.models import Grant

PAGE, WHOSE = "services_grant", "giver"
ALL = {"state": "all"}
LINES = ("batch__unit__path",)


def _applied() -> list[Measure]:
    return [
        Measure("applied", _("Applied for"), PAGE, ALL, unit_filter=WHOSE),
        Measure("asked", _("Asked (yuan)"), PAGE, ALL, amount="amount_asked", unit_filter=WHOSE, kind="decimal"),
    ]


def _taken() -> dict[str, Measure]:
    """By step; the list knows each month by the name of the step."""
    about: dict[str, Any] = {"unit_filter": WHOSE, "kind": "decimal"}
    return {
        "granted": Measure(
            "granted", _("Approved (yuan)"), PAGE, ALL, amount="amount", month_filter="granted", **about
        ),
        "paid": Measure("paid", _("Paid (yuan)"), PAGE, ALL, amount="amount", month_filter="paid", **about),
        "spent": Measure(
            "spent", _("Accounted for (yuan)"), PAGE, ALL, amount="amount_spent", month_filter="spent", **about
        ),
    }


def _kinds() -> list[Measure]:
    return [
        Measure(
            f"kind_{kind}",
            kind.label,
            PAGE,
            ALL | {"batch__kind__exact": kind.value},
            Q(batch__kind=kind),
            "amount",
            WHOSE,
            "granted",
            "decimal",
        )
        for kind in GrantKind
    ]


def _counted(_today: date) -> Sequence[Counted]:
    measures = {"applied": _applied()} | {step: [measure] for step, measure in _taken().items()}
    measures["granted"] += _kinds()
    return [Counted(kind(Grant), measures[step], LINES, "given_by") for step, kind in BY_STEP.items()]


def _tables(_today: date) -> Sequence[Columns]:
    return [
        Columns("units", _("By unit"), [*_applied(), *_taken().values()], is_main=True),
        Columns("kinds", _("Approved (yuan), by kind"), _kinds()),
    ]


SECTION = Section(
    "grants",
    _("Money"),
    _counted,
    _tables,
    _(
        "A grant counts for the unit that gives it, in the month in which it was applied for; what is approved, paid"
        " and accounted for, each in the month in which that was done."
    ),
    tells_stations=True,
)
