"""Sums foot: whatever the ledger, the parts of a total are that total, however it is cut."""

from datetime import datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Plate, Programme
from reports.happenings import happenings
from reports.models import StationMonth, StationMonthTimes, StationMonthVisits
from reports.programmes import overlap, programme_months
from reports.rollups.adding_up import roll_up
from reports.subjects import Subject
from services.choices import Method, SupplyMove, WorkerGroup
from services.models import SupplyItem, SupplyMovement
from stations.choices import HostKind, UnitKind
from stations.models import Division, Station, Unit
from tests.conftest import World
from tests.factories import make_activity, make_division, make_programme, make_station, make_unit
from tests.reports.builders import OCTOBER, count, hand_over, october
from tests.services.feedback import tell

MEASURES = ("visits", "days_opened", "days_recorded", "days_nil", "days_expected", "days_missing", "minutes_posted")
STATIONS = 4
NINTH = datetime(2026, 10, 9, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def total(**about: Any) -> dict[str, int]:
    rows = StationMonth.objects.filter(month=OCTOBER.first, **about)
    return {key: value or 0 for key, value in rows.aggregate(**{key: Sum(key) for key in MEASURES}).items()}


def of(subject: Subject) -> int:
    rows = StationMonth.objects.filter(subject.postings, month=OCTOBER.first)
    return rows.aggregate(sum=Sum("visits"))["sum"] or 0


def added(parts: list[dict[str, int]]) -> dict[str, int]:
    return {key: sum(part[key] for part in parts) for key in MEASURES}


@pytest.fixture
def country(world: World) -> list[Station]:
    """Stations in two streets and another district, of two banks, under two unions below one."""
    other_union = make_unit("天桥区总工会", world.union, code="SDU-TQ", kind=UnitKind.UNION)
    other_branch = make_unit("青岛分行", world.bank, code="CCB-QD")
    district = make_division()
    streets = [
        make_division(f"37010200{number}", f"街道{number}", level="township", parent=district) for number in (1, 2)
    ]
    places = [*streets, make_division("370105", "天桥区")]
    lines = [
        *((world.branch, world.district_union), (other_branch, other_union)),
        *((world.other_bank, world.district_union), (world.union, other_union)),
    ]
    return [
        make_station(
            f"站点{number}", operator=operator, supervisor=supervisor, division=places[number % 3],
            host_kind=list(HostKind)[number % 3], schedule=world.station.schedule,
        )
        for number, (operator, supervisor) in enumerate(lines)
    ]  # fmt: skip


visits = st.tuples(
    st.integers(0, STATIONS - 1),
    st.integers(1, 30),
    st.sampled_from([WorkerGroup.COURIER, WorkerGroup.PUBLIC, WorkerGroup.ELDERLY]),
    st.sampled_from([Method.GATE, Method.TALLY]),
    st.sampled_from([None, 6, 12, 23]),
    st.integers(1, 50),
)
ledgers = st.lists(visits, max_size=12, unique_by=lambda visit: visit[:5])
moves = st.lists(st.tuples(st.integers(0, STATIONS - 1), st.integers(2, 30)), max_size=2, unique_by=lambda one: one[0])
plates = st.lists(
    st.tuples(st.integers(0, STATIONS - 1), st.integers(0, 1), st.integers(1, 30), st.none() | st.integers(0, 20)),
    max_size=4,
    unique_by=lambda plate: plate[:2],
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(ledger=ledgers, moves=moves, plates=plates)
def test_parts_are_their_total(
    world: World, country: list[Station], ledger: list[Any], moves: list[Any], plates: list[Any]
) -> None:
    with transaction.atomic():
        for whose, day, group, method, hour, visits in ledger:
            count(country[whose], october(day), visits, group, method, hour)
        for whose, day in moves:
            hand_over(country[whose], october(day), world.other_bank, world.district_union)
        programmes = [make_programme(code=f"p{number}") for number in (1, 2)]
        for whose, which, day, length in plates:
            until = None if length is None else october(min(31, day + length))
            Plate.objects.create(station=country[whose], programme=programmes[which], since=october(day), until=until)
        roll_up(OCTOBER)
        units_foot()
        divisions_foot()
        kinds_foot()
        groups_foot()
        for programme in programmes:
            programme_follows_its_plates(world, programme)
        transaction.set_rollback(True)


def units_foot() -> None:
    """What runs and what supervises: by either line each row is of one unit, and of all above it once."""
    for line, unit in product(("operator", "supervisor"), Unit.objects.all()):
        below = [total(**{f"posting__{line}__path__startswith": one.path}) for one in Unit.objects.get_children(unit)]
        own = total(**{f"posting__{line}": unit})
        assert added([*below, own]) == total(**{f"posting__{line}__path__startswith": unit.path})


def divisions_foot() -> None:
    for division in Division.objects.all():
        inside = [total(posting__division__code__startswith=one.prefix) for one in division.children.all()]
        own = total(posting__division=division)
        assert added([*inside, own]) == total(posting__division__code__startswith=division.prefix)


def kinds_foot() -> None:
    assert added([total(posting__station__host_kind=kind) for kind in HostKind]) == total()


def groups_foot() -> None:
    """Groups, methods, weekdays and parts of the day are four ways to cut the same visits."""
    for posting, visits in StationMonth.objects.values_list("posting", "visits"):
        groups = StationMonthVisits.objects.filter(posting=posting, is_counted=True).aggregate(sum=Sum("count"))
        times = StationMonthTimes.objects.filter(posting=posting).aggregate(sum=Sum("count"))
        assert (groups["sum"] or 0, times["sum"] or 0) == (visits, visits)


def programme_follows_its_plates(world: World, programme: Programme) -> None:
    """Each visit counts for a programme if its plate hung that day, once, for whichever unit asks."""
    for unit in (world.bank, world.union, world.other_bank):
        subject = Subject(unit=unit)
        found = programme_months(subject, OCTOBER).get(programme.pk)
        assert (found.visits if found else 0) == _by_day(subject, programme)
        assert found is None or found.visits <= of(subject)


def _by_day(subject: Subject, programme: Programme) -> int:
    """The same, decided visit by visit."""
    found = 0
    for plate in Plate.objects.filter(programme=programme):
        for visit in plate.station.visits.filter(date__gte=plate.since).exclude(date__gt=plate.until or october(31)):
            best = min(list(Method).index(Method(one.method)) for one in plate.station.visits.filter(date=visit.date))
            held = StationMonth.objects.filter(
                subject.postings, posting__station=plate.station, first_day__lte=visit.date, last_day__gte=visit.date
            )
            found += visit.count if list(Method)[best] == visit.method and held.exists() else 0
    return found


def test_programmes_may_overlap_and_say_so(world: World, country: list[Station]) -> None:
    little_bee, harbor = make_programme(code="little_bee"), make_programme(code="ccb_harbor")
    for programme in (little_bee, harbor):
        Plate.objects.create(station=country[0], programme=programme, since=october(1))
    Plate.objects.create(station=country[1], programme=harbor, since=october(10), until=october(20))
    for day in (9, 10, 20, 21):
        count(country[1], october(day), day)
    count(country[0], october(3), 5)
    roll_up(OCTOBER)
    bank = Subject(unit=world.bank)
    found = programme_months(bank, OCTOBER)
    assert {pk: (one.stations, one.visits) for pk, one in found.items()} == {
        little_bee.pk: (1, 5),
        harbor.pk: (2, 5 + 10 + 20),
    }
    assert of(bank) == 5 + 9 + 10 + 20 + 21
    assert overlap(bank, OCTOBER) == 1
    assert programme_months(bank, OCTOBER.plus(1)) == {}


def test_what_else_happened_is_of_who_ran_the_station_that_day(world: World) -> None:
    item = SupplyItem.objects.create(code="ice_water", name="冰水", name_en="Ice water")
    for day, kind, quantity in ((10, SupplyMove.IN, 50), (20, SupplyMove.OUT, 7)):
        SupplyMovement.objects.create(
            station=world.station,
            item=item,
            kind=kind,
            quantity=quantity,
            date=october(day),
            by=world.officer,
            at=NINTH,
        )
    hand_over(world.station, october(16), world.other_bank)
    make_activity(world.branch, world.station, world.sister, starts_at=NINTH, status="held")
    before, after = Subject(unit=world.bank), Subject(unit=world.other_bank)
    assert happenings(before, OCTOBER)["supplies_in"] == 50
    assert happenings(before, OCTOBER)["supplies_out"] == 0
    assert happenings(after, OCTOBER)["supplies_out"] == 7
    assert happenings(before, OCTOBER)["activities"] == 1
    inside = Subject(division=world.district_union.division)
    assert happenings(inside, OCTOBER)["supplies_out"] == 7
    tell(world.station, text="门锁着")
    told = happenings(after, OCTOBER)
    assert set(told) >= {"feedback", "findings_in_time"}
