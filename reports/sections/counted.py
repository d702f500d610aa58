"""Sums of visits by group or method."""

from typing import Literal

from reports.sections.base import WHEN, Asked
from reports.sections.printing import Row
from reports.sums import BY_MONTH, VISITS

COLUMNS = ("group", "method")


def counted(asked: Asked, key: Literal["group", "method"], *, is_counted: bool = True) -> dict[str, Row]:
    """By group or method the visits of each span, where there are any; else those that stand beside the figure."""
    found: dict[str, Row] = {}
    for when, rows in asked.by_span(VISITS).items():
        for group, method, counts, visits in rows:
            if counts == is_counted:
                line = found.setdefault((group, method)[COLUMNS.index(key)], {})
                line[when] = line.get(when, 0) + visits
    return found


def counted_since_january(asked: Asked, key: Literal["group", "method"], when: str = "value") -> dict[str, int] | None:
    """By group or method the visits that count, up to the span's last month; None as long as they cannot be told.

    That is, nothing is on record; or of the year before, nothing in one of its months, since nothing would compare.
    """
    months = asked.spans[when].since_january().months
    sums = asked.summed(BY_MONTH, months)
    recorded = [bool(sums[month] and sums[month]["sum_days_recorded"]) for month in months]
    if not (all(recorded) if when == "last_year" else any(recorded)):
        return None
    visits = asked.summed(VISITS, months)
    found: dict[str, int] = {}
    for month in months:
        for group, method, counts, count in visits[month]:
            if counts:
                line = (group, method)[COLUMNS.index(key)]
                found[line] = found.get(line, 0) + count
    return found


def known(found: Row, asked: Asked) -> Row:
    """0 where others were counted, None in a month without any record."""
    return {when: (found.get(when) or 0) if asked.is_known[when] else None for when in WHEN}
