"""The weeks for which a leaf carries opening hours, so that a device can tell who is open without a server."""

from datetime import date, timedelta
from typing import Any

from stations.expressions import Calendar, Interval, day_intervals

DAYS = 36
"""A Sunday and five weeks: one in which the leaf is written anew, four for a device that stays without a network."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_STATES = {"open": 1, "unknown": 2}


def window_start(today: date) -> date:
    """The Sunday before that week: a leaf written twice in a week has the same bytes.

    Not the Monday, since Sunday's night still decides who is open early on Monday.
    """
    return today - timedelta(days=today.weekday() + 1)


def schedule_window(opening_hours: str, policy: str, first: date, calendar: Calendar) -> dict[str, Any]:
    """The hours of `DAYS` days from `first` on: distinct days as patterns, and which pattern each day has."""
    patterns: list[list[Interval]] = []
    days = ""
    for offset in range(DAYS):
        pattern = day_intervals(opening_hours, policy, first + timedelta(days=offset), calendar)
        if pattern not in patterns:
            patterns.append(pattern)
        days += _DIGITS[patterns.index(pattern)]
    triples = [[[item.start, item.end, _STATES[item.state]] for item in pattern] for pattern in patterns]
    return {"hours": opening_hours, "policy": policy, "patterns": triples, "days": days}
