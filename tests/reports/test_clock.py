"""The page of runs, and the alarm when a job by the clock is late, fails or does not end."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery import current_app, shared_task
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from reports import tasks
from reports.actions.runs import sweep_old
from reports.models import ClockedJob, Reminder, RollupRun
from reports.rollups.adding_up import roll_up
from reports.runs import clock
from reports.runs.clock import alarms, jobs, note_begun, note_ended, stuck_rollups
from reports.runs.job_words import TITLES
from tests.conftest import World
from tests.reports.builders import OCTOBER, count, october

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGLISH = {"accept-language": "en"}
NOON = datetime(2026, 10, 20, 12, tzinfo=SHANGHAI)
NIGHTLY, OFTEN = "reports.tasks.roll_up_running_month", "stations.tasks.publish_changes"


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def state(task: str, at: datetime = NOON) -> str:
    return next(job.state for job in jobs(at) if job.task == task)


def ran(task: str, at: datetime, **how: Any) -> None:
    note_begun(task, at)
    note_ended(task, at + timedelta(seconds=2), **how)


def test_every_job_of_the_schedule_has_a_name_that_people_read() -> None:
    assert set(TITLES) == set(current_app.conf.beat_schedule)


def test_a_job_is_done_until_its_next_time_has_passed() -> None:
    assert state(NIGHTLY) == "never"
    assert alarms(NOON) == [], "a portal that was just installed has missed nothing"
    ran(NIGHTLY, datetime(2026, 10, 20, 2, 30, tzinfo=SHANGHAI), result=5)
    assert state(NIGHTLY) == "done"
    job = next(job for job in jobs(NOON) if job.task == NIGHTLY)
    assert job.due_at == datetime(2026, 10, 21, 2, 30, tzinfo=SHANGHAI)
    ClockedJob.objects.update(begun_at=datetime(2026, 10, 19, 2, 30, tzinfo=SHANGHAI))
    assert state(NIGHTLY) == "late"
    ran(OFTEN, NOON - timedelta(minutes=10))
    assert state(OFTEN) == "done", "late is who is more than a quarter of an hour behind"
    ClockedJob.objects.filter(task=OFTEN).update(begun_at=NOON - timedelta(minutes=20))
    assert state(OFTEN) == "late"


def test_a_clock_that_never_ran_is_told_a_quarter_of_an_hour_after_the_portal_was_set_up(client: Client) -> None:
    MigrationRecorder.Migration.objects.all().delete()
    MigrationRecorder.Migration.objects.create(app="reports", name="0001_initial", applied=NOON)
    soon, later, days_after = (NOON + timedelta(minutes=minutes) for minutes in (14, 17, 3000))
    with time_machine.travel(soon, tick=False):
        assert alarms(soon) == [], "a first start has missed nothing"
    with time_machine.travel(later, tick=False):
        assert OFTEN in {job.task for job in alarms(later)}
        assert "warning: “publish noted changes” is late" in client.get("/healthz/ready").text
        ran(OFTEN, later)
        assert state(OFTEN, later) == "done"
    with time_machine.travel(days_after, tick=False):
        assert state(NIGHTLY, days_after) == "never", "an upgrade may have brought it just now"


def test_a_job_that_does_not_end_is_stuck_and_one_that_fails_says_why() -> None:
    note_begun(NIGHTLY, NOON - timedelta(minutes=10))
    assert state(NIGHTLY) == "running"
    ClockedJob.objects.update(begun_at=NOON - timedelta(minutes=40))
    assert state(NIGHTLY) == "stuck"
    for _again in range(2):
        ran(NIGHTLY, NOON - timedelta(minutes=1), error="OperationalError: no space left")
    assert state(NIGHTLY) == "failed"
    assert ClockedJob.objects.get().failures == 2
    ran(NIGHTLY, NOON, result=7)
    line = ClockedJob.objects.get()
    assert (line.failures, line.error, line.result, state(NIGHTLY)) == (0, "", 7, "done")


def test_what_is_asked_for_again_and_again_is_noted_seldom() -> None:
    assert note_begun(OFTEN, NOON)
    note_ended(OFTEN, NOON)
    assert not note_begun(OFTEN, NOON + timedelta(seconds=5))
    assert note_begun(OFTEN, NOON + timedelta(seconds=31))


def test_the_worker_notes_what_it_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    count(world.station, october(1), 3)
    tasks.roll_up_running_month.apply()
    line = ClockedJob.objects.get()
    assert (line.task, line.result, line.error) == (NIGHTLY, 5, "")

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(tasks, "roll_up", broken)
    ClockedJob.objects.update(begun_at=NOON - timedelta(days=1))
    tasks.roll_up_running_month.apply()
    line.refresh_from_db()
    assert (line.error, line.failures) == ("RuntimeError: no space left", 1)
    assert not clock._noted
    assert not clock._failed


def test_other_tasks_are_not_noted() -> None:
    @shared_task(name="tests.seldom")
    def seldom() -> int:
        return 1

    seldom.apply()
    assert not ClockedJob.objects.exists()


def test_the_operator_reads_the_page_and_is_told_on_the_desk(world: World, client: Client) -> None:
    ran(NIGHTLY, NOON - timedelta(days=2), error="OperationalError: no space left")
    RollupRun.objects.create(month=OCTOBER.first, started_at=NOON - timedelta(hours=1))
    Reminder.objects.create(
        user=world.officer, month=OCTOBER.first, days_before=3, due_date=october(9), made_at=NOON, days=4
    )
    address = reverse("admin:runs")
    client.force_login(world.officer)
    assert client.get(address).status_code == 403
    client.force_login(world.admin)
    shown = client.get(address, headers=ENGLISH).content.decode()
    for text in ("Roll up the running month", "OperationalError: no space left", "Late", "2026-10", "1 roll-up began"):
        assert text in shown
    desk = client.get(reverse("admin:index"), headers=ENGLISH).content.decode()
    assert "jobs by the clock late, failed or stuck" in desk
    assert f'href="{address}"' in desk
    assert stuck_rollups(NOON).count() == 1
    ready = client.get("/healthz/ready").content.decode()
    assert "warning: “roll up the running month” is late" in ready


def test_what_is_recorded_shows_within_a_quarter_of_an_hour(world: World) -> None:
    assert tasks.follow_ledger() == 0
    assert not RollupRun.objects.exists(), "nothing to do leaves no line"
    count(world.station, october(19), 3)
    count(world.station, OCTOBER.plus(-1).first, 3)
    count(world.station, OCTOBER.plus(-5).first, 3)
    tasks.follow_ledger()
    assert {run.month for run in RollupRun.objects.all()} == {OCTOBER.first, OCTOBER.plus(-1).first}


def test_old_runs_and_reminders_are_forgotten_but_for_the_last_of_each_month(world: World) -> None:
    may = OCTOBER.plus(-5)
    for day in (1, 2):
        roll_up(may, at=datetime(2026, 6, day, 2, tzinfo=SHANGHAI))
    roll_up(OCTOBER, at=NOON)
    Reminder.objects.create(
        user=world.officer, month=may.first, days_before=3, due_date=may.last, made_at=NOON - timedelta(days=500)
    )
    assert sweep_old(at=NOON) == 2
    assert RollupRun.objects.filter(month=may.first).get().started_at.astimezone(SHANGHAI).day == 2
    assert tasks.sweep_runs() == 0
