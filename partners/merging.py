"""The plates and themes of a station that is merged into another one go along to that one's door."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partners.models import AgreementStation, Obligation, Plate, SpecialStation
from stations.merging import GoesAlong, Merge, Mover

PLACES: Any = Obligation.stations.through
"""Where an obligation is to be kept."""


def _same_programme(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    """Of the same days: a plate that came down long ago, and one that hangs now, are two."""
    return _of_same_days(rows, Plate.objects.filter(station=merge.into, programme=OuterRef("programme")))


def _another_theme(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    return _of_same_days(rows, SpecialStation.objects.filter(station=merge.into))


def _named_too(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    named = AgreementStation.objects.filter(station=merge.into, agreement=OuterRef("agreement"))
    return rows.filter(Exists(named))


def _promised_too(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    return rows.filter(Exists(PLACES.objects.filter(station=merge.into, obligation=OuterRef("obligation"))))


def _of_same_days(rows: QuerySet[Any], others: QuerySet[Any]) -> QuerySet[Any]:
    same = others.filter(Q(until=None) | Q(until__gte=OuterRef("since")))
    return rows.filter(Q(until=None) & Exists(same) | Exists(same.filter(since__lte=OuterRef("until"))))


def movers() -> tuple[Mover, ...]:
    return (
        GoesAlong(Plate, _same_programme, _("the station that stays has the same programme's plate")),
        GoesAlong(AgreementStation, _named_too, _("the agreement names the station that stays, too")),
        GoesAlong(PLACES, _promised_too, is_told=False),
        GoesAlong(SpecialStation, _another_theme, _("the station that stays has a theme of its own")),
    )
