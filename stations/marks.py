"""What makes a station stand out on the map: that it is honoured, and what other apps say of it, such as its theme.

A mark is a word with a text: {"mark": "honour", "text": "province"}, {"mark": "special", "text": "共享书吧"}.
"""

from collections.abc import Callable, Sequence

from django.utils import timezone

from stations.models import Honour

Loader = Callable[[Sequence[int]], dict[int, str]]
"""Station ids → the text of the mark by station id, in one query; a station without it is absent."""
HONOUR, SPECIAL = "honour", "special"
MARKS: dict[str, Loader] = {}


def register_mark(mark: str, loader: Loader) -> None:
    """Called in the `ready()` of the app that owns the rows."""
    MARKS[mark] = loader


def marks_of(station_ids: Sequence[int]) -> dict[int, list[dict[str, str]]]:
    """Of these stations, in the order of the words."""
    found: dict[int, list[dict[str, str]]] = {}
    for mark in sorted(MARKS):
        for station, text in MARKS[mark](station_ids).items():
            found.setdefault(station, []).append({"mark": mark, "text": text})
    return found


def honours(station_ids: Sequence[int]) -> dict[int, str]:
    """The level of the highest honour that each holds today. One query."""
    rows = Honour.objects.filter(station__in=station_ids).in_force(timezone.localdate()).in_order()
    levels: dict[int, str] = {}
    for station, level in rows.values_list("station", "level"):
        levels.setdefault(station, level)
    return levels
