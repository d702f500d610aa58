"""The weeks for which a leaf carries opening hours, so that a device can tell who is open without a server."""

from datetime import date, timedelta
from typing import Any

from stations.expressions import Calendar, Interval
from stations.plans import DatedHours, Plan

DAYS = 36
"""A Sunday and five weeks: one in which the leaf is written anew, four for a device that stays without a network."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_STATES = {"open": 1, "unknown": 2}


def window_start(today: date) -> date:
    """The Sunday before that week: a leaf written twice in a week has the same bytes.

    Not the Monday, since Sunday's night still decides who is open early on Monday.
    """
    return today - timedelta(days=today.weekday() + 1)


def schedule_window(plan: Plan, first: date, calendar: Calendar) -> dict[str, Any]:
    """The hours of `DAYS` days from `first` on: distinct days as patterns, and which pattern each day has."""
    patterns: list[list[Interval]] = []
    days = ""
    for offset in range(DAYS):
        pattern = plan.intervals(first + timedelta(days=offset), calendar)
        if pattern not in patterns:
            patterns.append(pattern)
        days += _DIGITS[patterns.index(pattern)]
    triples = [[[item.start, item.end, _STATES[item.state]] for item in pattern] for pattern in patterns]
    window = {"hours": plan.opening_hours, "policy": plan.policy, "patterns": triples, "days": days}
    exceptions = [
        _exception(one) for one in plan.dated if first <= one.last and one.first < first + timedelta(days=DAYS)
    ]
    return window | ({"exceptions": exceptions} if exceptions else {})


def _exception(one: DatedHours) -> dict[str, str]:
    """The hours themselves are in the patterns already."""
    return {"from": str(one.first), "to": str(one.last), "reason": one.reason}
