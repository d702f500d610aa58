"""Entering figures as lines of the ledger, and taking them back by further lines; a few statements for any number."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID, uuid4, uuid5

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import collector_paused, insert_rows, next_ids, record_before, record_history, update_rows
from harbor_portal.lib.errors import Refused
from services.choices import EntryKind, Method, Source
from services.counting import are_check_ins, method_that_counts
from services.imports.compare import Figure
from services.imports.known import Bucket, Day, rows_of_days
from services.imports.locks import Locks
from services.models import LedgerChange, StationDay, Visit, VisitEntry
from stations.changes import mark_changed
from stations.imports.kinds import Entry, Plan
from stations.imports.undoing import Undoing
from stations.models import User
from stations.moved import former_ids

AfterList = Callable[[set[date]], None]
"""Takes the first days of the months that a list changed, in its transaction."""

AFTER_LIST: list[AfterList] = []


def register_after_list(follow: AfterList) -> None:
    """Called in the `ready()` of an app that looks at what a list brought, or took back."""
    if follow not in AFTER_LIST:
        AFTER_LIST.append(follow)


COLUMNS = (
    "id", "client_key", "station_id", "date", "hour", "group", "method", "kind", "change", "source", "undoes_id",
    "by_id", "at",
)  # fmt: skip


@collector_paused()
def enter(plan: Plan, entry: Entry) -> None:
    figures: list[Figure] = [*plan.creates, *plan.updates]
    now = timezone.now()
    _write_lines(
        ((key_of(entry.key, one.bucket), one.bucket, EntryKind.SET, one.change, None) for one in figures),
        len(figures), entry.by, now,
    )  # fmt: skip
    ids = next_ids(Visit, len(plan.creates))
    made = ((pk, *one.bucket, one.count) for pk, one in zip(ids, plan.creates, strict=True))
    insert_rows(Visit, ("id", "station_id", "date", "hour", "group", "method", "count"), made)
    update_rows(Visit, ("count",), ((one.stood[0], one.count) for one in plan.updates))
    days = {one.bucket[:2] for one in figures}
    more = {one.bucket[:2] for one in figures if one.change > 0}
    _follow(days, clears_nil=more, by=entry.by, reason=entry.reason)


def key_of(key: UUID, bucket: Bucket) -> UUID:
    """Of the line that this list writes about a bucket."""
    return uuid5(key, " ".join(map(str, bucket)))


def _write_lines(
    lines: Iterable[tuple[UUID, Bucket, EntryKind, int, int | None]], count: int, by: User, at: datetime
) -> None:
    """Each with its key, bucket, kind, change and the line that it takes back."""
    rows = (
        (pk, key, *bucket, kind.value, change, Source.IMPORT.value, undoes, by.pk, at)
        for pk, (key, bucket, kind, change, undoes) in zip(next_ids(VisitEntry, count), lines, strict=True)
    )
    insert_rows(VisitEntry, COLUMNS, rows)


def _follow(
    days: Collection[Day], *, by: User, reason: str, clears_nil: Collection[Day] = (), were_nil: Collection[Day] = ()
) -> None:
    """Let the days say what their ledger says, and note them for the roll-up and for the map's live state.

    `were_nil`: a nil return again, where nobody is counted any more.
    """
    totals = _totals(days)
    changed = []
    for pk, station, day, was_nil, counted_by, is_chosen in rows_of_days(
        "SELECT d.id, d.station_id, d.date, d.is_nil, d.counted_by, d.is_method_chosen FROM services_stationday d",
        "d",
        days,
    ):
        own = totals.get((station, day), {})
        now = method_that_counts(counted_by, own, partial(are_check_ins, station, day), is_chosen=is_chosen)
        is_nil = (was_nil and (station, day) not in clears_nil) or (not own and (station, day) in were_nil)
        if (was_nil, counted_by, is_chosen) != (is_nil, *now):
            changed.append((pk, is_nil, *now, by.pk))
    ids = [row[0] for row in changed]
    record_before(StationDay, ids)
    update_rows(StationDay, ("is_nil", "counted_by", "is_method_chosen", "recorded_by_id"), changed)
    record_history(StationDay, ids, kind="~", by_id=by.pk, reason=reason)
    months = sorted({(station, day.replace(day=1)) for station, day in days})
    LedgerChange.objects.bulk_create(LedgerChange(station_id=station, month=month) for station, month in months)
    for follow in AFTER_LIST:
        follow({month for _station, month in months})
    today = timezone.localdate()
    mark_changed(sorted({station for station, day in days if day == today}), live_only=True)


def _totals(days: Collection[Day]) -> dict[Day, dict[Method, int]]:
    sums: dict[Day, dict[str, int]] = defaultdict(dict)
    for station, day, method, count in rows_of_days(
        "SELECT v.station_id, v.date, v.method, v.count FROM services_visit v", "v", days
    ):
        sums[station, day][method] = sums[station, day].get(method, 0) + count
    return {day: {method: by[method] for method in Method if by.get(method)} for day, by in sums.items()}


def undo(undoing: Undoing) -> None:
    """Take each line back by another, as long as it is the last word about its bucket and its month is open."""
    former = former_ids()
    lines = [line for line in _lines(undoing) if _is_of_list(line, undoing.key, former)]
    days = {(line.station_id, line.date) for line in lines}
    rows_of_days(
        "SELECT day.id FROM services_stationday day", "day", days, "ORDER BY day.station_id, day.date FOR UPDATE"
    )
    _refuse_if_locked(lines)
    _refuse_if_counted_since(lines)
    now = timezone.now()
    _write_lines(
        ((uuid4(), _bucket(line), EntryKind.ADD, -line.change, line.pk) for line in lines), len(lines), undoing.by, now
    )
    figures = rows_of_days(
        'SELECT v.id, v.station_id, v.date, v.hour, v."group", v.method, v.count FROM services_visit v', "v", days
    )
    stands = {tuple(bucket): (pk, count) for pk, *bucket, count in figures}
    found = [(stands[_bucket(line)], line.change) for line in lines]
    update_rows(Visit, ("count",), ((pk, count - change) for (pk, count), change in found))
    _follow(days, were_nil=_nil_before(undoing), by=undoing.by, reason=undoing.reason)


def _nil_before(undoing: Undoing) -> set[Day]:
    """The days of which the list took a nil return back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (own.id) own.station_id, own.date, before.is_nil FROM services_historicalstationday own"
            " JOIN services_historicalstationday before ON before.id = own.id AND before.history_id < own.history_id"
            " WHERE own.history_change_reason = %s AND own.history_date >= %s AND own.history_type = '~'"
            " ORDER BY own.id, before.history_id DESC",
            [undoing.was, undoing.since],
        )
        return {(station, day) for station, day, was_nil in cursor.fetchall() if was_nil}


def _lines(undoing: Undoing) -> Iterable[VisitEntry]:
    entries = VisitEntry.objects.filter(source=Source.IMPORT, kind=EntryKind.SET, at__gte=undoing.since)
    return entries.order_by("pk")


def _is_of_list(line: VisitEntry, key: UUID, former: Mapping[int, Sequence[int]]) -> bool:
    """The keys are made of the station that the list named, which may have been merged into another one since."""
    _station, *rest = _bucket(line)
    named = (line.station_id, *former.get(line.station_id, ()))
    return any(line.client_key == uuid5(key, " ".join(map(str, (station, *rest)))) for station in named)


def _bucket(line: VisitEntry) -> Bucket:
    return line.station_id, line.date, line.hour, line.group, line.method


def _refuse_if_locked(lines: list[VisitEntry]) -> None:
    locks = Locks(line.station_id for line in lines)
    for line in lines:
        if reason := locks.why(line.station_id, line.date):
            raise Refused(reason)


def _refuse_if_counted_since(lines: list[VisitEntry]) -> None:
    later = VisitEntry.objects.filter(
        station=OuterRef("station"), date=OuterRef("date"), group=OuterRef("group"), method=OuterRef("method"),
        pk__gt=OuterRef("pk"),
    )  # fmt: skip
    entries = VisitEntry.objects.filter(pk__in=[line.pk for line in lines]).filter(Exists(later))
    if line := entries.select_related("station").first():
        raise Refused(
            _("It cannot be taken back any more: at “%(station)s” somebody has counted since, for %(day)s.")
            % {"station": line.station, "day": line.date}
        )
