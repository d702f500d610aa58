"""What other apps know about a station: they register a loader, so that `stations` need not know them.

A *fact* changes rarely and is published with the station (its plates); a *live* one changes by the minute (opened
today). Loaders are registered in the `ready()` of the app that owns the rows.
"""

from collections.abc import Callable, Sequence
from typing import Any

Loader = Callable[[Sequence[int]], dict[int, Any]]
"""Station ids → JSON-ready value by station id, in a constant number of queries; a station without any is absent."""

Catalogue = Callable[[], list[dict[str, Any]]]
"""The entries of an editable list, JSON-ready, in the order in which they are shown."""

FACTS: dict[str, Loader] = {}
LIVE: dict[str, Loader] = {}
CATALOGUES: dict[str, Catalogue] = {}


def register_fact(key: str, loader: Loader) -> None:
    """Publish `loader`'s values under `key` of the station's record, in leaf and API."""
    FACTS[key] = loader


def register_live(key: str, loader: Loader) -> None:
    """Publish `loader`'s values under `key` of the station's live state."""
    LIVE[key] = loader


def live_of(station_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Today's moments of each of these stations as ISO strings, from all that know any."""
    found: dict[int, dict[str, Any]] = {station: {} for station in station_ids}
    for load in LIVE.values():
        for station, moments in load(station_ids).items():
            found[station] |= moments
    return found


def register_catalogue(key: str, entries: Catalogue) -> None:
    """Publish `entries` under `key` of the map's catalogue."""
    CATALOGUES[key] = entries
