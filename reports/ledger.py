"""How a line of the visit ledger becomes part of a figure: the one definition behind roll-ups and ledger pages.

A visit belongs to the posting in force on its day. It counts if its method is the one that the day is counted by:
the method that the day's record names, or else the first of `Method` by which anybody was counted that day. Whatever
was counted by another method stands beside the figure and is never added to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from harbor_portal.lib.months import Month
from services.choices import Method

# Whose days and postings are meant is said of each table: PostgreSQL does not see that it follows, and would read all.
# The cast makes the keys of one type with their column, so that a long list of them is looked up and not gone through.
LEDGER = """
    SELECT visit.id, visit.station_id, posting.id AS posting_id, visit.date, visit.hour, visit."group", visit.method,
           visit.count,
           visit.method = COALESCE(NULLIF(day.counted_by, ''), (%(methods)s)[visit.best]) AS is_counted
    FROM (
        SELECT *, min(array_position(%(methods)s, method::text)) OVER (PARTITION BY station_id, date) AS best
        FROM services_visit
        WHERE date BETWEEN %(first)s AND %(last)s AND station_id = ANY(%(stations)s::bigint[]) AND count > 0
    ) visit
    LEFT JOIN services_stationday day ON day.station_id = visit.station_id AND day.date = visit.date
        AND day.station_id = ANY(%(stations)s::bigint[]) AND day.date BETWEEN %(first)s AND %(last)s
    LEFT JOIN stations_posting posting ON posting.station_id = visit.station_id
        AND posting.station_id = ANY(%(stations)s::bigint[])
        AND posting.since <= visit.date AND (posting.until IS NULL OR posting.until >= visit.date)
"""


@dataclass(frozen=True)
class LedgerRow:
    """One `Visit` with what it counts for."""

    id: int
    station_id: int
    posting_id: int | None
    date: date
    hour: int | None
    group: str
    method: str
    count: int
    is_counted: bool


def ledger_parameters(month: Month, stations: Sequence[int]) -> dict[str, Any]:
    """What `LEDGER` and the statements built on it are executed with."""
    return {"first": month.first, "last": month.last, "stations": list(stations), "methods": list(Method.values)}


def ledger_of_month(month: Month, station: int) -> list[LedgerRow]:
    """Every visit of the station in the month, by day and hour."""
    with connection.cursor() as cursor:
        cursor.execute(f"{LEDGER} ORDER BY visit.date, visit.hour, visit.id", ledger_parameters(month, [station]))
        return [LedgerRow(*row) for row in cursor.fetchall()]


def visits_of(month: Month, last: date, postings: Mapping[int, int]) -> int | None:
    """The visits that count from the month's first day to `last`; None if nothing was counted at all.

    `postings`: whose, with the station of each.
    """
    values = ledger_parameters(month, sorted(set(postings.values()))) | {"last": last, "postings": list(postings)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sum(count) FROM ({LEDGER}) ledger WHERE is_counted AND posting_id = ANY(%(postings)s)",  # noqa: S608  # a constant of this project
            values,
        )
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else None
