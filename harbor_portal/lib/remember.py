"""Values that a process may keep for a minute instead of asking the database at every request."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")

_REMEMBERED: list[dict[int, Any]] = []


def once_a_minute(compute: Callable[[datetime], T]) -> Callable[[datetime], T]:
    """`compute(at)` at most once for all moments of a minute, as the objects themselves: do not change them.

    Django's cache would pickle them anew for every request, which costs more than most of what is kept here.
    """
    known: dict[int, T] = {}
    _REMEMBERED.append(known)

    def remembered(at: datetime) -> T:
        minute = int(at.timestamp()) // 60
        try:
            return known[minute]
        except KeyError:
            value = compute(at)
            known.clear()
            known[minute] = value
            return value

    return remembered


def forget_everything() -> None:
    """As if the process had just started."""
    for known in _REMEMBERED:
        known.clear()
