"""Saving a day sheet: one method's figures of a month, and why days are as they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from harbor_portal.lib.errors import PortalError
from services.actions.days import explain_day
from services.actions.visits import Bucket, Sender, set_visits
from services.choices import Method, Source, WorkerGroup
from stations.models import Station, User
from stations.policies import refuse_unless_may_record


@dataclass(frozen=True)
class Figure:
    """A cell that was typed: the whole day's visits of a group, and what stood there when it was typed."""

    name: str
    day: date
    group: WorkerGroup
    count: int
    seen: int


@dataclass(frozen=True)
class Reason:
    """Why the day is as it is, and what stood there."""

    name: str
    day: date
    text: str
    seen: str


@dataclass
class Saved:
    """By name of the cell: what stands there now, or why it was not saved."""

    values: dict[str, int | str] = field(default_factory=dict)
    errors: dict[str, PortalError] = field(default_factory=dict)


def save_sheet(
    *, station: Station, method: Method, cells: Iterable[Figure | Reason], by: User, client_key: UUID
) -> Saved:
    """Save each cell by itself, so that one that is refused keeps no other from being saved.

    The same sheet sent again under its key counts once.
    """
    refuse_unless_may_record(by, station)
    saved = Saved()
    for cell in cells:
        try:
            saved.values[cell.name] = _save(station, method, cell, by, client_key)
        except PortalError as error:
            saved.errors[cell.name] = error
    return saved


def _save(station: Station, method: Method, cell: Figure | Reason, by: User, client_key: UUID) -> int | str:
    if isinstance(cell, Reason):
        return explain_day(station=station, day=cell.day, reason=cell.text, seen=cell.seen, by=by).remark
    # With what it changes in its name: on the way back, the browser shows the same sheet with the same key.
    key = uuid5(client_key, f"{station.pk} {method} {cell.day} {cell.group} {cell.seen}>{cell.count}")
    bucket = Bucket(station, cell.day, cell.group, method)
    set_visits(bucket=bucket, count=cell.count, seen=cell.seen, sender=Sender(by, Source.DAY_SHEET, key))
    return cell.count
