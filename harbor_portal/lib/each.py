"""Doing the same for many, where one that fails must not keep the others waiting."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import transaction

T = TypeVar("T")


def sum_of_each(items: Iterable[T], do: Callable[[T], int]) -> int:
    """What `do` gives for all of them together, each in a transaction of its own.

    Raises `ExceptionGroup` at the end with every failure, each of which names its item in a note.
    """
    total, failures = 0, list[Exception]()
    for item in items:
        try:
            with transaction.atomic():
                total += do(item)
        except Exception as error:  # noqa: BLE001 - raised below, with the others
            error.add_note(f"while doing {item!r}")
            failures.append(error)
    if failures:
        raise ExceptionGroup("some failed, the others are done", failures)
    return total
