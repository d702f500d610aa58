"""The ranking of a contest: live until it is frozen, then as it was."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reports.metrics import METRICS
from reports.models import Contest
from stations.models import Unit


@dataclass(frozen=True)
class Standing:
    """One unit's place; without one where there is nothing to compare it by. Equal values share a place."""

    unit: str
    """Its code."""
    name: str
    rank: int | None
    value: str
    part: int
    whole: int

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def standings(contest: Contest) -> list[Standing]:
    """The frozen ones, or what the figures say now."""
    if contest.frozen_at:
        return [Standing(**row) for row in contest.result]
    return live_standings(contest)


def live_standings(contest: Contest) -> list[Standing]:
    """The best first; who cannot be ranked last. A constant number of queries, however many units."""
    units: Sequence[Unit] = list(
        Unit.objects.filter(path__startswith=contest.unit.path, depth=contest.unit.depth + 1).order_by("path")
    )
    metric = METRICS[contest.metric]
    found = metric.measure(units, *contest.months)
    measured = ((pk, metric.value(part, whole)) for pk, (part, whole) in found.items())
    values = {pk: value for pk, value in measured if value is not None}
    in_order = sorted(values.values(), reverse=True)
    lines = [
        Standing(
            str(unit.code),
            str(unit.name),
            in_order.index(values[unit.pk]) + 1 if unit.pk in values else None,
            str(values.get(unit.pk, "")),
            *found.get(unit.pk, (0, 0)),
        )
        for unit in units
    ]
    return sorted(lines, key=lambda line: (line.rank is None, line.rank or 0, line.name, line.unit))
