"""Several hang, change and take down plates at one moment: a station bears one of a programme, and nobody is stuck."""

from datetime import date
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from partners.actions.agreements import sign_agreement
from partners.actions.plates import grant_plates, update_plate, withdraw_plates
from partners.models import Plate
from stations.models import Station
from tests.beside import beside, done_beside, wait_until_it_waits
from tests.conftest import World
from tests.factories import make_plate, make_programme
from tests.partners.agreeing import FIRST, draft

pytestmark = pytest.mark.django_db(transaction=True)


def count_of(world: World) -> int:
    return Plate.objects.filter(station=world.station).on(timezone.localdate()).count()


def test_a_plate_by_hand_and_one_by_agreement_are_one(world: World) -> None:
    theirs = make_programme("union_station", "工会驿站")
    agreement = draft(world.officer, world.branch, world.station, kind="recognition", programme=theirs)
    hang = partial(grant_plates, by=world.officer, programme=theirs, stations=[world.station], since=date(2026, 7, 1))
    with transaction.atomic():
        sign_agreement(agreement=agreement, day=FIRST, by=world.officer)
        thread, came = beside(lambda: len(hang().plates))
        wait_until_it_waits(thread)
    thread.join()
    assert came == [0]
    assert count_of(world) == 1


def test_one_by_agreement_waits_for_one_by_hand(world: World) -> None:
    theirs = make_programme("union_station", "工会驿站")
    agreement = draft(world.officer, world.branch, world.station, kind="recognition", programme=theirs)
    with transaction.atomic():
        grant_plates(by=world.officer, programme=theirs, stations=[world.station], since=date(2026, 7, 1))
        thread, came = beside(lambda: sign_agreement(agreement=agreement, day=FIRST, by=world.officer).pk)
        wait_until_it_waits(thread)
    thread.join()
    assert came == [agreement.pk]
    assert count_of(world) == 1


def test_two_agreements_that_grant_the_same_plate_are_signed_at_once(world: World) -> None:
    theirs = make_programme("union_station", "工会驿站")
    first, second = (
        draft(world.officer, world.branch, world.station, kind="recognition", programme=theirs, title=title, since=day)
        for title, day in (("甲", FIRST), ("乙", date(2026, 2, 1)))
    )
    with transaction.atomic():
        sign_agreement(agreement=first, day=FIRST, by=world.officer)
        thread, came = beside(lambda: sign_agreement(agreement=second, day=FIRST, by=world.officer).pk)
        wait_until_it_waits(thread)
    thread.join()
    assert came == [second.pk]
    assert count_of(world) == 1


def test_whoever_takes_a_plate_down_does_not_lock_out_who_changes_it(world: World) -> None:
    plate = make_plate(world.station, make_programme())
    with transaction.atomic():
        Station.objects.select_for_update().get(pk=world.station.pk)
        thread, came = beside(lambda: withdraw_plates(by=world.officer, plates=[plate], last=date(2026, 8, 1)))
        wait_until_it_waits(thread)
        update_plate(by=world.officer, plate=plate, number="济A-001")
    thread.join()
    assert came == [1]
    plate.refresh_from_db()
    assert (plate.number, plate.until) == ("济A-001", date(2026, 8, 1))
    assert done_beside(lambda: withdraw_plates(by=world.officer, plates=[plate], last=date(2026, 8, 1))) == 0
