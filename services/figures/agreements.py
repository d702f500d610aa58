"""Agreements and what was promised in them, in figures: each counts for the unit that signed."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.agreement_choices import AgreementKind
from partners.models import Agreement, Obligation
from services.figures.counting import Columns, Measure, Section, Share, Standing

AGREEMENTS, OBLIGATIONS = "partners_agreement", "partners_obligation"
ALL = {"pace": "all"}


def _kinds() -> list[Measure]:
    return [
        Measure(f"kind_{kind}", kind.label, AGREEMENTS, {"kind__exact": kind.value}, Q(kind=kind))
        for kind in AgreementKind
    ]


def _obligations() -> list[Measure]:
    return [
        Measure("obligations", _("Obligations"), OBLIGATIONS, ALL),
        Measure("followed", _("With a count"), OBLIGATIONS, {"pace": "counted"}, Q(standing__isnull=False)),
        Measure("behind", _("Behind now"), OBLIGATIONS, {"pace": "behind"}, Q(standing__is_behind=True)),
    ]


IN_FORCE = Measure("agreements", _("Agreements in force"), AGREEMENTS)
ON_PACE = Measure("on_pace", "", condition=Q(standing__is_behind=False))


def _counted(_today: date) -> Sequence[Standing]:
    return [
        Standing(Agreement.objects.all(), [IN_FORCE, *_kinds()], ("unit__path",)),
        Standing(Obligation.objects.all(), [*_obligations(), ON_PACE], ("agreement__unit__path",)),
    ]


def _tables(_today: date) -> Sequence[Columns]:
    share = Share("pace_share", _("On pace now"), ON_PACE.key, ("followed",))
    return [
        Columns("units", _("By unit"), [IN_FORCE, *_obligations(), share], is_main=True),
        Columns("kinds", _("Agreements, by kind"), _kinds()),
    ]


SECTION = Section(
    "agreements",
    _("Agreements and obligations"),
    _counted,
    _tables,
    _(
        "What was in force at the end of the month, for the unit that signed. Whether an obligation is on its pace is"
        " as of now, also in the rows of earlier months."
    ),
)
