"""Saying that a station, or all that a unit operates, keeps other hours on some dates."""

from datetime import date, timedelta
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from stations.actions.records import delete_with_history, save_with_history
from stations.changes import mark_changed, mark_many_changed
from stations.exceptions import exception_hours
from stations.models import HoursException, Posting, Station, Unit, User
from stations.plans import ONE_DAY, between
from stations.policies import refuse_if_days_are_counted, refuse_unless_may_edit, refuse_unless_may_lead

LONGEST = timedelta(days=366)


class Said(TypedDict):
    first: date
    last: date
    hours: str
    reason: str


@transaction.atomic
def add_exception(*, by: User, owner: Station | Unit, because: str = "", **said: Unpack[Said]) -> HoursException:
    """From `first` to `last` these hours hold ("off": none) for the station, or for all that the unit operates.

    The public reads the `reason`; `because` stands in the history only.
    """
    exception = HoursException(station=owner) if isinstance(owner, Station) else HoursException(unit=owner)
    return _kept(by, exception, said, because)


@transaction.atomic
def change_exception(*, by: User, exception: HoursException, because: str = "", **said: Unpack[Said]) -> HoursException:
    """Other dates, hours or words; nothing is written when nothing differs."""
    return _kept(by, _locked(exception), said, because)


@transaction.atomic
def remove_exception(*, by: User, exception: HoursException, because: str = "") -> None:
    """The usual hours hold again; history keeps what was said."""
    exception = _locked(exception)
    _refuse_unless_may(by, exception)
    owner = exception.owner
    refuse_if_days_are_counted(owner, exception.first, exception.last)
    delete_with_history(exception, by=by, reason=because)
    _mark(owner)


def refuse_bad_dates(first: date, last: date) -> None:
    """Raises `Invalid`."""
    if last < first:
        raise Invalid("last", _("An exception ends on or after the day it starts."))
    if last - first > LONGEST:
        raise Invalid("last", _("An exception lasts a year at most. Change the opening hours instead."))


def _locked(exception: HoursException) -> HoursException:
    rows = HoursException.objects.select_for_update(of=("self",)).select_related("station", "unit")
    return rows.get(pk=exception.pk)


def _kept(by: User, exception: HoursException, said: Said, because: str) -> HoursException:
    _refuse_unless_may(by, exception)
    refuse_bad_dates(said["first"], said["last"])
    try:
        values = said | {"hours": exception_hours(said["hours"]), "reason": said["reason"].strip()}
    except ValueError as error:
        raise Invalid("hours", str(error)) from error
    if exception.pk and all(getattr(exception, name) == value for name, value in values.items()):
        return exception
    for first, last in _days_concerned(exception, values):
        refuse_if_days_are_counted(exception.owner, first, last)
    for name, value in values.items():
        setattr(exception, name, value)
    exception.by = by
    save_with_history(exception, by=by, reason=because)
    _mark(exception.owner)
    return exception


def _days_concerned(old: HoursException, new: Said) -> list[tuple[date, date]]:
    """From when to when other hours will hold than before; in other words alone they do on no day."""
    if not old.pk:
        return [(new["first"], new["last"])]
    if old.hours != new["hours"]:
        return [(old.first, old.last), (new["first"], new["last"])]
    return [*between(old.first, new["first"]), *between(old.last + ONE_DAY, new["last"] + ONE_DAY)]


def _refuse_unless_may(by: User, exception: HoursException) -> None:
    owner = exception.owner
    if isinstance(owner, Station):
        refuse_unless_may_edit(by, owner)
    else:
        refuse_unless_may_lead(by, owner)


def _mark(owner: Station | Unit) -> None:
    """The first and the last day need no mark: the published weeks and the timetables have them."""
    if isinstance(owner, Station):
        mark_changed([owner.pk])
        return
    operated = Posting.objects.on(timezone.localdate()).filter(operator__path__startswith=owner.path)
    mark_many_changed(operated.values_list("station_id", flat=True).iterator())
