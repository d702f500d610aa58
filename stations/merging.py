"""What goes along when a station that stands twice is merged into the one that stays.

Each app says in its `ready()` what becomes of its rows, by a *mover* for each table that points to `Station`; a test
fails for a table without one. A mover runs inside the transaction of `stations.actions.merging.merge_stations`, which
holds both stations, and tells in lines what it did: these lines are also the preview.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from harbor_portal.lib.bulk import record_history
from stations.models import Station, User

Text = str | Promise


@dataclass(frozen=True)
class Merge:
    """The duplicate goes into the other; `line` is what stands as the reason in the history of the rows."""

    duplicate: Station
    into: Station
    by: User
    line: str
    day: date


@dataclass(frozen=True)
class Line:
    """So many of `what` go along, or stay with the old station, and why."""

    what: Text
    count: int
    stays: bool = False
    note: Text = ""


class Mover(Protocol):
    @property
    def models(self) -> tuple[type[Model], ...]:
        """The tables with a foreign key to `Station` that it answers for."""

    def move(self, merge: Merge) -> Iterable[Line]:
        """Do it."""


MOVERS: list[Mover] = []


def register_mover(*movers: Mover) -> None:
    """Called in the `ready()` of the app that owns the rows."""
    MOVERS.extend(mover for mover in movers if mover not in MOVERS)


@dataclass(frozen=True)
class Stays:
    """Rows that belong to the old station for ever: dated history, or what is worked out from other rows."""

    models: tuple[type[Model], ...]

    def move(self, _merge: Merge) -> Iterable[Line]:
        return ()


Staying = Callable[[QuerySet[Any], Merge], QuerySet[Any]]
"""Of the rows of the duplicate those that do not go along, since the other station's word holds."""


@dataclass(frozen=True)
class GoesAlong:
    """Rows that change their station and nothing else, with a line of history where the table keeps one."""

    model: type[Model]
    staying: Staying | None = None
    note: Text = ""
    """Why some stay."""
    is_told: bool = True
    """Whether anybody is interested."""

    @property
    def models(self) -> tuple[type[Model], ...]:
        return (self.model,)

    def move(self, merge: Merge) -> Iterable[Line]:
        rows: QuerySet[Any] = self.model._default_manager.filter(station=merge.duplicate).order_by()
        stays = list(self.staying(rows, merge).values_list("pk", flat=True)) if self.staying else []
        moved = move_rows(rows.exclude(pk__in=stays), merge)
        if not self.is_told:
            return
        name = self.model._meta.verbose_name_plural or ""
        yield Line(name, moved)
        yield Line(name, len(stays), stays=True, note=self.note)


def move_rows(rows: QuerySet[Any], merge: Merge) -> int:
    """Give these rows to the station that stays; how many."""
    model = rows.model
    ids = list(rows.values_list("pk", flat=True))
    model._default_manager.filter(pk__in=ids).update(station=merge.into)
    if hasattr(model, "history"):
        record_history(model, ids, kind="~", by_id=merge.by.pk, reason=merge.line)
    elif hasattr(owner := model._meta.auto_created, "history"):
        name = next(field.name for field in model._meta.concrete_fields if field.related_model is owner)
        owners = model._default_manager.filter(pk__in=ids).values_list(name, flat=True)
        record_history(owner, list(owners), kind="~", by_id=merge.by.pk, reason=merge.line)
    return len(ids)
