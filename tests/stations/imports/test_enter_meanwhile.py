"""A list that is entered while somebody works on its stations."""

import threading

import pytest
from django.db import connection, transaction

from stations.actions.imports import import_list
from stations.actions.stations import close_station
from stations.choices import StationStatus
from stations.imports.of_stations import STATIONS
from stations.models import Station
from tests.conftest import World
from tests.processes import until
from tests.stations.imports.lists import csv_list

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_changed_meanwhile_is_not_undone(world: World) -> None:
    """The import waits for the person who holds the station, and only then reads it."""
    row = {"站点名称": world.station.name, "地址": world.station.address, "座位数": "8"}
    failures: list[Exception] = []

    def enter() -> None:
        try:
            import_list(STATIONS, by=world.officer, data=csv_list(row))
        except Exception as error:  # noqa: BLE001  # the test shows it
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=enter)
    with transaction.atomic():
        close_station(by=world.officer, station=world.station, reason="搬迁")
        thread.start()
        until(lambda: _is_somebody_waiting() or failures)
    thread.join(20)
    world.station.refresh_from_db()
    assert (failures, world.station.status, world.station.seats) == ([], StationStatus.CLOSED, 8)
    assert Station.history.filter(id=world.station.pk).latest().status == StationStatus.CLOSED


def _is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])
