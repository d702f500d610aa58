"""A worker that is killed in the middle of a roll-up leaves nothing half done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from reports.choices import RunState
from reports.models import RollupRun, StationMonth
from reports.rollups import roll_up
from reports.tasks import catch_up_rollups, roll_up_month
from services.choices import Method
from services.models import LedgerChange
from tests.conftest import World
from tests.processes import kill, send, start, start_worker, until
from tests.reports.builders import OCTOBER, Figures, count, figures, hand_over, october, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def undisturbed(world: World) -> Figures:
    """A ledger that is waiting to be rolled up, and what comes of it if nobody disturbs."""
    for day in range(1, 29):
        record(world.station, october(day), Method.TALLY)
        count(world.station, october(day), day)
        count(world.sister, october(day), 2 * day, method=Method.SCAN)
    hand_over(world.station, october(16), world.other_bank)
    with transaction.atomic():
        roll_up(OCTOBER, full=True)
        expected = figures()
        transaction.set_rollback(True)
    assert expected[1]
    assert figures() == ([], [])
    return expected


@contextmanager
def stopped_in_the_middle(world: World) -> Iterator[Callable[[], None]]:
    """Let a roll-up take the marks and write visits, and wait for good when it writes the month of a station.

    Gives a function that returns once the other process stands there.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        StationMonth.objects.create(
            posting=world.sister.postings.get(), month=OCTOBER.first, first_day=OCTOBER.first, last_day=OCTOBER.last
        )
        yield lambda: until(lambda: _waiting(cursor))
        transaction.set_rollback(True)


def _waiting(cursor: Any) -> bool:
    cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted")
    return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("full", [False, True])
def test_a_killed_command_leaves_the_same_figures_to_the_next(
    world: World, tmp_path: Path, undisturbed: Figures, full: bool
) -> None:
    with stopped_in_the_middle(world) as wait:
        process = start("manage.py", "roll_up_month", "2026-10", *(["--full"] if full else []), var=tmp_path)
        wait()
        kill(process)
    assert figures() == ([], [])
    until(lambda: _backends() == 0)
    assert roll_up(OCTOBER, full=full).state == RunState.DONE
    assert figures() == undisturbed
    assert [run.state for run in RollupRun.objects.order_by("pk")] == [RunState.FAILED, RunState.DONE]
    assert not LedgerChange.objects.exists()


def test_a_killed_worker_leaves_the_same_figures_to_the_sweep(
    world: World, tmp_path: Path, undisturbed: Figures
) -> None:
    worker = start_worker(tmp_path, pool="prefork")
    with stopped_in_the_middle(world) as wait:
        send(roll_up_month, (str(OCTOBER),))
        try:
            wait()
        finally:
            kill(worker)
    until(lambda: _backends() == 0)
    assert RollupRun.objects.get().state == RunState.STARTED
    assert catch_up_rollups() >= 1
    assert figures() == undisturbed
    assert [run.state for run in RollupRun.objects.filter(month=OCTOBER.first).order_by("pk")] == ["failed", "done"]


def _backends() -> int:
    """Connections other than ours that still hold an advisory lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
