"""How units stood below each other on a day: the tree is today's, and whatever moved since then is taken back.

A unit is always named by its treebeard path of today, wherever it stood. Almost always nothing has moved since, and
then a subtree is what its path says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from django.apps import apps
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Left

from harbor_portal.lib.months import Month

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

    def depth(self, paths: Iterable[str]) -> int:
        """So many characters of any path tell where it stood, as far as these units and those right below them."""
        return max(map(len, [*paths, *self.moved]), default=0) + STEP

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
    """Days on which one tree stood."""

    first: date
    last: date
    tree: Tree

    def within(self, first: date, last: date) -> Era:
        return Era(max(first, self.first), min(last, self.last), self.tree)


def eras(first: date = date.min, last: date = date.max) -> list[Era]:
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


@dataclass(frozen=True)
class Line:
    """What stood at or below some units, where that differs from today: conditions on units, each with its days."""

    spans: tuple[tuple[date, date, Q], ...]


Paths = tuple[str, ...] | Line
"""Treebeard paths, for the units at or below them today; or what stood there on other days."""


def line_of(paths: tuple[str, ...], known: Sequence[Era]) -> Paths:
    """At or below these paths in these eras."""
    spans: list[tuple[date, date, Q]] = []
    for era in known:
        units = era.tree.below(paths)
        first = spans.pop()[0] if spans and spans[-1][2] == units else era.first
        spans.append((first, era.last, units))
    is_as_today = [units for *_days, units in spans] == [TODAY.below(paths)]
    return paths if is_as_today else Line(tuple(spans))


def line_in(paths: tuple[str, ...], month: Month) -> Paths:
    """In that month, in which no unit moves. One query."""
    return line_of(paths, eras(month.first, month.last))


def right_below(own: str, unit: str, at: str, known: Sequence[Era]) -> Case:
    """An expression: the path of the unit right below `own` ("": of the top of a hierarchy) that stood above a unit.

    For `own` it is `own`, and NULL for what did not stand below it. `unit` leads to the unit, `at` to the day.
    """

    def chosen(tree: Tree, path: str) -> str | None:
        return next((below for below, above in pairwise([*tree.above(path), ""]) if above == own), None)

    whens = []
    for days, steps in _dated(at, known, lambda tree: _steps(tree, tree.moved, chosen)):
        for path in sorted({own, *steps}, key=len, reverse=True):  # the deepest first
            then = Left(F(f"{unit}__path"), len(own) + STEP) if path == own else Value(steps[path])
            whens.append(When(days & Q(**{f"{unit}__path__startswith": path}), then=then))
    return Case(*whens, output_field=CharField())


def one_of(units: Collection[str], unit: str, at: str, known: Sequence[Era]) -> Case:
    """An expression: which of these units, all of one length of path, stood at or above a unit; else another path."""

    def chosen(tree: Tree, path: str) -> str | None:
        return next((above for above in tree.above(path) if above in units), None)

    whens = (
        When(days & Q(**{f"{unit}__path__startswith": path}), then=Value(steps[path]))
        for days, steps in _dated(at, known, lambda tree: _steps(tree, {*units, *tree.moved}, chosen))
        for path in sorted(steps, key=len, reverse=True)  # the deepest first
    )
    return Case(*whens, default=Left(F(f"{unit}__path"), max(map(len, units))), output_field=CharField())


Steps = dict[str, str | None]


def _steps(tree: Tree, paths: Iterable[str], chosen: Callable[[Tree, str], str | None]) -> Steps:
    """What is chosen for a branch, where today's tree would choose something else."""
    found: Steps = {}
    for path in sorted(paths, key=len) if tree.moved else ():
        then = chosen(tree, path)
        if then != chosen(TODAY, path) or path.startswith(tuple(found)):
            found[path] = then
    return found


def _dated(at: str, known: Sequence[Era], steps_of: Callable[[Tree], Steps]) -> Iterator[tuple[Q, Steps]]:
    """The steps of the eras, each with the condition that a row is of its days."""
    spans: list[tuple[date, date, Steps]] = []
    for era in known:
        steps = steps_of(era.tree)
        first = spans.pop()[0] if spans and spans[-1][2] == steps else era.first
        spans.append((first, era.last, steps))
    for first, last, steps in spans:
        yield Q(**{f"{at}__range": (first, last)}) if len(spans) > 1 else Q(), steps
