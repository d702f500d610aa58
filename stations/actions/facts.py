"""Somebody looked, and what the portal tells of a station is right."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from stations.changes import mark_changed
from stations.checking import write_checks
from stations.choices import PASSING, HowChecked
from stations.freshness import settle_freshness
from stations.models import Station, User


@transaction.atomic
def record_checks(
    *, station: Station, what: Iterable[str], how: HowChecked, by: User | None = None, at: datetime | None = None
) -> None:
    """Note that these facts were seen to be right, now or at that moment.

    For actions that have asked already whether the person may say so. An opening or a visit (`how` VISIT) and a
    visitor's word (PUBLIC) move the one row of their kind forward, so that every day of the year costs no row more.
    """
    facts = [(station.pk, fact) for fact in what]
    if not facts:
        return
    write_checks(facts, how=how, by=by, at=at)
    if how in PASSING:
        settle_freshness([station.pk])
    else:
        mark_changed([station.pk])
