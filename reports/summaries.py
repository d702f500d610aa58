"""Sums of the roll-up that a page need not make again.

A page over thousands of stations would add up hundreds of thousands of rows, mostly of months that are over. Its sums
are kept, each part for itself and for a span of months, together with the *version* of that span: how many marks
triggers of the database have set for its months, and for all months, in whatever transaction changed a figure or what
a figure is counted for. Marks are only added, and a snapshot of PostgreSQL sees all of what earlier ones saw: equal
versions mean equal figures. What is read is kept only if the version is the same before and after, in one statement;
so nothing that is read from here differs from what adding up would give.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from reports.periods import Period
from reports.subjects import Subject, subject_of

LEAST = 1000
"""Of so many stations and months the sums are kept; those of fewer are made as quickly as they are read."""
LOCK_SPACE = 0x48_50_53
"""The first half of PostgreSQL's advisory lock; the second is what is kept. Nobody waits: one of them keeps it."""

_VERSION = """
    SELECT COALESCE(sum(number), 0) FROM reports_figurechange change
    WHERE change.month IS NULL OR change.month BETWEEN told.first AND told.last
"""
VERSIONS = f"SELECT ({_VERSION})::bigint FROM unnest(%(first)s::date[], %(last)s::date[]) told (first, last)"  # noqa: S608
KEPT = f"""
    SELECT told.first, told.last, told.content::text FROM reports_monthsummary told
    JOIN unnest(%(first)s::date[], %(last)s::date[]) asked (first, last)
        ON asked.first = told.first AND asked.last = told.last
    WHERE told.subject = %(subject)s AND told.part = %(part)s AND told.version = ({_VERSION})
"""  # noqa: S608  # a constant of this module
KEEP = f"""
    INSERT INTO reports_monthsummary AS kept (subject, part, first, last, version, content, asked_on)
    SELECT %(subject)s, %(part)s, told.first, told.last, told.version, told.content::jsonb, %(day)s
    FROM unnest(%(first)s::date[], %(last)s::date[], %(versions)s::bigint[], %(contents)s::text[])
        told (first, last, version, content)
    WHERE pg_try_advisory_xact_lock(%(space)s, hashtext(%(subject)s || ' ' || %(part)s))
        AND told.version = ({_VERSION})
    ON CONFLICT (subject, part, first, last) DO UPDATE
    SET version = EXCLUDED.version, content = EXCLUDED.content,
        asked_on = greatest(kept.asked_on, EXCLUDED.asked_on)
"""  # noqa: S608  # a constant of this module


STALE = f"""
    SELECT told.subject, told.part, told.first, told.last, told.asked_on FROM reports_monthsummary told
    WHERE told.asked_on >= %s AND told.version <> ({_VERSION})
    ORDER BY told.subject, told.part, told.first
"""  # noqa: S608  # a constant of this module


@dataclass(frozen=True)
class Part:
    """One kind of sums: `compute` gives them of each of the periods, in their order, in values of JSON.

    Whoever gives the sums another form gives them another key, since what is kept outlives the program.
    """

    key: str
    compute: Callable[[Subject, Sequence[Period]], Sequence[Any]]
    is_kept: bool = True


def each(compute: Callable[[Subject, Period], Any]) -> Callable[[Subject, Sequence[Period]], Sequence[Any]]:
    """Of a part whose periods are added up one after the other."""
    return lambda subject, periods: [compute(subject, period) for period in periods]


def summed(subject: Subject, part: Part, periods: Sequence[Period], *, keep: bool) -> dict[Period, Any]:
    """The part's sums of each period: those that are kept and still hold, and the others made now."""
    wanted = list(dict.fromkeys(periods))
    if not keep:
        return dict(zip(wanted, part.compute(subject, wanted), strict=True))
    found = _kept(subject, part, wanted)
    missing = [period for period in wanted if period not in found]
    return found | (add_up(subject, part, missing, day=timezone.localdate()) if missing else {})


def add_up(subject: Subject, part: Part, periods: Sequence[Period], *, day: date) -> dict[Period, Any]:
    """Make the sums and keep them; `day` is the last on which somebody asked for them."""
    versions = _versions(periods)
    subject = subject_of(subject.key) or subject  # a unit may have moved since it was looked up
    made = dict(zip(periods, part.compute(subject, periods), strict=True))
    values = _bounds(periods) | {"subject": subject.key, "part": part.key, "day": day, "space": LOCK_SPACE}
    values |= {"versions": versions, "contents": [json.dumps(made[period]) for period in periods]}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, values)
    return made


def _kept(subject: Subject, part: Part, periods: Sequence[Period]) -> dict[Period, Any]:
    with connection.cursor() as cursor:
        cursor.execute(KEPT, _bounds(periods) | {"subject": subject.key, "part": part.key})
        found = {(first, last): json.loads(content) for first, last, content in cursor.fetchall()}
    return {period: found[period.bounds] for period in periods if period.bounds in found}


def _versions(periods: Sequence[Period]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, _bounds(periods))
        return [version for (version,) in cursor.fetchall()]


def _bounds(periods: Sequence[Period]) -> dict[str, Any]:
    return {"first": [period.bounds[0] for period in periods], "last": [period.bounds[1] for period in periods]}
