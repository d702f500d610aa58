"""Openings and visitors prove that a station is where it is said to be, and open; at no cost to the taps of a day."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from services.actions.answers import confirm_open
from services.actions.checkins import check_in
from services.actions.days import nil_return, open_day
from services.actions.visits import Bucket, Sender, add_visits
from services.choices import Method, Source, WorkerGroup
from stations.choices import HowChecked
from stations.models import FactCheck
from tests.conftest import World
from tests.services.conftest import TODAY, sender

COURIER = WorkerGroup.COURIER


def seen(world: World) -> set[tuple[str, int | None]]:
    """Which facts of the station were proved by somebody's presence, and by whom."""
    checks = FactCheck.objects.filter(station=world.station, how=HowChecked.VISIT, at=timezone.now())
    return set(checks.values_list("what", "by"))


def _open(world: World) -> None:
    open_day(station=world.station, day=TODAY, by=world.keeper)


def _nil(world: World) -> None:
    nil_return(station=world.station, day=TODAY, by=world.keeper)


def _count(world: World) -> None:
    bucket = Bucket(world.station, TODAY, COURIER, Method.TALLY)
    add_visits(bucket=bucket, count=1, sender=sender(world.keeper))


def _confirm(world: World) -> None:
    confirm_open(station=world.station, by=world.keeper)


@pytest.mark.parametrize("act", [_open, _nil, _count, _confirm])
def test_a_sign_of_life_checks_place_and_hours(world: World, act: Callable[[World], None]) -> None:
    act(world)
    assert seen(world) == {("place", world.keeper.pk), ("hours", world.keeper.pk)}


def test_a_visitor_who_checks_in_proves_it_without_being_named(world: World) -> None:
    check_in(station=world.station, group=COURIER, device="one", at=timezone.now())
    assert seen(world) == {("place", None), ("hours", None)}


def test_only_the_first_sign_of_a_day_is_written(world: World) -> None:
    _count(world)
    FactCheck.objects.all().delete()
    _count(world)
    check_in(station=world.station, group=COURIER, device="one", at=timezone.now())
    assert not FactCheck.objects.exists()


def test_what_is_written_down_later_was_not_seen_now(world: World) -> None:
    yesterday = TODAY - timedelta(1)
    nil_return(station=world.station, day=yesterday, by=world.keeper)
    typed = Sender(world.keeper, Source.DAY_SHEET, uuid4())
    add_visits(bucket=Bucket(world.station, TODAY, COURIER, Method.LEDGER), count=9, sender=typed)
    assert not FactCheck.objects.exists()
