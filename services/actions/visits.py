"""Writing the visit ledger: entries are added, never changed, and each bucket follows in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.actions.ledger import (
    ChangedMeanwhile,
    locked_day,
    note_change,
    note_seen_open,
    save_day,
    settle_method,
    totals_of,
)
from services.choices import LIVE_SOURCES, EntryKind, Method, Source, WorkerGroup
from services.counting import MOST_AT_ONCE
from services.models import StationDay, Visit, VisitEntry
from services.policies import refuse_unless_writable
from stations.models import Station, User
from stations.policies import refuse_unless_may_record

DAY_KEY = ("method", "hour", "group")
Day = dict[tuple[str, int | None, str], int]
"""What all buckets of a station's day hold, by `DAY_KEY`."""


@dataclass(frozen=True)
class Bucket:
    """What a figure is about; `hour` is empty for a figure of the whole day."""

    station: Station
    day: date
    group: WorkerGroup
    method: Method
    hour: int | None = None

    @property
    def key(self) -> dict[str, Any]:
        """The fields by which a bucket and its entries are found."""
        return {
            "station": self.station,
            "date": self.day,
            "hour": self.hour,
            "group": self.group,
            "method": self.method,
        }


@dataclass(frozen=True)
class Sender:
    """Who sends a line, from where, and the key that makes a second sending the same line.

    Nobody is named for a check-in: visitors are counted, not recorded.
    """

    by: User | None
    source: Source
    client_key: UUID


@transaction.atomic
def add_visits(*, bucket: Bucket, count: int, sender: Sender) -> VisitEntry:
    """Count `count` more visits, or fewer when it is negative.

    The same key sent again answers with the first line; with another content it is refused.
    """
    refuse_bad_count(count)
    _refuse_bad_hour(bucket)
    return once(
        bucket,
        sender,
        is_same=lambda sent: is_of(sent, bucket, EntryKind.ADD) and sent.undoes_id is None and sent.change == count,
        write=lambda record: write_line(record, bucket, sender, EntryKind.ADD, count),
    )


@transaction.atomic
def set_visits(
    *, bucket: Bucket, count: int, sender: Sender, seen: int | None = None, record: StationDay | None = None
) -> VisitEntry:
    """Replace the bucket's figure by `count`: the line stores the difference to what stood there.

    `seen` is what the sender replaces; if something else stands there by now, the figure is left alone. `record` is the
    day's row where the caller has it in hand from `writable_day`: so the rules are asked once for all figures of a day.
    """
    _refuse_outside(count, least=0)
    _refuse_bad_hour(bucket)

    def write(record: StationDay) -> VisitEntry:
        stands = _figure(bucket)
        if seen is not None and stands not in {seen, count}:
            raise ChangedMeanwhile(stands, _who_changed(bucket, stands))
        return write_line(record, bucket, sender, EntryKind.SET, count - stands)

    return once(
        bucket,
        sender,
        is_same=lambda sent: (
            is_of(sent, bucket, EntryKind.SET) and (_figure_after(sent) == count or _is_of_several(bucket.station))
        ),
        write=write,
        record=record,
    )


@transaction.atomic
def undo_entry(*, entry: VisitEntry, sender: Sender) -> VisitEntry:
    """Take a line back by another line, once; the undoing line itself stays."""
    if entry.undoes_id is not None:
        raise Refused(_("This line takes another one back; enter the visits anew instead."))
    bucket = Bucket(entry.station, entry.date, WorkerGroup(entry.group), Method(entry.method), entry.hour)

    def write(record: StationDay) -> VisitEntry:
        if VisitEntry.objects.filter(undoes=entry).exists():
            raise Refused(_("This line has been undone already."))
        return write_line(record, bucket, sender, EntryKind.ADD, -entry.change, undoes=entry)

    return once(bucket, sender, is_same=lambda sent: sent.undoes_id == entry.pk, write=write)


def once(
    bucket: Bucket,
    sender: Sender,
    *,
    is_same: Callable[[VisitEntry], bool],
    write: Callable[[StationDay], VisitEntry],
    record: StationDay | None = None,
) -> VisitEntry:
    """Write unless the key is known.

    Asked before the rules, since a retry is right also when the month has been locked meanwhile; but with the day in
    hand, since the first sending may still be under way.
    """
    if record is not None:
        return _sent_before(sender, is_same) or write(record)
    assert sender.by is not None
    record = locked_day(bucket.station, bucket.day, sender.by)
    if sent := _sent_before(sender, is_same):
        refuse_unless_may_record(sender.by, bucket.station)
        return sent
    refuse_unless_writable(station=bucket.station, day=bucket.day, by=sender.by, at=timezone.now())
    return write(record)


def _sent_before(sender: Sender, is_same: Callable[[VisitEntry], bool]) -> VisitEntry | None:
    sent = VisitEntry.objects.filter(client_key=sender.client_key).first()
    if sent is not None and not is_same(sent):
        raise StaleState(_key_is_taken())
    return sent


def is_of(entry: VisitEntry, bucket: Bucket, kind: EntryKind) -> bool:
    return entry.kind == kind and (entry.station_id, entry.date, entry.hour, entry.group, entry.method) == (
        bucket.station.pk,
        bucket.day,
        bucket.hour,
        bucket.group,
        bucket.method,
    )


def _figure_after(entry: VisitEntry) -> int:
    """What the bucket held once this line was written; ids rise in the order of writing within a day."""
    same = VisitEntry.objects.filter(
        station=entry.station_id, date=entry.date, hour=entry.hour, group=entry.group, method=entry.method
    )
    return same.filter(pk__lte=entry.pk).aggregate(figure=Sum("change"))["figure"] or 0


def _is_of_several(station: Station) -> bool:
    """Where another one was merged into it, what a bucket of one of them held after a line is not known any more."""
    found: bool = Station.objects.filter(merged_into=station.pk).exists()
    return found


def day_of(bucket: Bucket) -> Day:
    rows = Visit.objects.filter(station=bucket.station, date=bucket.day)
    return {(method, hour, group): count for method, hour, group, count in rows.values_list(*DAY_KEY, "count")}


def _figure(bucket: Bucket) -> int:
    return Visit.objects.filter(**bucket.key).values_list("count", flat=True).first() or 0


def _who_changed(bucket: Bucket, stands: int) -> str:
    last = VisitEntry.objects.filter(**bucket.key).select_related("by").order_by("-pk").first()
    values = {"who": (last and last.by) or _("Somebody"), "count": stands}
    return _("%(who)s changed this meanwhile; it says %(count)d now.") % values


def write_line(
    record: StationDay, bucket: Bucket, sender: Sender, kind: EntryKind, change: int, undoes: VisitEntry | None = None
) -> VisitEntry:
    """The line, its bucket, the day and the notes; the caller holds the day's lock."""
    return write_in(day_of(bucket), record, bucket, sender, kind, change, undoes)


def write_in(
    day: Day,
    record: StationDay,
    bucket: Bucket,
    sender: Sender,
    kind: EntryKind,
    change: int,
    undoes: VisitEntry | None = None,
) -> VisitEntry:
    """The same for a caller who has read the day's buckets under its lock."""
    key = (bucket.method, bucket.hour, bucket.group)
    is_first, figure = key not in day, day.get(key, 0) + change
    if figure < 0:
        raise Refused(_("That would leave less than nobody counted; undo the later lines first."))
    if change > 0:
        _refuse_mixture(bucket, day)
    entry = VisitEntry(
        **bucket.key,
        kind=kind,
        change=change,
        undoes=undoes,
        client_key=sender.client_key,
        source=sender.source,
        by=sender.by,
        at=timezone.now(),
    )
    _insert(entry)
    if is_first:
        Visit.objects.create(**bucket.key, count=figure)
    else:
        Visit.objects.filter(**bucket.key).update(count=figure)
    day[key] = figure
    if change > 0 and sender.source in LIVE_SOURCES and not (record.counted_by or record.opened_at):
        note_seen_open(record, by=sender.by, at=entry.at)
    _follow(record, day, clears_nil=change > 0, by=sender.by)
    note_change(bucket.station, bucket.day)
    return entry


def _insert(entry: VisitEntry) -> None:
    try:
        entry.save(force_insert=True)
    except IntegrityError as error:
        # The day is locked, so only the same key on another day at the same moment gets here.
        raise StaleState(_key_is_taken()) from error


def _follow(record: StationDay, day: Day, *, clears_nil: bool, by: User | None) -> None:
    """Let the day say what its ledger says; a line of history only when that is new."""
    was_nil = record.is_nil
    record.is_nil = was_nil and not clears_nil
    totals = totals_of((method, count) for (method, _hour, _group), count in day.items())
    if settle_method(record, totals) or was_nil != record.is_nil:
        save_day(record, by=by)


def refuse_bad_count(count: int) -> None:
    _refuse_outside(count, least=-MOST_AT_ONCE)
    if count == 0:
        raise Invalid("count", _("Zero changes nothing."))


def _refuse_outside(count: int, *, least: int) -> None:
    if not least <= count <= MOST_AT_ONCE:
        limits = {"least": least, "most": MOST_AT_ONCE}
        raise Invalid("count", _("A figure lies between %(least)d and %(most)d.") % limits)


def _refuse_bad_hour(bucket: Bucket) -> None:
    if bucket.hour is not None and not 0 <= bucket.hour <= 23:
        raise Invalid("hour", _("An hour is 0 to 23."))


def _refuse_mixture(bucket: Bucket, day: Day) -> None:
    """Hourly and whole-day figures of one method would count the same people twice."""
    hours = {hour for (method, hour, _group), count in day.items() if method == bucket.method and count > 0}
    if any((hour is None) != (bucket.hour is None) for hour in hours):
        names = {"method": bucket.method.label}
        raise Refused(
            _("%(method)s is counted by the whole day on this day, so it takes no hourly figure.") % names
            if bucket.hour is not None
            else _("%(method)s is counted by the hour on this day, so it takes no figure of the whole day.") % names
        )


def _key_is_taken() -> str:
    return _("This key was used for another entry; nothing was counted.")
