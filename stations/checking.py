"""Writing checks down, of one station or of many; whoever calls settles their freshness, or marks them changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from harbor_portal.lib.bulk import insert_rows
from stations.choices import PASSING, HowChecked
from stations.facts import ALL
from stations.models import FactCheck, User

FIELDS = ("station_id", "what", "at", "by_id", "how")

# What arrives late proves less than what is known already.
_MOVE_FORWARD = """
INSERT INTO stations_factcheck (station_id, what, at, by_id, how)
SELECT station, what, %(at)s, %(by)s, %(how)s
FROM unnest(%(stations)s::bigint[], %(facts)s::text[]) AS seen(station, what)
ON CONFLICT (station_id, what, how) WHERE how IN ('visit', 'public')
DO UPDATE SET at = excluded.at, by_id = excluded.by_id WHERE stations_factcheck.at < excluded.at
"""


def write_checks(
    facts: Iterable[tuple[int, str]], *, how: HowChecked, by: User | None, at: datetime | None = None
) -> None:
    """These facts of these stations, each once."""
    facts = list(facts)
    if not facts:
        return
    moment, by_id = at or timezone.now(), by.pk if by else None
    if how not in PASSING:
        insert_rows(FactCheck, FIELDS, ((station, fact, moment, by_id, how.value) for station, fact in facts))
        return
    stations, names = zip(*facts, strict=True)
    values: dict[str, Any] = {"at": moment, "by": by_id, "how": how.value}
    values |= {"stations": list(stations), "facts": list(names)}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_FORWARD, values)


def write_all_checks(station_ids: Iterable[int], *, by: User | None, at: datetime | None = None) -> None:
    """Staff looked at everything that is told of these stations."""
    write_checks([(pk, ALL) for pk in station_ids], how=HowChecked.STAFF, by=by, at=at)
