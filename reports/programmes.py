"""What counts for a programme: the days on which its plate hung at a station.

A place may bear several plates, so the totals of programmes overlap: they are never added to each other, nor compared
with the total of all stations as parts of a whole.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from harbor_portal.lib.months import Month
from reports.ledger import LEDGER, ledger_parameters
from reports.models import StationMonth
from reports.subjects import Subject

PLATES = "posting__station__plates"
# Each row a plate that hung for a part of a posting's days; the ledger decides by day.
IN_PART = f"""
    SELECT part.programme, ledger.station_id, sum(ledger.count)
    FROM unnest(%(postings)s::bigint[], %(programmes)s::bigint[], %(begun)s::date[], %(ended)s::date[])
         part (posting, programme, begun, ended)
    JOIN ({LEDGER}) ledger ON ledger.posting_id = part.posting AND ledger.date BETWEEN part.begun AND part.ended
    WHERE ledger.is_counted
    GROUP BY part.programme, ledger.station_id
"""  # noqa: S608  # a constant of this project


@dataclass
class ProgrammeMonth:
    """`stations` bore the plate on at least one day; `visits` are those of the days on which they did."""

    stations: int = 0
    visits: int = 0


def programme_months(subject: Subject, month: Month) -> dict[int, ProgrammeMonth]:
    """By programme, of the stations that the subject held. Four queries."""
    rows = _rows(subject, month)
    borne = rows.filter(_hung("last_day", "first_day"))
    whole = rows.filter(_hung("first_day", "last_day"))
    found: dict[int, ProgrammeMonth] = defaultdict(ProgrammeMonth)
    stations = Count("posting__station", distinct=True)
    for programme, count in borne.values_list(f"{PLATES}__programme").annotate(stations):
        found[programme].stations = count
    for programme, visits in whole.values_list(f"{PLATES}__programme").annotate(Sum("visits")):
        found[programme].visits = visits
    for programme, _station, visits in _in_part(borne, month):
        found[programme].visits += visits
    return dict(found)


def station_visits(subject: Subject, month: Month, programme: str) -> dict[int, int]:
    """The visits of one programme, by the key of the station. Two queries."""
    rows, of = _rows(subject, month), {f"{PLATES}__programme__code": programme}
    whole = rows.filter(_hung("first_day", "last_day"), **of).values_list("posting__station").annotate(Sum("visits"))
    found = defaultdict(int, whole)
    for _programme, station, visits in _in_part(rows.filter(_hung("last_day", "first_day"), **of), month):
        found[station] += visits
    return found


def plated_stations(subject: Subject, month: Month, programme: str) -> Any:
    """The keys of the stations that bore the programme's plate on a day of the month."""
    borne = _rows(subject, month).filter(_hung("last_day", "first_day"), **{f"{PLATES}__programme__code": programme})
    return borne.values("posting__station")


def overlapping_stations(subject: Subject, month: Month) -> Any:
    """The keys of those that bore plates of several programmes in the month."""
    stations = _rows(subject, month).filter(_hung("last_day", "first_day")).values("posting__station")
    borne = stations.annotate(borne=Count(f"{PLATES}__programme", distinct=True))
    return borne.filter(borne__gt=1).values("posting__station")


def _rows(subject: Subject, month: Month) -> Any:
    return StationMonth.objects.filter(subject.postings, month=month.first).order_by()


def _hung(since: str, until: str) -> Q:
    """The plate was put up by the one day, and hung until the other or longer."""
    ends = Q(**{f"{PLATES}__until": None}) | Q(**{f"{PLATES}__until__gte": F(until)})
    return Q(**{f"{PLATES}__since__lte": F(since)}) & ends


def _in_part(rows: Any, month: Month) -> list[tuple[int, int, int]]:
    """Of plates that did not hang on all days of a posting: programme, station, visits."""
    columns = ("posting", "posting__station", f"{PLATES}__programme", "first_day", "last_day")
    plates = rows.values_list(*columns, F(f"{PLATES}__since"), Coalesce(F(f"{PLATES}__until"), date.max))
    parts = [
        (posting, station, programme, max(first, since), min(last, until))
        for posting, station, programme, first, last, since, until in plates
        if since > first or until < last
    ]
    if not parts:
        return []
    postings, stations, programmes, begun, ended = map(list, zip(*parts, strict=True))
    values = ledger_parameters(month, sorted(set(stations)))
    values |= {"postings": postings, "programmes": programmes, "begun": begun, "ended": ended}
    with connection.cursor() as cursor:
        cursor.execute(IN_PART, values)
        return [(programme, station, int(visits)) for programme, station, visits in cursor.fetchall()]


def overlap(subject: Subject, month: Month) -> int:
    """How many stations bore plates of more than one programme in the month: so often they stand in several lines."""
    return int(overlapping_stations(subject, month).count())
