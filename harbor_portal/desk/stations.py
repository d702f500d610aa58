"""The stations of a scope, counted in one pass: on the map, open now, in each queue, and all that by unit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from harbor_portal.desk.figure import COUNTED_UP_TO, counted
from stations.choices import StationStatus
from stations.models import Posting, Station, Unit, User
from stations.open_now import OpenAt, open_at
from stations.querysets import run_by
from stations.queues import QUEUES
from stations.scope import Scope, kept_by

ON_MAP, OPEN_NOW = "on-map", "open-now"
LINES = ("operator", "supervisor")

Group = dict[str, Any]
"""The paths of `LINES`, as deep as units are shown, and how many of their stations meet each condition."""


@dataclass(frozen=True)
class Counts:
    """Of all stations, and of each pair of units that operate and supervise some: two lines cross."""

    all: dict[str, int]
    groups: Sequence[Group]

    def of(self, unit: Unit, key: str) -> int:
        """A station is counted once, also where the same unit stands above both its operator and its supervisor."""
        held = (group for group in self.groups if any((group[line] or "").startswith(unit.path) for line in LINES))
        return sum(group[key] for group in held)


def count_stations(user: User, scope: Scope, keys: Iterable[str], at: datetime) -> Counts:
    """By the keys of the queues, `ON_MAP` and `OPEN_NOW`; of the whole country the queues only up to the cap."""
    today = timezone.localdate(at)
    mine = Station.objects.visible_to(user).order_by()
    queues = {key: QUEUES[key].condition(today) for key in keys}
    if scope.everything:
        whole = {ON_MAP: mine.published().count(), OPEN_NOW: open_at(mine, at).count()}
        return Counts(counted(mine, queues, up_to=COUNTED_UP_TO + 1) | whole, [])
    is_open = Q(card__isnull=False) & Q(OpenAt(at, "open"))
    conditions = {ON_MAP: Q(status=StationStatus.PUBLISHED), OPEN_NOW: is_open} | queues
    groups = [group for rows in _own(user, scope, today) for group in _grouped(rows, scope, conditions)]
    return Counts({key: sum(group[key] for group in groups) for key in conditions}, groups)


def _own(user: User, scope: Scope, today: date) -> Iterator[QuerySet[Station]]:
    """What the person's units run, and what is kept besides; each station once, with its `current` posting.

    One after the other, since the database reads all stations of the country where a condition says "or".
    """
    in_force = Q(postings__since__lte=today) & (Q(postings__until=None) | Q(postings__until__gte=today))
    stations: Any = Station.objects.annotate(current=FilteredRelation("postings", condition=in_force)).order_by()
    kept = stations.filter(pk__in=kept_by(user))
    if scope.paths:
        yield stations.filter(run_by(scope.paths, "current__"))
        kept = kept.exclude(Exists(Posting.objects.on(today).filter(run_by(scope.paths), station=OuterRef("pk"))))
    if kept_by(user):
        yield kept


def _grouped(stations: QuerySet[Station], scope: Scope, conditions: dict[str, Q]) -> list[Group]:
    deep = max((len(path) for path in scope.paths), default=0) + Unit.steplen
    rows: Any = stations.values(**{line: Substr(f"current__{line}__path", 1, deep) for line in LINES})
    return list(rows.annotate(**{key: Count("pk", filter=condition) for key, condition in conditions.items()}))
