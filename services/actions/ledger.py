"""What days and visits share: one lock a station and day, and the notes that a write leaves behind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused, StaleState
from services.choices import Method
from services.counting import are_check_ins, method_that_counts
from services.models import LedgerChange, StationDay, Visit
from services.policies import refuse_unless_writable
from stations.actions.facts import record_checks
from stations.changes import mark_changed
from stations.choices import HowChecked
from stations.facts import SEEN_OPEN
from stations.models import Station, User
from stations.moved import kept_of


class ChangedMeanwhile(StaleState):
    """Somebody else wrote what the caller was about to replace; `theirs` is what stands there now."""

    def __init__(self, theirs: int | str, message: str) -> None:
        super().__init__(message)
        self.theirs = theirs


def writable_day(*, station: Station, day: date, by: User, at: datetime) -> StationDay:
    """The day's row, made if missing and locked until the transaction ends, so that all writes of a day take turns.

    The rules are asked with the row in hand; a refusal rolls back what was made.
    """
    record = locked_day(station, day, by)
    refuse_unless_writable(station=station, day=day, by=by, at=at)
    return record


def locked_day(station: Station, day: date, by: User | None = None) -> StationDay:
    """The day's row in hand, before any rule was asked; nobody is named who only visited."""
    return _locked(station, day) or _made(station, day, by)


def _locked(station: Station, day: date) -> StationDay | None:
    record = StationDay.objects.select_for_update(of=("self",)).filter(station=station, date=day).first()
    if record is not None:
        record.station = station
    return record


def _made(station: Station, day: date, by: User | None) -> StationDay:
    refuse_if_merged(station)
    try:
        with transaction.atomic():
            save_day(StationDay(station=station, date=day), by=by)
    except IntegrityError:
        # Another writer made the row between the look and the insert: then theirs is the one.
        pass
    record = _locked(station, day)
    assert record is not None
    return record


def refuse_if_merged(station: Station) -> None:
    """What is new belongs to the station into which this one was merged; whoever is merging it is waited for."""
    current: Station = Station.objects.select_for_update(no_key=True).get(pk=station.pk)
    if current.merged_into_id:
        names = {"station": current, "into": kept_of(current)}
        raise Refused(_("“%(station)s” has been merged into “%(into)s”: record there.") % names)


def save_day(record: StationDay, *, by: User | None) -> None:
    """Save with a line of history that names who did it, also where no request is under way.

    A visitor's check-in may change what the day says, but the record stays that of the person who keeps it.
    """
    if by is not None:
        record.recorded_by = by
    record._history_user = by  # type: ignore[attr-defined]  # simple_history's documented way
    record.save()


def note_change(station: Station, day: date) -> None:
    """Tell the roll-up and the map's live state that something about this day is new."""
    LedgerChange.objects.create(station=station, month=day.replace(day=1))
    mark_changed([station.pk], live_only=True)


def note_seen_open(record: StationDay, *, by: User | None, at: datetime) -> None:
    """The first sign of life of a day proves that the station is where it is said to be, and open.

    What is written down on another day was not seen now.
    """
    if record.date == timezone.localdate(at):
        record_checks(station=record.station, what=SEEN_OPEN, how=HowChecked.VISIT, by=by, at=at)


def totals_by_method(station: Station, day: date) -> dict[Method, int]:
    """Visits of the day by method, most trusted method first; methods without any visit are absent."""
    return totals_of(Visit.objects.filter(station=station, date=day).values_list("method", "count"))


def totals_of(rows: Iterable[tuple[str, int]]) -> dict[Method, int]:
    """The same of rows in hand: methods with the counts of their buckets."""
    sums = Counter[str]()
    for method, count in rows:
        sums[method] += count
    return {method: sums[method] for method in Method if sums[method]}


def settle_method(record: StationDay, totals: Mapping[Method, int] | None = None) -> bool:
    """Let `counted_by` follow the trust in the methods, or the choice while it has visits; True if it changed.

    `totals`: the day's, where the caller has them in hand.
    """
    if totals is None:
        totals = totals_by_method(record.station, record.date)
    before = (record.counted_by, record.is_method_chosen)
    record.counted_by, record.is_method_chosen = method_that_counts(
        record.counted_by,
        totals,
        lambda: are_check_ins(record.station_id, record.date),
        is_chosen=record.is_method_chosen,
    )
    return before != (record.counted_by, record.is_method_chosen)
