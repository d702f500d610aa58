"""What becomes of the money of a station that is merged into another one."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from services.grant_choices import GrantState
from services.models import Grant
from stations.merging import GoesAlong, Merge


def _in_both(rows: QuerySet[Any], merge: Merge) -> QuerySet[Any]:
    """One station has one share of a batch: where both have one, each stays what it was given for."""
    held = Grant.objects.filter(station=merge.into).exclude(state=GrantState.REFUSED)
    return rows.exclude(state=GrantState.REFUSED).filter(batch__in=held.values("batch"))


GRANTS = GoesAlong(Grant, _in_both, _("the station that stays has a share of the same batch"))
