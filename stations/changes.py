"""Noting that a station's public facts changed, so that the map follows within seconds."""

from collections.abc import Iterable
from itertools import islice

from harbor_portal.lib.queue import send_on_commit
from stations.freshness import settle_freshness
from stations.models import MapChange
from stations.tasks import publish_changes

MOST_NAMED = 5000
"""More stations than this lie in so many leaves that one run over all of them is cheaper."""


def mark_changed(station_ids: Iterable[int], *, live_only: bool = False) -> None:
    """Note the change in the caller's transaction; `live_only` when no slow fact changed (opened today, a visit).

    With its facts a station's freshness changes: one more of them, or one less, is to be looked at.
    """
    changed = list(station_ids)
    MapChange.objects.bulk_create(MapChange(station_id=pk, is_live_only=live_only) for pk in changed)
    if not live_only:
        settle_freshness(changed)
    send_on_commit(publish_changes)


def mark_index_changed() -> None:
    """Have the map's index written anew, where heat and cold stand; the sweep of every minute would do so too."""
    send_on_commit(publish_changes)


def mark_many_changed(station_ids: Iterable[int]) -> None:
    """As `mark_changed` for a change that concerns a whole line; beyond `MOST_NAMED`, everything is published anew."""
    named = list(islice(station_ids, MOST_NAMED + 1))
    if len(named) > MOST_NAMED:
        mark_everything_changed()
    else:
        mark_changed(named)


def mark_everything_changed() -> None:
    """Note in the caller's transaction that all leaves are to be written anew: one row, one task."""
    MapChange.objects.create(station=None)
    send_on_commit(publish_changes)
