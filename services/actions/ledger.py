"""What days and visits share: one lock a station and day, and the notes that a write leaves behind."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from services.choices import Method
from services.models import LedgerChange, StationDay, Visit
from services.policies import refuse_unless_writable
from stations.changes import mark_changed
from stations.models import Station, User


def writable_day(*, station: Station, day: date, by: User, at: datetime) -> StationDay:
    """The day's row, made if missing and locked until the transaction ends, so that all writes of a day take turns.

    The rules are asked with the row in hand; a refusal rolls back what was made.
    """
    record = _locked(station, day) or _made(station, day, by)
    refuse_unless_writable(station=station, day=day, by=by, at=at)
    return record


def _locked(station: Station, day: date) -> StationDay | None:
    return StationDay.objects.select_for_update(of=("self",)).filter(station=station, date=day).first()


def _made(station: Station, day: date, by: User) -> StationDay:
    try:
        with transaction.atomic():
            save_day(StationDay(station=station, date=day), by=by)
    except IntegrityError:
        # Another writer made the row between the look and the insert: then theirs is the one.
        pass
    record = _locked(station, day)
    assert record is not None
    return record


def save_day(record: StationDay, *, by: User) -> None:
    """Save with a line of history that names who did it, also where no request is under way."""
    record.recorded_by = by
    record._history_user = by  # type: ignore[attr-defined]  # simple_history's documented way
    record.save()


def note_change(station: Station, day: date) -> None:
    """Tell the roll-up and the map's live state that something about this day is new."""
    LedgerChange.objects.create(station=station, month=day.replace(day=1))
    mark_changed([station.pk], live_only=True)


def totals_by_method(station: Station, day: date) -> dict[Method, int]:
    """Visits of the day by method, most trusted method first; methods without any visit are absent."""
    rows = Visit.objects.filter(station=station, date=day).values_list("method").annotate(Sum("count"))
    totals = {Method(method): count for method, count in rows if count}
    return {method: totals[method] for method in Method if method in totals}


def settle_method(record: StationDay) -> bool:
    """Let `counted_by` follow the trust in the methods, or the choice while it has visits; True if it changed."""
    present = list(totals_by_method(record.station, record.date))
    before = (record.counted_by, record.is_method_chosen)
    if record.is_method_chosen and record.counted_by not in present:
        record.is_method_chosen = False
    if not record.is_method_chosen:
        record.counted_by = present[0] if present else ""
    return before != (record.counted_by, record.is_method_chosen)
