"""Noting that a station's public facts changed, so that the map follows within seconds."""

from collections.abc import Iterable

from harbor_portal.lib.queue import send_on_commit
from stations.models import MapChange
from stations.tasks import publish_changes


def mark_changed(station_ids: Iterable[int], *, live_only: bool = False) -> None:
    """Note the change in the caller's transaction; `live_only` when no slow fact changed (opened today, a visit)."""
    MapChange.objects.bulk_create(MapChange(station_id=pk, is_live_only=live_only) for pk in station_ids)
    send_on_commit(publish_changes)


def mark_index_changed() -> None:
    """Have the map's index written anew, where heat and cold stand; the sweep of every minute would do so too."""
    send_on_commit(publish_changes)
