"""Keeping the calendar of public holidays and make-up workdays."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from stations.actions.records import delete_with_history, save_with_history
from stations.changes import mark_everything_changed
from stations.models import CalendarDay, User
from stations.policies import refuse_unless_calendar_keeper

MOST_DAYS = 31
"""No holiday is longer; more is a slip in the year."""


@transaction.atomic
def announce_days(*, by: User, first: date, last: date, kind: str, name: str, status: str) -> list[CalendarDay]:
    """Each day from `first` to `last` is such a day, whatever it was before; what is so already is left as it is."""
    refuse_unless_calendar_keeper(by)
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise Invalid("last", _("The last day follows the first one within a month."))
    values = {"kind": kind, "name": name.strip(), "status": status}
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    known = {row.date: row for row in CalendarDay.objects.select_for_update().filter(date__in=days)}
    rows = [known.get(day) or CalendarDay(date=day) for day in days]
    changed = [row for row in rows if any(getattr(row, field) != value for field, value in values.items())]
    for row in changed:
        for field, value in values.items():
            setattr(row, field, value)
        save_with_history(row, by=by, reason="")
    if changed:
        mark_everything_changed()
    return rows


@transaction.atomic
def forget_day(*, by: User, day: CalendarDay) -> None:
    """The day is an ordinary one after all."""
    refuse_unless_calendar_keeper(by)
    delete_with_history(day, by=by, reason="")
    mark_everything_changed()
