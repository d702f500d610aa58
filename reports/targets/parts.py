"""The table by which a target is given to the units right below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count

from harbor_portal.lib.months import Month
from reports.metrics import by_unit
from reports.models import Target
from reports.targets.metrics import LINES
from reports.targets.progress import Cover, Progress, cover_of, metric_of, progress_of, shared_out
from stations.models import Posting, Unit


@dataclass(frozen=True)
class Share:
    """One unit right below: what it has, what it did, and what it was given."""

    unit: Unit
    stations: int
    last_year: Decimal | None
    suggested: Decimal
    part: Progress | None

    @property
    def goal(self) -> Decimal | None:
        return self.part.target.goal if self.part else None


@dataclass(frozen=True)
class Parts:
    target: Target
    shares: Sequence[Share]
    wholes: Mapping[int, int]

    @cached_property
    def cover(self) -> Cover:
        goals = {share.unit.pk: share.goal for share in self.shares if share.goal is not None}
        return cover_of(self.target, goals, self.wholes)

    @property
    def is_given(self) -> bool:
        return any(share.part for share in self.shares)

    @property
    def without(self) -> int:
        """Units that have stations, and no part."""
        return sum(1 for share in self.shares if share.stations and not share.part)


def parts_of(target: Target, today: date) -> Parts:
    """A constant number of queries, however many units stand below."""
    units = list(Unit.objects.filter(path__startswith=target.unit.path, depth=target.unit.depth + 1).order_by("path"))
    metric, year = metric_of(target), target.year
    stations = _stations(units, today)
    before = metric.measure(units, Month(year - 1, 1), Month(year - 1, 12)) if units else {}
    progress = {one.target.unit_id: one for one in progress_of(target.parts.select_related("unit"), today)}
    suggested = _suggested(target, [stations.get(unit.pk, 0) for unit in units])
    shares = [
        Share(unit, stations.get(unit.pk, 0), metric.value(*before.get(unit.pk, (0, 0))), each, progress.get(unit.pk))
        for unit, each in zip(units, suggested, strict=True)
    ]
    return Parts(target, shares, _wholes(target, units, stations, today))


def _stations(units: Sequence[Unit], today: date) -> dict[int, int]:
    rows = Posting.objects.all().on(today)
    found = by_unit(rows, units, LINES, {"count": Count("pk")}, at=today)
    return {pk: sums["count"] for pk, sums in found.items()}


def _suggested(target: Target, stations: Sequence[int]) -> list[Decimal]:
    """A count in proportion to the stations of each; a share is asked of everybody alike."""
    if metric_of(target).whole:
        return [target.goal for _one in stations]
    return [Decimal(one) for one in shared_out(-int(-target.goal // 1), stations)]


def _wholes(target: Target, units: Sequence[Unit], stations: Mapping[int, int], today: date) -> dict[int, int]:
    """By what a share is weighed: what it was of so far, and before there is any, the stations."""
    metric = metric_of(target)
    if not metric.whole or not units:
        return {}
    last = min(Month.of(today), Month(target.year, 12))
    first = min(Month(target.year, 1), last)
    wholes = {pk: whole for pk, (_part, whole) in metric.measure(units, first, last).items()}
    return wholes or {pk: count for pk, count in stations.items() if count}
