"""A worker that is killed in the middle of a roll-up leaves nothing half done."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from reports.choices import RunState
from reports.models import RollupRun, StationMonth
from reports.rollups.adding_up import roll_up
from reports.tasks import catch_up_rollups, roll_up_month
from services.choices import Method
from services.models import LedgerChange
from tests.conftest import World
from tests.processes import kill, killed_after, killed_before, send, start_worker, until
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
    assert figures() == ([], [], [])
    return expected


@contextmanager
def stopped_in_the_middle(world: World) -> Iterator[Callable[[], None]]:
    """Let a roll-up take the marks and write visits, and wait for good when it writes the month of a station.

    Gives a function that returns once the other process stands there.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        StationMonth.objects.create(
            posting=world.sister.postings.get(),
            month=OCTOBER.first,
            first_day=OCTOBER.first,
            last_day=OCTOBER.last,
            through=OCTOBER.last,
        )
        yield lambda: until(lambda: _waiting(cursor))
        transaction.set_rollback(True)


def _waiting(cursor: Any) -> bool:
    """Whether somebody in this database waits for another's transaction; `pg_locks` names no database for those.

    Who is connected is read once in a transaction, unless that is forgotten.
    """
    cursor.execute("SELECT pg_stat_clear_snapshot()")
    cursor.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE datname = current_database() AND locktype = 'transactionid' AND NOT granted"
    )
    return bool(cursor.fetchone()[0])


STATEMENTS = range(1, 41, 4)
"""Before which a roll-up is killed; it has some forty."""
SHARES = [random.Random(20261031).random() for _number in range(10)]  # no secret
"""Of the time that it takes, after which it is killed wherever it is."""


def seconds_of(do: Callable[[], object]) -> float:
    """How long it takes; what it does is undone."""
    begun = time.monotonic()
    with transaction.atomic():
        do()
        transaction.set_rollback(True)
    return time.monotonic() - begun


def test_killed_at_twenty_moments_the_figures_are_as_if_nobody_had_been(undisturbed: Figures) -> None:
    nothing, whole = figures(), seconds_of(partial(roll_up, OCTOBER, full=True))
    kills = [partial(killed_before, number) for number in STATEMENTS]
    kills += [partial(killed_after, share * whole) for share in SHARES]
    deaths = 0
    for number, kill_it in enumerate(kills):
        deaths += kill_it(partial(roll_up, OCTOBER, full=bool(number % 2)))
        assert figures() in (nothing, undisturbed), f"added up by half: {kill_it}"
    assert deaths > 10, "most died before they had finished"
    assert roll_up(OCTOBER).state == RunState.DONE
    assert figures() == undisturbed
    assert not LedgerChange.objects.exists()
    assert set(RollupRun.objects.values_list("state", flat=True)) == {RunState.FAILED, RunState.DONE}


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
    with time_machine.travel(OCTOBER.plus(1).first):  # later, the sweep would add up later months as well
        assert catch_up_rollups() == 1
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
