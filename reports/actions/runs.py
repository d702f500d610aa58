"""Forgetting runs that nobody asks for any more."""

from datetime import datetime, timedelta

from django.db.models import Max

from reports.choices import RunState
from reports.models import Reminder, RollupRun

RUNS_KEPT = timedelta(days=60)
REMINDERS_KEPT = timedelta(days=400)


def sweep_old(*, at: datetime) -> int:
    """Delete old reminders, and old runs that went well, except for the last of each month; how many.

    A month that was never run again is known to be added up by its last run alone.
    """
    done = RollupRun.objects.filter(state=RunState.DONE)
    last = done.order_by().values("month").annotate(last=Max("pk")).values("last")
    old = done.filter(started_at__lt=at - RUNS_KEPT).exclude(pk__in=last)
    reminders = Reminder.objects.filter(made_at__lt=at - REMINDERS_KEPT)
    return sum(rows.delete()[0] for rows in (old, reminders))
