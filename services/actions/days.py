"""Opening, closing and nil returns of a station's day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from services.actions.ledger import (
    ChangedMeanwhile,
    note_change,
    note_seen_open,
    save_day,
    settle_method,
    totals_by_method,
    writable_day,
)
from services.choices import Method
from services.models import StationDay
from stations.choices import StationStatus
from stations.models import Station, User

SLACK = timedelta(minutes=1)
"""A device without a network says how long ago something was tapped; that is as exact as its network is even."""
LONGEST_REASON = 200
"""As many characters as a remark holds."""


@transaction.atomic
def open_day(*, station: Station, day: date, by: User, at: datetime | None = None) -> StationDay:
    """Open the station on that day at that moment. Opening what is open changes nothing."""
    at = _not_later_than_now(at)
    record = writable_day(station=station, day=day, by=by, at=timezone.now())
    _refuse_when_closed_for_good(station)
    if record.closed_at:
        raise Refused(_("Already closed at %(time)s; reopen it instead.") % {"time": _clock(record.closed_at)})
    if record.opened_at:
        return record
    if timezone.localdate(at) != day:
        raise Invalid("at", _("A day is opened on that same day."))
    record.opened_at = at
    note_seen_open(record, by=by, at=at)
    return _kept(record, by)


@transaction.atomic
def close_day(*, station: Station, day: date, by: User, at: datetime | None = None) -> StationDay:
    """Close the station for the day, at most a day after it opened (a night shift ends on the next date)."""
    at = _not_later_than_now(at)
    record = writable_day(station=station, day=day, by=by, at=timezone.now())
    if record.closed_at:
        return record
    if record.opened_at is None:
        raise Refused(_("Open the day before you close it."))
    if timedelta() < record.opened_at - at <= SLACK:
        at = record.opened_at
    if not record.opened_at <= at <= record.opened_at + timedelta(days=1):
        opened = {"time": _clock(record.opened_at)}
        raise Invalid("at", _("The closing time lies within 24 hours after the opening at %(time)s.") % opened)
    record.closed_at = at
    return _kept(record, by)


@transaction.atomic
def reopen(*, station: Station, day: date, by: User) -> StationDay:
    """Take back the closing; what is open stays open."""
    record = writable_day(station=station, day=day, by=by, at=timezone.now())
    _refuse_when_closed_for_good(station)
    if record.opened_at is None:
        raise Refused(_("The day was not opened; open it instead."))
    if record.closed_at is None:
        return record
    record.closed_at = None
    return _kept(record, by)


@transaction.atomic
def nil_return(*, station: Station, day: date, by: User) -> StationDay:
    """Record that the station was open and nobody came; a visit counted later takes this back by itself."""
    record = writable_day(station=station, day=day, by=by, at=timezone.now())
    if record.is_nil:
        return record
    if totals_by_method(station, day):
        raise Refused(_("Visits are counted for this day, so it is no nil return. Undo them first."))
    record.is_nil = True
    note_seen_open(record, by=by, at=timezone.now())
    return _kept(record, by)


@transaction.atomic
def withdraw_nil_return(*, station: Station, day: date, by: User) -> StationDay:
    """Take back a nil return made by mistake: the day is without a record again."""
    record = writable_day(station=station, day=day, by=by, at=timezone.now())
    if not record.is_nil:
        return record
    record.is_nil = False
    return _kept(record, by)


@transaction.atomic
def choose_method(*, station: Station, day: date, method: Method | None, by: User) -> StationDay:
    """Decide which method makes the day's total; None returns to the order of trust."""
    record = writable_day(station=station, day=day, by=by, at=timezone.now())
    if method is not None and method not in totals_by_method(station, day):
        raise Invalid("method", _("Nothing was counted by %(method)s on this day.") % {"method": method.label})
    before = (record.counted_by, record.is_method_chosen)
    record.is_method_chosen = method is not None
    record.counted_by = method or ""
    settle_method(record)
    return record if before == (record.counted_by, record.is_method_chosen) else _kept(record, by)


@transaction.atomic
def explain_day(*, station: Station, day: date, reason: str, seen: str, by: User) -> StationDay:
    """Say in a sentence why the day is as it is (nothing on record, a crowd); an empty one takes it back.

    `seen` is what the writer replaces; if something else stands there by now, it is left alone.
    """
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason", _("At most %(most)d characters.") % {"most": LONGEST_REASON})
    record = writable_day(station=station, day=day, by=by, at=timezone.now())
    if record.remark == reason:
        return record
    if record.remark != seen:
        values = {"who": record.recorded_by or _("Somebody"), "text": record.remark or "—"}
        raise ChangedMeanwhile(record.remark, _("%(who)s changed this meanwhile; it says “%(text)s” now.") % values)
    record.remark = reason
    return _kept(record, by)


def _kept(record: StationDay, by: User) -> StationDay:
    save_day(record, by=by)
    note_change(record.station, record.date)
    return record


def _not_later_than_now(at: datetime | None) -> datetime:
    now = timezone.now()
    if at is not None and at > now:
        raise Invalid("at", _("This time has not come yet."))
    return at or now


def _refuse_when_closed_for_good(station: Station) -> None:
    if station.status == StationStatus.CLOSED:
        raise Refused(_("%(station)s is closed for good.") % {"station": station})


def _clock(at: datetime) -> str:
    return time_format(timezone.localtime(at), "H:i")
