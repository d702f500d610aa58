"""Values that a process may keep for a minute instead of asking the database at every request."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MOST = 32
"""Moments of which a process keeps the value: now, and the hours that visitors choose."""

_REMEMBERED: list["Remembered[Any]"] = []


class Remembered(Generic[T]):
    """`compute(at)` at most once a minute for all moments of a minute, as the objects themselves: do not change them.

    Django's cache would pickle them anew for every request, which costs more than most of what is kept here.
    """

    def __init__(self, compute: Callable[[datetime], T]) -> None:
        self._compute = compute
        self._known: dict[tuple[int, int], T] = {}
        self._lock = threading.Lock()
        _REMEMBERED.append(self)

    def __call__(self, at: datetime) -> T:
        # The minute of the clock belongs to the key: what is said of tomorrow noon is not to be kept until then.
        key = int(time.time()) // 60, int(at.timestamp()) // 60
        try:
            return self._known[key]
        except KeyError:
            with self._lock:  # one thread computes, the others wait for its answer
                if key not in self._known:
                    self._keep(key, self._compute(at))
                return self._known[key]

    def forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _keep(self, key: tuple[int, int], value: T) -> None:
        if len(self._known) >= MOST or any(clock != key[0] for clock, _minute in self._known):
            self._known.clear()
        self._known[key] = value


def once_a_minute(compute: Callable[[datetime], T]) -> Remembered[T]:
    """Decorator: see `Remembered`."""
    return Remembered(compute)


def forget_everything() -> None:
    """As if the process had just started."""
    for remembered in _REMEMBERED:
        remembered.forget()
