"""Facts fade: when each was last seen to be right, and when somebody has to look again."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from stations.actions.facts import record_checks
from stations.choices import HostKind, HowChecked
from stations.facts import ENTRY, HOURS, PHONE, PLACE, SEEN_OPEN, days_of
from stations.models import FactCheck, Freshness, MapChange, Station
from tests.conftest import World
from tests.factories import make_schedule, make_station

TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel("2026-11-18T04:00:00Z", tick=False):
        yield


def freshness(station: Station) -> tuple[date | None, date]:
    """Since when staff have checked it, and when the next look is due."""
    found = Freshness.objects.get(station=station)
    return (timezone.localdate(found.checked_at) if found.checked_at else None), found.due_date


def test_a_station_is_checked_when_each_core_fact_was_and_due_by_the_first_that_fades(world: World) -> None:
    facts = [PLACE, HOURS, ENTRY, "amenity:water", "amenity:toilet"]
    record_checks(station=world.station, what=facts[1:], how=HowChecked.STAFF, by=world.officer)
    assert freshness(world.station) == (None, TODAY)  # nobody has looked at the place yet
    record_checks(station=world.station, what=facts[:1], how=HowChecked.INSPECTION, by=world.officer)
    assert freshness(world.station) == (TODAY, TODAY + timedelta(180))
    assert set(FactCheck.objects.values_list("what", "how", "by")) == {
        *((fact, "staff", world.officer.pk) for fact in facts[1:]),
        (PLACE, "inspection", world.officer.pk),
    }
    assert MapChange.objects.filter(station=world.station, is_live_only=False).exists()


def test_what_moves_or_expires_is_looked_at_sooner() -> None:
    assert days_of(PLACE, HostKind.BANK_BRANCH) == 365
    assert days_of(HOURS, HostKind.BANK_BRANCH) == 180
    assert days_of("amenity:medicine", HostKind.BANK_BRANCH) == 90
    assert days_of(PLACE, HostKind.SHOP) == days_of(HOURS, HostKind.SHOP) == 90
    assert days_of("amenity:medicine", HostKind.MOBILE) == 30


@pytest.mark.django_db
def test_what_is_not_told_is_not_due() -> None:
    bare = make_station(host_kind=HostKind.MOBILE)
    record_checks(station=bare, what=[PLACE, ENTRY], how=HowChecked.STAFF)
    assert freshness(bare) == (TODAY, TODAY + timedelta(30))
    full = make_station(phone="0531-1234567", schedule=make_schedule())
    record_checks(station=full, what=[PLACE, ENTRY], how=HowChecked.STAFF)
    assert freshness(full) == (None, TODAY)
    record_checks(station=full, what=[HOURS, PHONE], how=HowChecked.STAFF)
    assert freshness(full) == (TODAY, TODAY + timedelta(180))


def test_visitors_and_openings_keep_one_row_each_and_only_move_it_forward(world: World) -> None:
    everything = [PLACE, HOURS, ENTRY, "amenity:water", "amenity:toilet"]
    before = timezone.now() - timedelta(170)
    record_checks(station=world.station, what=everything, how=HowChecked.STAFF, by=world.officer, at=before)
    for back in (3, 0, 7):
        seen = timezone.now() - timedelta(back)
        record_checks(station=world.station, what=SEEN_OPEN, how=HowChecked.VISIT, at=seen)
    visits = FactCheck.objects.filter(how=HowChecked.VISIT)
    assert set(visits.values_list("what", "at")) == {(fact, timezone.now()) for fact in SEEN_OPEN}
    # The entry is what is due next; and an opening is no check by staff.
    assert freshness(world.station) == (timezone.localdate(before), TODAY + timedelta(10))


def test_nothing_checked_writes_nothing(world: World) -> None:
    record_checks(station=world.station, what=[], how=HowChecked.STAFF, by=world.officer)
    assert not FactCheck.objects.exists()
    assert not MapChange.objects.exists()
