"""The roll-ups that run by the clock (the times stand in harbor_portal/celery.py)."""

import logging
from collections.abc import Iterable
from datetime import date

from celery import shared_task
from django.utils import timezone

from harbor_portal.lib.months import Month
from harbor_portal.lib.queue import send_on_commit
from reports.actions.anomalies import find_anomalies, months_to_look_at
from reports.rollups import AlreadyRunning, months_behind, roll_up

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
    """Roll up what a missed or failed run left behind; the number of months."""
    behind = months_behind(timezone.now())
    for month in behind:
        try:
            roll_up_month(str(month))
        except Exception:  # one month must not keep the others waiting; its run says what went wrong
            logger.exception("%s could not be rolled up", month)
    return len(behind)


@shared_task
def look_for_anomalies(month: str = "") -> int:
    """Look at the figures of that month, or of the running and the last one; how many findings there are."""
    now = timezone.now()
    months = [Month.parse(month)] if month else months_to_look_at(timezone.localdate(now))
    return sum(find_anomalies(month=one, at=now).found for one in months)


def look_after_list(months: Iterable[date]) -> None:
    """A list of visits was entered, or taken back."""
    for month in sorted(set(months)):
        send_on_commit(look_for_anomalies, str(Month.of(month)))
