"""The publisher: brings cards and files up to date, alone, in one transaction.

The index is replaced before the transaction commits. If the commit then fails, the changes are still noted and the
next run publishes them again; the files that the index names are complete either way.
"""

from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from stations.models import MapChange, StationCard
from stations.publishing.cards import public_stations, refresh_cards, refresh_live
from stations.publishing.run import Run
from stations.publishing.timetables import forget_timetables

LOCK = 0x6D6170
"""The key of the advisory lock; "map" in ASCII."""
BATCH = 5000


class Busy(Exception):
    """Another publisher is at work."""


def publish_everything() -> int:
    """All cards and files anew, whatever was noted; the number of leaves. Waits for another publisher to finish."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        noted = list(MapChange.objects.values_list("pk", flat=True))
        ids = list(public_stations().order_by("pk").values_list("pk", flat=True))
        StationCard.objects.exclude(Exists(public_stations().filter(pk=OuterRef("pk")))).delete()
        for batch in _batches(ids):
            refresh_cards(batch)
            refresh_live(batch)
        forget_timetables()
        run = Run()
        run.rewrite([""])
        run.switch()
        run.prune()
        MapChange.objects.filter(pk__in=noted).delete()
        return len(run.leaves)


def publish_noted() -> int:
    """Publish the changes that `mark_changed` noted; how many there were. Raises `Busy`."""
    total = 0
    while count := _publish_batch():
        total += count
    return total


def _publish_batch() -> int:
    with transaction.atomic():
        _lock_or_leave()
        noted = list(MapChange.objects.order_by("pk")[:BATCH])
        if any(change.station_id is None for change in noted):  # the lock is ours, so it does not wait
            publish_everything()
            return len(noted)
        named = [(change.station_id, change.is_live_only) for change in noted if change.station_id is not None]
        tiles = refresh_cards(sorted({station for station, is_live_only in named if not is_live_only}))
        live_tiles = refresh_live(sorted({station for station, _is_live_only in named}))
        run = Run()
        run.rewrite([""] if run.is_lost else run.regions(tiles))
        run.rewrite_live(live_tiles)
        run.switch()
        MapChange.objects.filter(pk__in=[change.pk for change in noted]).delete()
        return len(noted)


def _lock_or_leave() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Busy


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
