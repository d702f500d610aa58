"""Keeping the sums of large units and divisions as they are, before somebody waits for them."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db import connection, transaction

from harbor_portal.lib.months import Month
from reports.models import MonthSummary
from reports.periods import Period
from reports.sections import PARTS
from reports.subjects import Subject, subject_of
from reports.summaries import STALE, add_up

RENEWED = timedelta(days=7)
"""For so long after somebody last waited for them."""
KEPT = timedelta(days=60)
# One line for all marks of a month: what they add up to stays the same.
FOLD = """
    WITH marks AS (DELETE FROM reports_figurechange RETURNING month, number)
    INSERT INTO reports_figurechange (month, number) SELECT month, sum(number) FROM marks GROUP BY month
"""


class _Stale(NamedTuple):
    subject: str
    part: str
    first: date
    last: date
    asked_on: date

    @property
    def period(self) -> Period:
        return Period(Month.of(self.first), Month.of(self.last))


def renew_summaries(*, today: date) -> int:
    """Make those anew of which something has changed; how many."""
    with connection.cursor() as cursor:
        cursor.execute(STALE, [today - RENEWED])
        stale = [_Stale(*row) for row in cursor.fetchall()]
    return sum(_renew(subject, list(of)) for subject, of in _by_subject(stale))


def _by_subject(stale: list[_Stale]) -> Iterator[tuple[Subject, Iterator[_Stale]]]:
    for key, of in groupby(stale, lambda one: one.subject):
        subject = subject_of(key)
        if subject:
            yield subject, of


def _renew(subject: Subject, stale: list[_Stale]) -> int:
    for (key, asked_on), of in groupby(stale, lambda one: (one.part, one.asked_on)):
        if key in PARTS:
            add_up(subject, PARTS[key], [one.period for one in of], day=asked_on)
    return len(stale)


@transaction.atomic
def sweep_summaries(*, today: date) -> int:
    """Forget what nobody has asked for, and fold the marks; how many summaries were forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD)
    return MonthSummary.objects.filter(asked_on__lt=today - KEPT).delete()[0]
