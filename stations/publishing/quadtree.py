"""How stations are divided into leaves."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

MAX_STATIONS = 360
MAX_ZOOM = 16
QUARTERS = "0123"


def leaves_of(tiles: Sequence[str], quadkey: str = "") -> Iterator[tuple[str, int]]:
    """The leaves below `quadkey` and the number of stations in each, ordered by quadkey; none is empty.

    `tiles` are the sorted quadkeys at `MAX_ZOOM` of all stations there.
    """
    if len(tiles) <= MAX_STATIONS or len(quadkey) == MAX_ZOOM:
        if tiles:
            yield quadkey, len(tiles)
        return
    start = 0
    for digit in QUARTERS:
        # "4" sorts behind everything that begins with the quarter's own digits.
        end = bisect_left(tiles, quadkey + str(int(digit) + 1), start)
        yield from leaves_of(tiles[start:end], quadkey + digit)
        start = end


def regions_of(tiles: Iterable[str], old_leaves: Iterable[str], is_full: Callable[[str], bool]) -> list[str]:
    """The smallest set of tiles that must be divided anew after stations at `tiles` came, went or changed.

    For each place that is the leaf that held it, or the higher tile that has become small enough to be one leaf.
    `is_full(quadkey)`: more than `MAX_STATIONS` stations are there now.
    """
    old = set(old_leaves)
    found = {_region(tile, old, is_full) for tile in tiles}
    return sorted(region for region in found if not any(region[:length] in found for length in range(len(region))))


def _region(tile: str, old: set[str], is_full: Callable[[str], bool]) -> str:
    for zoom in range(MAX_ZOOM):
        quadkey = tile[:zoom]
        if quadkey in old or not is_full(quadkey):
            return quadkey
    return tile
