"""Suspensions end by themselves."""

from datetime import date
from typing import Any

import pytest
from celery import current_app
from celery.schedules import crontab

from stations.actions.suspensions import end_suspensions
from stations.choices import StationStatus
from stations.models import MapChange, Station
from tests.factories import make_station

TODAY = date(2026, 11, 26)


def suspended(until: date | None, **fields: Any) -> Station:
    return make_station(
        status=StationStatus.SUSPENDED,
        suspended_from=date(2026, 11, 1),
        suspended_until=until,
        suspended_reason="装修",
        **fields,
    )


def test_the_day_after_its_last_day_a_station_is_on_the_map_again(db: None) -> None:
    station = suspended(date(2026, 11, 25))
    assert end_suspensions(today=TODAY) == 1
    station.refresh_from_db()
    assert (station.status, station.suspended_from, station.suspended_until, station.suspended_reason) == (
        *("published", None, None),
        "",
    )
    line = station.history.latest()
    assert (line.history_user, bool(line.history_change_reason)) == (None, True)
    assert set(MapChange.objects.values_list("station", flat=True)) == {station.pk}
    assert end_suspensions(today=TODAY) == 0


@pytest.mark.parametrize("until", [TODAY, date(2026, 12, 31), None])
def test_a_suspension_that_lasts_is_left_alone(db: None, until: date | None) -> None:
    station = suspended(until)
    assert end_suspensions(today=TODAY) == 0
    station.refresh_from_db()
    assert station.status == StationStatus.SUSPENDED


def test_what_has_no_place_stays_off_the_map(db: None) -> None:
    suspended(date(2026, 11, 25), longitude=None, latitude=None)
    assert end_suspensions(today=TODAY) == 0


def test_it_runs_after_midnight_and_every_hour_for_a_night_on_which_nothing_ran(db: None) -> None:
    suspended(date(2026, 11, 1))
    assert current_app.conf.beat_schedule["end suspensions"]["schedule"] == crontab("1")
    assert current_app.tasks["stations.tasks.end_suspensions"]() == 1
