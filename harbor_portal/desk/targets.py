"""How the person's own units stand on their way to the goals of the year, as last measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from reports.metrics import METRICS
from reports.models import Target, TargetStanding
from reports.targets.words import amount
from stations.scope import Scope

MOST_TARGETS = 12


@dataclass(frozen=True)
class TargetLine:
    """One goal of a unit."""

    target: Target
    standing: TargetStanding | None

    @property
    def title(self) -> str:
        title = str(METRICS[self.target.metric].title)
        return f"{self.target.campaign} · {title}" if self.target.campaign else title

    @property
    def url(self) -> str:
        return reverse("admin:target_progress", args=[self.target.pk])

    @property
    def goal(self) -> str:
        return amount(self.target.metric, self.target.goal)

    @property
    def due(self) -> str:
        return amount(self.target.metric, self._expected)

    @property
    def reached(self) -> str:
        return amount(self.target.metric, self._value)

    @property
    def is_known(self) -> bool:
        return self._value is not None

    @property
    def is_reached(self) -> bool:
        return self._value is not None and self._value >= self.target.goal

    @property
    def reached_share(self) -> float:
        """In a hundred of the goal, at most all of it; so is `due_share`."""
        return self._share(self._value)

    @property
    def due_share(self) -> float:
        return self._share(self._expected)

    @property
    def _value(self) -> Decimal | None:
        return self.standing.value if self.standing else None

    @property
    def _expected(self) -> Decimal | None:
        return self.standing.expected if self.standing else None

    def _share(self, value: Decimal | None) -> float:
        return round(min(float((value or 0) / self.target.goal), 1) * 100, 1)


def targets_of(scope: Scope, today: date) -> list[TargetLine]:
    """Of the units of the person, in one query; nothing for the administrator, who has none."""
    if not scope.paths:
        return []
    mine: Any = Target.objects.filter(unit__path__in=scope.paths, year=today.year, metric__in=METRICS)
    found: Iterable[Target] = mine.select_related("standing").order_by("campaign", "metric", "pk")[:MOST_TARGETS]
    return [TargetLine(target, getattr(target, "standing", None)) for target in found]
