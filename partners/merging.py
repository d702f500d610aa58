"""The plates of a station that is merged into another one hang on that one's door."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from partners.models import Plate
from stations.merging import GoesAlong, Merge, Mover


def _same_programme(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    """Of the same days: a plate that came down long ago, and one that hangs now, are two."""
    same = Plate.objects.filter(station=merge.into, programme=OuterRef("programme"))
    same = same.filter(Q(until=None) | Q(until__gte=OuterRef("since")))
    return rows.filter(Q(until=None) & Exists(same) | Exists(same.filter(since__lte=OuterRef("until"))))


def movers() -> tuple[Mover, ...]:
    return (GoesAlong(Plate, _same_programme, _("the station that stays has the same programme's plate")),)
