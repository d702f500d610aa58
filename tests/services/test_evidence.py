"""Openings and visitors prove that a station is where it is said to be, and open; at no cost to the taps of a day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from services.actions.answers import confirm_open
from services.actions.checkins import check_in
from services.actions.days import nil_return, open_day
from services.actions.visits import Bucket, Sender, add_visits
from services.choices import FeedbackKind, Method, Source, WorkerGroup
from stations.choices import HowChecked
from stations.models import Amenity, FactCheck
from tests.conftest import World
from tests.office.desk import as_
from tests.services.conftest import TODAY, sender
from tests.services.feedback import tell

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


def told(world: World) -> set[tuple[str, int | None]]:
    """Which facts the word of a visitor has proved, and which officer looked into it."""
    checks = FactCheck.objects.filter(station=world.station, how=HowChecked.PUBLIC, at=timezone.now())
    return set(checks.values_list("what", "by"))


def test_who_thanks_was_there_and_found_it_open(world: World) -> None:
    tell(world.station, FeedbackKind.PRAISE)
    assert told(world) == {("place", None), ("hours", None)}


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (FeedbackKind.WRONG_PLACE, {"place"}),
        (FeedbackKind.ARRIVED_BUT_CLOSED, {"hours"}),
        (FeedbackKind.REFUSED, {"entry"}),
        (FeedbackKind.BROKEN, {"amenity:water"}),
        (FeedbackKind.IDEA, set()),
    ],
)
def test_a_report_that_turned_out_unfounded_proves_what_it_doubted(
    world: World, kind: FeedbackKind, facts: set[str]
) -> None:
    about: Any = {"amenity": Amenity.objects.get(code="water")} if kind == FeedbackKind.BROKEN else {}
    entry = tell(world.station, kind, **about)
    page = f"/admin/services/feedback/{entry.pk}/"
    client = as_(world.officer)
    assert ("counts as a check" in client.get(f"{page}change/").text) == bool(facts)
    client.post(f"{page}answer/", {"answer": "已核实无误", "unfounded": "1"})
    assert told(world) == {(fact, world.officer.pk) for fact in facts}
