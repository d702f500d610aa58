"""Adding up how obligations stand, for the desk and for lists; the pages add up anew whenever they are opened."""

import logging
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from partners.models import Obligation, ObligationStanding
from partners.standing import pace_of

logger = logging.getLogger(__name__)


def settle_standings(obligations: Iterable[Obligation], *, today: date) -> int:
    """Note how each stands; how many. What nothing counts, and what is a draft's, has no standing."""
    return sum(_settle(obligation, today) for obligation in obligations)


def settle_all_standings(*, today: date) -> int:
    """Of all in force, and of those that were when somebody last looked; one that fails stops no other."""
    standing = Obligation.objects.filter(standing__isnull=False)
    rows = (Obligation.objects.all().in_force(today) | standing).distinct().select_related("agreement")
    settled = 0
    for obligation in rows.order_by("pk"):
        try:
            with transaction.atomic():
                settled += _settle(obligation, today)
        except Exception:
            logger.exception("the standing of obligation %s failed", obligation.pk)
    return settled


def _settle(obligation: Obligation, today: date) -> bool:
    pace = pace_of(obligation, today) if _is_in_force(obligation, today) else None
    if pace is None:
        ObligationStanding.objects.filter(obligation=obligation).delete()
        return False
    values = {"day": today, "done": pace.done, "expected": pace.expected, "is_behind": pace.is_behind}
    ObligationStanding.objects.update_or_create(obligation=obligation, defaults=values | {"at": timezone.now()})
    return True


def _is_in_force(obligation: Obligation, today: date) -> bool:
    return Obligation.objects.all().in_force(today).filter(pk=obligation.pk).exists()
