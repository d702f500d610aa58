"""Saving a day sheet: one method's figures of a month, and why days are as they are."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from harbor_portal.lib.errors import PortalError
from services.actions.days import explain_day
from services.actions.ledger import writable_day
from services.actions.visits import Bucket, Sender, set_visits
from services.choices import Method, Source, WorkerGroup
from services.models import StationDay
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

    Not in one transaction: whoever counts at the door waits for one day at most, and not for the month. The same sheet
    sent again under its key counts once.
    """
    refuse_unless_may_record(by, station)
    saved, sheet = Saved(), Sender(by, Source.DAY_SHEET, client_key)
    for day, of_day in groupby(sorted(cells, key=_in_order), key=lambda cell: cell.day):
        with transaction.atomic():
            record = _in_hand(station, day, by)
            before = len(saved.values)
            for cell in of_day:
                try:
                    saved.values[cell.name] = _save(station, method, cell, sheet, record)
                except PortalError as error:
                    saved.errors[cell.name] = error
            if len(saved.values) == before:
                transaction.set_rollback(True)  # a day of which nothing was saved leaves no row
    return saved


def _in_order(cell: Figure | Reason) -> tuple[date, bool]:
    """By day, its reason last: it is written to a row of its own, which must not be older than the figures'."""
    return cell.day, isinstance(cell, Reason)


def _in_hand(station: Station, day: date, by: User) -> StationDay | None:
    """The day's row; None if the rules refuse it. Then each cell is asked about, since it may have been sent before."""
    try:
        with transaction.atomic():
            return writable_day(station=station, day=day, by=by, at=timezone.now())
    except PortalError:
        return None


def _save(
    station: Station, method: Method, cell: Figure | Reason, sheet: Sender, record: StationDay | None
) -> int | str:
    if isinstance(cell, Reason):
        assert sheet.by is not None
        return explain_day(station=station, day=cell.day, reason=cell.text, seen=cell.seen, by=sheet.by).remark
    # With what it changes in its name: on the way back, the browser shows the same sheet with the same key.
    key = uuid5(sheet.client_key, f"{station.pk} {method} {cell.day} {cell.group} {cell.seen}>{cell.count}")
    bucket = Bucket(station, cell.day, cell.group, method)
    sender = replace(sheet, client_key=key)
    set_visits(bucket=bucket, count=cell.count, seen=cell.seen, sender=sender, record=record)
    return cell.count
