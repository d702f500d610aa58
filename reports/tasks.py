"""The roll-ups that run by the clock (the times stand in harbor_portal/celery.py)."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date

from celery import shared_task
from django.utils import timezone

from harbor_portal.lib.months import Month
from harbor_portal.lib.queue import send_on_commit
from reports.actions import bundles
from reports.actions.anomalies import find_anomalies, months_to_look_at
from reports.actions.assessments import look_ahead
from reports.actions.reminders import remind
from reports.actions.runs import sweep_old as sweep
from reports.actions.star_runs import work_on_left_behind, work_out
from reports.actions.star_warnings import warn_of_falling
from reports.actions.summaries import renew_summaries, sweep_summaries
from reports.actions.targets import measure_all
from reports.models import Bundle
from reports.rollups.adding_up import AlreadyRunning, months_behind, roll_up
from services.models import LedgerChange

logger = logging.getLogger(__name__)


@shared_task
def roll_up_month(month: str, *, full: bool = False) -> int:
    """Bring one month ("2026-10") up to date; the number of rows written, 0 if another run is at it already."""
    try:
        return roll_up(Month.parse(month), full=full).rows
    except AlreadyRunning as error:
        logger.info("%s", error)
        return 0


@shared_task
def roll_up_running_month() -> int:
    return roll_up_month(str(Month.of(timezone.localdate())))


@shared_task
def roll_up_last_month() -> int:
    return roll_up_month(str(Month.of(timezone.localdate()).plus(-1)))


@shared_task
def catch_up_rollups() -> int:
    """Roll up what a missed or failed run left behind; the number of months that are now as they should be."""
    return len(list(_rows_of(months_behind(timezone.now()))))


@shared_task
def follow_ledger() -> int:
    """Take up what was recorded since the last run in the running and the last month; the number of rows written.

    So completeness and figures follow the doors within a quarter of an hour.
    """
    today = Month.of(timezone.localdate())
    noted = LedgerChange.objects.filter(month__in=[today.first, today.plus(-1).first])
    return sum(_rows_of(Month.of(first) for first in sorted(set(noted.values_list("month", flat=True)))))


def _rows_of(months: Iterable[Month]) -> Iterator[int]:
    """How many rows were written of each month that could be rolled up."""
    for month in months:
        try:
            yield roll_up_month(str(month))
        except Exception:  # one month must not keep the others waiting; its run says what went wrong
            logger.exception("%s could not be rolled up", month)


@shared_task
def keep_summaries() -> int:
    """Make the sums of large units anew of which something has changed, before somebody asks; how many."""
    return renew_summaries(today=timezone.localdate())


@shared_task
def remind_of_deadlines() -> int:
    """Remind those whose month misses something shortly before its deadline; how many mails went out."""
    return remind(at=timezone.now())


@shared_task
def sweep_runs() -> int:
    """Forget the runs, reminders and summaries that nobody asks for any more; how many."""
    return sweep(at=timezone.now()) + sweep_summaries(today=timezone.localdate())


@shared_task
def look_for_anomalies(month: str = "") -> int:
    """Look at the figures of that month, or of the running and the last one; how many findings there are."""
    now = timezone.now()
    months = [Month.parse(month)] if month else months_to_look_at(timezone.localdate(now))
    return sum(find_anomalies(month=one, at=now).found for one in months)


@shared_task
def measure_targets() -> int:
    """How far targets have come, by what was added up last night; how many."""
    return measure_all(today=timezone.localdate())


@shared_task
def work_out_stars(run: int) -> int:
    """Of one assessment, as somebody asked; 0 if another worker is at it, or has done it."""
    return int(work_out(pk=run))


@shared_task
def sweep_star_runs() -> int:
    """Work out the stars that a worker left behind; how many assessments."""
    return work_on_left_behind()


@shared_task
def look_after_stars() -> int:
    """What the stars that hold would be by now; how many would fall. Whoever looks after one is warned once."""
    count = look_ahead(today=timezone.localdate())
    warn_of_falling(at=timezone.now())
    return count


@shared_task
def make_bundles() -> int:
    """Make the bundles of reports that were asked for; how many."""
    return bundles.make_waiting()


@shared_task
def sweep_bundles() -> int:
    """Erase bundles whose time is over; how many. What a lost message or a dead worker left behind is made."""
    expired = bundles.sweep_bundles(at=timezone.now())
    if Bundle.objects.being_made().exists():
        send_on_commit(make_bundles)
    return expired


def look_after_list(months: Iterable[date]) -> None:
    """A list of visits was entered, or taken back."""
    for month in sorted(set(months)):
        send_on_commit(look_for_anomalies, str(Month.of(month)))
