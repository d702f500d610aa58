"""Growing a tree of units in memory, to be loaded at once."""

from collections.abc import Iterator
from typing import Any

from harbor_portal.demo.loading import ids_of, load
from stations.models import Unit

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class UnitTree:
    """New units with the paths that treebeard would give them, after the roots that exist."""

    def __init__(self) -> None:
        self.units: dict[str, Unit] = {}
        self._ids: Iterator[int] = ids_of(Unit)
        last = Unit.objects.filter(depth=1).order_by("path").last()
        self._roots = int(last.path, 36) if last else 0

    def add(self, code: str, name: str, parent: Unit | None = None, **fields: Any) -> Unit:
        """Add a unit below `parent` (with its kind) or as a root."""
        if parent is None:
            self._roots += 1
            place = {"path": as_step(self._roots), "depth": 1}
        else:
            parent.numchild += 1
            place = {"path": parent.path + as_step(parent.numchild), "depth": parent.depth + 1}
            fields.setdefault("kind", parent.kind)
        unit = Unit(id=next(self._ids), code=code, name=name, numchild=0, **place, **fields)
        self.units[code] = unit
        return unit

    def load(self) -> None:
        load(Unit, self.units.values())


def as_step(number: int) -> str:
    """One level of a treebeard path: the number in base 36, `Unit.steplen` digits."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text.rjust(Unit.steplen, "0")
