"""Values that a process may keep for a minute instead of asking the database at every request."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")

MOST = 32
"""Moments of which a process keeps the value: now, and the hours that visitors choose."""

_REMEMBERED: list[dict[tuple[int, int], Any]] = []


def once_a_minute(compute: Callable[[datetime], T]) -> Callable[[datetime], T]:
    """`compute(at)` at most once a minute for all moments of a minute, as the objects themselves: do not change them.

    Django's cache would pickle them anew for every request, which costs more than most of what is kept here.
    """
    known: dict[tuple[int, int], T] = {}
    _REMEMBERED.append(known)

    def remembered(at: datetime) -> T:
        # The minute of the clock belongs to the key: what is said of tomorrow noon is not to be kept until then.
        key = int(time.time()) // 60, int(at.timestamp()) // 60
        try:
            return known[key]
        except KeyError:
            value = compute(at)
            if len(known) >= MOST or any(clock != key[0] for clock, _minute in known):
                known.clear()
            known[key] = value
            return value

    return remembered


def forget_everything() -> None:
    """As if the process had just started."""
    for known in _REMEMBERED:
        known.clear()
