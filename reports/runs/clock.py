"""What runs by the clock: the worker notes when each job begins and how it ends, so that one sees if it does not.

The jobs are those of the schedule (harbor_portal/celery.py). Whatever else asks for one of them in between counts as
much as the clock.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from celery import current_app
from celery.schedules import maybe_schedule
from celery.signals import task_failure, task_postrun, task_prerun
from django.db import Error as DatabaseFailure
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, Max, Q
from django.utils import timezone

from reports.choices import RunState
from reports.models import Bundle, ClockedJob, RollupRun

logger = logging.getLogger(__name__)

SELDOM = timedelta(seconds=30)
"""A job that is asked for again and again is noted so often at most."""
LONG = timedelta(minutes=30)
"""No job takes so long; one that seems to has hung, or its worker was killed."""
GRACE = timedelta(minutes=15)
"""So late a job may begin before anybody is told: the worker does one after the other."""
SOON = timedelta(hours=1)
"""What comes so often would have run by now; of what comes once a night or month nobody knows yet."""

State = Literal["done", "running", "stuck", "late", "failed", "never"]
ALARMING = ("stuck", "late", "failed")


@dataclass(frozen=True)
class Job:
    """One entry of the schedule. `line` is None until it first ran."""

    name: str
    task: str
    line: ClockedJob | None
    due_at: datetime | None
    state: State

    @property
    def is_alarming(self) -> bool:
        return self.state in ALARMING


def jobs(now: datetime) -> list[Job]:
    """Every job of the schedule, with how it stands. Two queries."""
    lines = {line.task: line for line in ClockedJob.objects.all()}
    since = _set_up_at() or now
    entries = sorted(current_app.conf.beat_schedule.items())
    return [_job(name, entry, lines.get(entry["task"]), since, now) for name, entry in entries]


def _set_up_at() -> datetime | None:
    """When the portal was installed, or an upgrade last changed its tables: from then on the clock is to run."""
    newest: datetime | None = MigrationRecorder.Migration.objects.aggregate(Max("applied"))["applied__max"]
    return newest


def alarms(now: datetime) -> list[Job]:
    return [job for job in jobs(now) if job.is_alarming]


def stuck_rollups(now: datetime) -> Any:
    """Roll-ups that began long ago and have not ended."""
    return RollupRun.objects.filter(state=RunState.STARTED, started_at__lt=now - LONG)


def stuck_bundles(now: datetime) -> Any:
    """Bundles of reports of which no file was finished for long."""
    return Bundle.objects.being_made().filter(moved_at__lt=now - LONG)


def _job(name: str, entry: Mapping[str, Any], line: ClockedJob | None, since: datetime, now: datetime) -> Job:
    schedule: Any = maybe_schedule(entry["schedule"], app=current_app)
    due_at = now + schedule.remaining_estimate(line.begun_at if line else since)
    state = _state(line, due_at, now) if line else _unknown(due_at, since, now)
    return Job(name, entry["task"], line, due_at, state)


def _unknown(due_at: datetime, since: datetime, now: datetime) -> State:
    """A job that never ran: one that should have, soon after the portal was set up, tells that no clock runs."""
    return "late" if due_at - since <= SOON and due_at < now - GRACE else "never"


def _state(line: ClockedJob, due_at: datetime, now: datetime) -> State:
    if line.ended_at is None:
        return "stuck" if line.begun_at < now - LONG else "running"
    if due_at < now - GRACE:
        return "late"
    return "failed" if line.failures else "done"


# --- what the worker notes ---------------------------------------------------------------------------------------

_noted: set[str] = set()
"""The ids of the tasks under way of which the beginning was noted."""
_failed: dict[str, str] = {}


def note_begun(task: str, at: datetime) -> bool:
    """Whether it is the first for a while."""
    lines = ClockedJob.objects.filter(task=task)
    if lines.filter(Q(ended_at=None) | Q(begun_at__lt=at - SELDOM)).update(begun_at=at, ended_at=None):
        return True
    return ClockedJob.objects.get_or_create(task=task, defaults={"begun_at": at})[1]


def note_ended(task: str, at: datetime, *, result: int | None = None, error: str = "") -> None:
    lines = ClockedJob.objects.filter(task=task)
    if error:
        lines.update(ended_at=at, result=None, error=error, failures=F("failures") + 1)
    else:
        lines.update(ended_at=at, done_at=at, result=result, error="", failures=0)


def listen() -> None:
    """Have the worker of this process note its jobs."""
    task_prerun.connect(_begun, dispatch_uid="clock begun")
    task_failure.connect(_gone_wrong, dispatch_uid="clock failed")
    task_postrun.connect(_ended, dispatch_uid="clock ended")


def _scheduled() -> Iterator[str]:
    return (entry["task"] for entry in current_app.conf.beat_schedule.values())


def _begun(*, task_id: str, task: Any, **_signal: Any) -> None:
    if task.name not in _scheduled():
        return
    try:
        if note_begun(task.name, timezone.now()):
            _noted.add(task_id)
    except DatabaseFailure as error:  # the job itself will say what is wrong
        logger.warning("the beginning of %s could not be noted: %s", task.name, error)


def _gone_wrong(*, task_id: str, exception: BaseException, **_signal: Any) -> None:
    if task_id in _noted:
        _failed[task_id] = f"{type(exception).__name__}: {exception}"


def _ended(*, task_id: str, task: Any, retval: Any = None, **_signal: Any) -> None:
    if task_id not in _noted:
        return
    _noted.discard(task_id)
    error = _failed.pop(task_id, "")
    try:
        note_ended(task.name, timezone.now(), result=retval if isinstance(retval, int) else None, error=error)
    except DatabaseFailure as failure:
        logger.warning("the end of %s could not be noted: %s", task.name, failure)
