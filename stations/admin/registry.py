"""What other apps put on the station's pages: they know `stations`, which need not know them."""

from typing import Any

INLINES: list[type[Any]] = []
FILTERS: list[Any] = []


def extend_stations(*, inlines: tuple[type[Any], ...] = (), filters: tuple[Any, ...] = ()) -> None:
    """Called by the admin module of the app that owns the rows."""
    INLINES.extend(inlines)
    FILTERS.extend(filters)
