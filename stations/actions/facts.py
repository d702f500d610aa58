"""Somebody looked, and what the portal tells of a station is right."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from harbor_portal.lib.bulk import insert_rows
from stations.changes import mark_changed
from stations.choices import HowChecked
from stations.freshness import settle_freshness
from stations.models import FactCheck, Station, User
from stations.models.facts import PASSING

FIELDS = ("station_id", "what", "at", "by_id", "how")

# What arrives late proves less than what is known already.
_MOVE_FORWARD = """
INSERT INTO stations_factcheck (station_id, what, at, by_id, how)
SELECT station, what, %(at)s, %(by)s, %(how)s
FROM unnest(%(stations)s::bigint[], %(facts)s::text[]) AS seen(station, what)
ON CONFLICT (station_id, what, how) WHERE how IN ('visit', 'public')
DO UPDATE SET at = excluded.at, by_id = excluded.by_id WHERE stations_factcheck.at < excluded.at
"""


@transaction.atomic
def record_checks(
    *, station: Station, what: Iterable[str], how: HowChecked, by: User | None = None, at: datetime | None = None
) -> None:
    """Note that these facts were seen to be right, now or at that moment.

    For actions that have asked already whether the person may say so. An opening or a visit (`how` VISIT) and a
    visitor's word (PUBLIC) move the one row of their kind forward, so that every day of the year costs no row more.
    """
    facts = list(what)
    if not facts:
        return
    write_checks([(station.pk, fact) for fact in facts], how=how, by=by, at=at)
    if how in PASSING:
        settle_freshness([station.pk])
    else:
        mark_changed([station.pk])


def write_checks(
    facts: Iterable[tuple[int, str]], *, how: HowChecked, by: User | None, at: datetime | None = None
) -> None:
    """The rows alone, of many stations, each fact once; the caller settles their freshness afterwards."""
    moment, by_id = at or timezone.now(), by.pk if by else None
    if how not in PASSING:
        insert_rows(FactCheck, FIELDS, ((station, fact, moment, by_id, how.value) for station, fact in facts))
        return
    stations, names = zip(*facts, strict=True)
    values: dict[str, Any] = {
        "stations": list(stations),
        "facts": list(names),
        "at": moment,
        "by": by_id,
        "how": how.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_FORWARD, values)
