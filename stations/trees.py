"""How units stood below each other on a day: the tree is today's, and whatever moved since then is taken back.

A unit is always named by its treebeard path of today, wherever it stood. Almost always nothing has moved since, and
then a subtree is what its path says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.apps import apps
from django.db.models import Q

STEP = 4
"""Characters of a treebeard path for each level of the tree: `Unit.steplen`."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tree:
    """Of one day. `moved`: of each branch that stood elsewhere then, the unit above it ("": none)."""

    moved: Mapping[str, str] = field(default_factory=dict)

    def above(self, path: str) -> Iterator[str]:
        """The unit itself and those above it, the nearest first."""
        while path:
            yield path
            path = self.parent(path)

    def parent(self, path: str) -> str:
        """Nothing ("") for the top of a hierarchy."""
        return self.moved.get(path, path[:-STEP])

    def below(self, paths: Iterable[str]) -> Q:
        """A condition on units: at one of these paths, or below it."""
        wanted, found, known = {*paths}, Q(pk__in=[]), {"": False}
        for path in sorted(wanted | self.moved.keys()):  # each after what is around it
            is_inside = not wanted.isdisjoint(self.above(path))
            if is_inside != known[next(around for around in _upwards(path[:-STEP]) if around in known)]:
                here = Q(path__startswith=path)
                found = found | here if is_inside else found & ~here
            known[path] = is_inside
        return found


def _upwards(path: str) -> Iterator[str]:
    return (path[:end] for end in range(len(path), -1, -STEP))


TODAY = Tree()


@dataclass(frozen=True)
class Era:
    """Days on which one tree stood; `first` and `last` are first and last days of months if those asked for are."""

    first: date
    last: date
    tree: Tree


def eras(first: date, last: date) -> list[Era]:
    """The days from the first to the last, cut where a unit moved. One query."""
    rows = apps.get_model("stations", "UnitMove")._default_manager.filter(since__gt=first).order_by("since", "pk")
    moves = list(rows.values_list("unit__path", "old_parent__path", "since"))
    starts = [first, *sorted({since for *_paths, since in moves if since <= last})]
    ends = [*(start - DAY for start in starts[1:]), last]
    found = []
    for start, end in zip(starts, ends, strict=True):
        moved: dict[str, str] = {}
        for path, above, since in moves:
            if since > start:
                moved.setdefault(path, above or "")  # the first move since then says where it stood
        found.append(Era(start, end, Tree(moved)))
    return found


def tree_on(day: date) -> Tree:
    return eras(day, day)[0].tree
