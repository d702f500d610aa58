"""A keeper taps while somebody merges the station: the visit is counted where it belongs, or refused with a word."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import translation

from harbor_portal.lib.errors import Refused
from services.actions.ledger import locked_day
from services.models import Visit, VisitEntry
from stations.actions.merging import merge_stations
from tests.conftest import World
from tests.services.conftest import TODAY, count_visits

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def beside(do: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Do it in a thread with a connection of its own; what came of it is in the list once the thread has ended."""
    came: list[object] = []

    def run() -> None:
        try:
            with translation.override("en"):
                came.append(do())
        except Refused as refused:
            came.append(str(refused))
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def wait_until_it_waits(thread: threading.Thread) -> None:
    """For a lock that this test holds. What PostgreSQL tells of the others is kept for a transaction unless cleared."""
    with connection.cursor() as cursor:
        waiting = 0
        while thread.is_alive() and not waiting:
            cursor.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
            cursor.execute(WAITING)
            (waiting,) = cursor.fetchone()


def test_a_tap_that_was_under_way_goes_along(world: World) -> None:
    count_visits(world.officer, world.sister, 2)
    with transaction.atomic():
        locked_day(world.sister, TODAY, world.officer)
        merging, _came = beside(
            lambda: merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
        )
        wait_until_it_waits(merging)
        count_visits(world.officer, world.sister, 3)
    merging.join()
    assert Visit.objects.get().count == 5
    assert VisitEntry.objects.filter(station=world.station).aggregate(figure=Sum("change"))["figure"] == 5


@pytest.mark.parametrize("has_begun", [True, False], ids=["a day on record", "the first tap of the day"])
def test_a_tap_that_comes_while_it_is_merged_is_told_where_to_record(world: World, *, has_begun: bool) -> None:
    if has_begun:
        count_visits(world.officer, world.sister, 2)
    with transaction.atomic():
        merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
        tapping, came = beside(lambda: count_visits(world.officer, world.sister, 3))
        wait_until_it_waits(tapping)
    tapping.join()
    assert "record there" in str(came)
    assert not Visit.objects.filter(station=world.sister).exists()
