"""What other apps put on the pages of stations and units: they know `stations`, which need not know them."""

from typing import Any

INLINES: list[type[Any]] = []
FILTERS: list[type[Any]] = []
ACTIONS: list[Any] = []
UNIT_ACTIONS: list[Any] = []
UNIT_FILTERS: list[Any] = ["kind"]


def extend_stations(
    *, inlines: tuple[type[Any], ...] = (), actions: tuple[Any, ...] = (), filters: tuple[type[Any], ...] = ()
) -> None:
    """Called by the admin module of the app that owns the rows."""
    INLINES.extend(inlines)
    FILTERS.extend(filters)
    ACTIONS.extend(actions)


def extend_units(*, actions: tuple[Any, ...] = (), filters: tuple[type[Any], ...] = ()) -> None:
    UNIT_ACTIONS.extend(actions)
    UNIT_FILTERS.extend(filters)
