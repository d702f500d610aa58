"""One run of the publisher over leaves, live states and index."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import groupby

from django.conf import settings
from django.utils import timezone

from harbor_portal.lib import geo
from stations.models import MapLeaf, StationCard
from stations.publishing.alerts import published_alerts
from stations.publishing.catalogue import catalogue_content
from stations.publishing.leaves import LeafCard, Window, centre, in_order, leaf_content, live_content, to_json
from stations.publishing.quadtree import MAX_STATIONS, leaves_of, regions_of
from stations.publishing.store import INDEX, Store, content_hash, leaf_name, live_name

Write = Callable[[str, bytes], None]

FORMAT_VERSION = 3
"""Raised when what the files say changes in form, so that an upgrade publishes everything anew."""

MEAN_ZOOM = 12
"""Of the tile that tells where the mean of a leaf's stations lies: some kilometres, enough for a number on the map."""
WRITERS = 4
"""Threads that compress and write; both happen outside of Python's lock."""
WAITING = 64
"""Contents that may wait for a writer: they bound the memory of a full run."""


class Run:
    """The state of the leaves while a publisher works on them; it holds the publisher's lock."""

    def __init__(self) -> None:
        self.store = Store(settings.PUBLISH_ROOT)
        self.today = timezone.localdate()
        self.window = Window(self.today)
        self.leaves = {leaf.quadkey: leaf for leaf in MapLeaf.objects.all()}

    @property
    def is_lost(self) -> bool:
        """The folder is new, or was emptied."""
        return self.store.read(INDEX) is None

    def regions(self, tiles: Iterable[str]) -> list[str]:
        """See `regions_of`."""

        @cache
        def is_full(quadkey: str) -> bool:
            counted: int = StationCard.objects.below(quadkey)[: MAX_STATIONS + 1].count()
            return counted > MAX_STATIONS

        return regions_of(tiles, self.leaves, is_full)

    def rewrite(self, regions: Iterable[str]) -> None:
        """Divide these tiles anew and write the leaves and live states that came out differently."""
        with _writers(self.store) as write:
            for region in regions:
                self._rewrite_region(region, write)

    def rewrite_live(self, tiles: Iterable[str]) -> None:
        """Write the live states of the leaves that hold these tiles."""
        keys = sorted(self.leaves)
        wanted = sorted({keys[bisect_right(keys, tile) - 1] for tile in tiles}) if keys else []
        with _writers(self.store) as write:
            for quadkey in wanted:
                write(live_name(quadkey), live_content(in_order(_cards(quadkey)), self.today))

    def switch(self) -> None:
        """Publish the index of the leaves as they are now."""
        catalogue = catalogue_content()
        name = f"catalogue/{content_hash(catalogue)}.json"
        self.store.write(name, catalogue)
        self.store.write(INDEX, self._index(name))

    def prune(self) -> int:
        """Delete files which no index has named for a day."""
        catalogue = f"catalogue/{content_hash(catalogue_content())}.json"
        wanted = {INDEX, catalogue}
        for leaf in self.leaves.values():
            wanted |= {leaf_name(leaf.quadkey, leaf.hash), live_name(leaf.quadkey)}
        return self.store.prune(wanted)

    def _rewrite_region(self, region: str, write: Write) -> None:
        old = {key: leaf for key, leaf in self.leaves.items() if key.startswith(region)}
        new: dict[str, MapLeaf] = {}
        tiles = list(StationCard.objects.below(region).order_by("tile").values_list("tile", flat=True))
        keys = [quadkey for quadkey, _count in leaves_of(tiles, region)]
        for quadkey, group in groupby(_cards(region), key=lambda card: keys[bisect_right(keys, card.tile) - 1]):
            cards = in_order(group)
            content = leaf_content(cards, self.window)
            digest = content_hash(content)
            longitude, latitude = centre(cards)
            new[quadkey] = MapLeaf(
                quadkey=quadkey, count=len(cards), hash=digest, longitude=longitude, latitude=latitude
            )
            write(leaf_name(quadkey, digest), content)
            write(live_name(quadkey), live_content(cards, self.today))
        self._replace(old, new)

    def _replace(self, old: dict[str, MapLeaf], new: dict[str, MapLeaf]) -> None:
        MapLeaf.objects.filter(quadkey__in=old.keys() - new.keys()).delete()
        MapLeaf.objects.bulk_create(
            new.values(),
            update_conflicts=True,
            unique_fields=["quadkey"],
            update_fields=["count", "hash", "longitude", "latitude"],
        )
        for quadkey, leaf in old.items():
            del self.leaves[quadkey]
            if quadkey not in new or new[quadkey].hash != leaf.hash:
                self.store.let_go(leaf_name(quadkey, leaf.hash))
            if quadkey not in new:
                self.store.let_go(live_name(quadkey))
        self.leaves |= new

    def _index(self, catalogue: str) -> bytes:
        leaves = [leaf for _quadkey, leaf in sorted(self.leaves.items())]
        columns = zip(*((leaf.quadkey, leaf.count, leaf.hash, _way_to_mean(leaf)) for leaf in leaves), strict=True)
        return to_json(
            {
                "version": FORMAT_VERSION,
                "leaves": list(columns) or [[], [], [], []],
                "catalogue": catalogue,
                "alerts": published_alerts(self.today),
            }
        )


def _way_to_mean(leaf: MapLeaf) -> str:
    """The digits that lead on from the leaf's quadkey to the tile in which the mean of its stations lies."""
    depth = len(leaf.quadkey)
    return geo.quadkey(leaf.longitude, leaf.latitude, max(MEAN_ZOOM, depth))[depth:]


def _cards(region: str) -> Iterator[LeafCard]:
    """In the order of their tiles."""
    rows = StationCard.objects.below(region).order_by("tile", "code").values_list(*LeafCard._fields)
    return map(LeafCard._make, rows.iterator(chunk_size=2000))


@contextmanager
def _writers(store: Store) -> Iterator[Write]:
    """A `write` that returns at once; leaving the block waits for all, and raises what any of them raised."""
    with ThreadPoolExecutor(WRITERS) as pool:
        waiting = []

        def write(name: str, content: bytes) -> None:
            waiting.append(pool.submit(store.write, name, content))
            if len(waiting) > WAITING:
                waiting.pop(0).result()

        yield write
        for job in waiting:
            job.result()
