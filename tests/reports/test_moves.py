"""A unit that moved: each month is told by the tree of that month, and its sums foot."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.months import Month
from reports.actions.months import submit_month
from reports.cells import Cell
from reports.completeness import parts_of, rows_of
from reports.figures import MonthFigures, live_figures
from reports.flow.below import units_below
from reports.flow.locks import lock_of
from reports.models import MonthReport, StationMonth
from reports.periods import Period
from reports.questions import Question
from reports.rollups.adding_up import roll_up
from reports.subjects import Subject
from reports.tables import month_tables
from stations.actions.units import move_unit
from stations.choices import CalendarPolicy
from stations.expected_days import expected_days
from stations.models import Station, Unit
from tests.conftest import World
from tests.factories import make_exception, make_schedule, make_station, make_unit
from tests.reports.builders import OCTOBER, count, october, waive
from tests.reports.test_behind import figures_of

NOVEMBER = OCTOBER.plus(1)
BOTH = Period(OCTOBER, NOVEMBER)


def of(unit: Unit, span: Month | Period) -> MonthFigures:
    return live_figures(Subject(unit=Unit.objects.get(pk=unit.pk)), span)


def visits(unit: Unit, span: Month | Period) -> int | None:
    return of(unit, span).total["value"]  # type: ignore[no-any-return]  # a row


def by_unit(unit: Unit, span: Month | Period) -> dict[str, int]:
    return {row["unit"]: row["value"] for row in of(unit, span).of("unit")}


@pytest.fixture
def cities(world: World) -> tuple[Unit, Unit, Unit, Unit]:
    """The bank, its two cities, and an outlet of the first: 7 visits in October and 9 in November.

    The first city has 5 and 6 beside, the second one 3 and 4.
    """
    other = make_unit("青岛分行", world.bank, code="CCB-QD")
    outlet = make_unit("泉城支行", world.branch, code="CCB-OUT")
    stations = [world.station, make_station("青岛站", operator=other), make_station("网点站", operator=outlet)]
    for station, in_october, in_november in zip(stations, (5, 3, 7), (6, 4, 9), strict=True):
        count(station, october(9), in_october)
        count(station, date(2026, 11, 9), in_november)
    for month in (OCTOBER, NOVEMBER):
        roll_up(month)
    return world.bank, world.branch, other, outlet


def moved(world: World, outlet: Unit, other: Unit, since: date = NOVEMBER.first) -> None:
    move_unit(unit=outlet, parent=other, since=since, reason="网点划转", by=world.admin)
    for month in (OCTOBER, NOVEMBER):
        roll_up(month)


def test_october_stays_with_the_old_city_and_november_goes_to_the_new_one(
    world: World, cities: tuple[Unit, Unit, Unit, Unit]
) -> None:
    _bank, branch, other, outlet = cities
    assert [visits(unit, OCTOBER) for unit in cities] == [15, 12, 3, 7]
    moved(world, outlet, other)
    assert [visits(unit, OCTOBER) for unit in cities] == [15, 12, 3, 7]
    assert [visits(unit, NOVEMBER) for unit in cities] == [19, 6, 13, 9]
    assert [visits(unit, BOTH) for unit in cities] == [34, 18, 16, 16]
    assert of(branch, NOVEMBER).total["previous"] == 12
    assert of(other, NOVEMBER).total["previous"] == 3


def test_the_units_below_add_up_to_the_whole_of_each_month(world: World, cities: tuple[Unit, Unit, Unit, Unit]) -> None:
    bank, branch, other, outlet = cities
    moved(world, outlet, other)
    assert by_unit(bank, OCTOBER) == {"CCB-JN": 12, "CCB-QD": 3}
    assert by_unit(bank, NOVEMBER) == {"CCB-JN": 6, "CCB-QD": 13}
    assert by_unit(bank, BOTH) == {"CCB-JN": 18, "CCB-QD": 16}
    assert by_unit(branch, OCTOBER) == {"CCB-OUT": 7, "own": 5}
    assert by_unit(branch, NOVEMBER) == {"CCB-OUT": None, "own": 6}
    assert by_unit(other, NOVEMBER) == {"CCB-OUT": 9, "own": 4}
    assert by_unit(other, OCTOBER) == {"own": 3}


def test_what_is_below_a_unit_that_moved_goes_along(world: World, cities: tuple[Unit, Unit, Unit, Unit]) -> None:
    bank, branch, other, _outlet = cities
    moved(world, branch, other)
    assert [visits(unit, OCTOBER) for unit in cities] == [15, 12, 3, 7]
    assert [visits(unit, NOVEMBER) for unit in cities] == [19, 15, 19, 9]
    assert by_unit(bank, OCTOBER) == {"CCB-JN": 12, "CCB-QD": 3}
    assert by_unit(bank, NOVEMBER) == {"CCB-JN": None, "CCB-QD": 19}
    assert by_unit(other, BOTH) == {"CCB-JN": 15, "own": 7}


def test_the_organisation_is_the_one_at_whose_head_it_stood(
    world: World, cities: tuple[Unit, Unit, Unit, Unit]
) -> None:
    outlet = cities[3]
    moved(world, outlet, world.other_bank)
    union = make_unit("总工会", kind="union", code="U")
    Station.objects.get(name="网点站").postings.update(supervisor=union)
    for month, code in ((OCTOBER, "CCB"), (NOVEMBER, "ICBC")):
        assert [row["operator"] for row in of(union, month).of("operator") if row["value"]] == [code]


def test_completeness_is_cut_by_the_tree_of_the_month(world: World, cities: tuple[Unit, Unit, Unit, Unit]) -> None:
    bank, _branch, other, outlet = cities
    moved(world, outlet, other)
    for month, below in ((OCTOBER, {"CCB-JN": 2, "CCB-QD": 1}), (NOVEMBER, {"CCB-JN": 1, "CCB-QD": 2})):
        subject = Subject(unit=Unit.objects.get(pk=bank.pk))
        parts = parts_of(subject, rows_of(subject, month).filter(days_recorded__gt=0))
        assert {part.of.code: part.sums.stations for part in parts if isinstance(part.of, Unit)} == below


def test_who_is_waited_for_is_who_stood_below_in_that_month(
    world: World, cities: tuple[Unit, Unit, Unit, Unit]
) -> None:
    bank, branch, other, outlet = cities
    moved(world, outlet, other)
    waits = {
        (unit.code, month): [one.unit.code for one in units_below(Unit.objects.get(pk=unit.pk), month)]
        for unit in (bank, branch, other)
        for month in (OCTOBER, NOVEMBER)
    }
    assert waits == {
        ("CCB", OCTOBER): ["CCB-JN", "CCB-QD"],
        ("CCB", NOVEMBER): ["CCB-JN", "CCB-QD"],
        ("CCB-JN", OCTOBER): ["CCB-OUT"],
        ("CCB-JN", NOVEMBER): [],
        ("CCB-QD", OCTOBER): [],
        ("CCB-QD", NOVEMBER): ["CCB-OUT"],
    }


@pytest.mark.parametrize("whose", [1, 2])
def test_a_month_that_was_handed_in_is_not_written_anew(
    world: World, cities: tuple[Unit, Unit, Unit, Unit], whose: int
) -> None:
    _bank, branch, other, outlet = cities
    waive(outlet)
    report = submit_month(unit=cities[whose], month=OCTOBER, by=world.admin)
    with pytest.raises(PortalError, match=f"Locked: {cities[whose].name}'s 2026-10 was Submitted by"):
        moved(world, outlet, other, since=OCTOBER.first)
    assert Unit.objects.get_parent(Unit.objects.get(pk=outlet.pk)) == branch
    frozen = MonthReport.objects.get(pk=report.pk).digest
    moved(world, outlet, other)
    assert MonthReport.objects.get(pk=report.pk).digest == frozen
    assert [visits(unit, OCTOBER) for unit in cities] == [15, 12, 3, 7]


def test_the_days_of_a_month_are_held_by_the_line_of_that_month(
    world: World, cities: tuple[Unit, Unit, Unit, Unit]
) -> None:
    _bank, branch, other, outlet = cities
    station = Station.objects.get(name="网点站")
    moved(world, outlet, other)
    submit_month(unit=other, month=OCTOBER, by=world.admin)
    assert lock_of(station.pk, october(9)) is None
    waive(outlet)
    submit_month(unit=branch, month=OCTOBER, by=world.admin)
    assert "济南分行" in (lock_of(station.pk, october(9)) or "")
    assert lock_of(station.pk, date(2026, 11, 9)) is None


def test_the_list_of_changes_tells_the_stations_of_units_that_moved(
    world: World, cities: tuple[Unit, Unit, Unit, Unit]
) -> None:
    bank, branch, other, outlet = cities
    moved(world, outlet, other)
    told = {
        (unit.code, month): [(row["change"], row["name"], row["date"]) for row in of(unit, month).of("change")]
        for unit in (bank, branch, other)
        for month in (OCTOBER, NOVEMBER)
    }
    assert {key: rows for key, rows in told.items() if rows} == {
        ("CCB-JN", OCTOBER): [("went", "网点站", "2026-10-31")],
        ("CCB-QD", NOVEMBER): [("came", "网点站", "2026-11-01")],
    }


def test_exceptions_of_a_unit_hold_for_what_stood_below_it_then(
    world: World, cities: tuple[Unit, Unit, Unit, Unit]
) -> None:
    station = Station.objects.get(name="网点站")
    Station.objects.filter(pk=station.pk).update(schedule=make_schedule("Mo-Su 08:00-18:00", CalendarPolicy.EVERY_DAY))
    for owner in cities[1:3]:
        make_exception(owner, october(12 if owner == cities[1] else 13), hours="off")
    rows: Any = StationMonth.objects.filter(month=OCTOBER.first).order_by("posting")
    months = rows.values_list("posting", "plan", "days_expected", "days_missing", "missing_bits")
    roll_up(OCTOBER, full=True)
    before, expected = list(months.all()), expected_days(station, OCTOBER)
    assert [day.day for day, found in expected.items() if found.kind == "closed"] == [12]
    moved(world, cities[3], cities[2])
    roll_up(OCTOBER, full=True)
    assert list(months.all()) == before
    assert expected_days(station, OCTOBER) == expected


@pytest.mark.parametrize("whose", [0, 1, 2])
def test_the_rows_behind_each_figure_are_those_of_the_tree_of_their_month(
    world: World, cities: tuple[Unit, Unit, Unit, Unit], whose: int
) -> None:
    moved(world, cities[3], cities[2])
    asked = Question(Subject(unit=Unit.objects.get(pk=cities[whose].pk)), BOTH)
    figures, checked = asked.figures(), 0
    for table in [table for table in month_tables(figures) if table.key in {"overview", "unit", "operator", "method"}]:
        for row, column, value in figures_of(table):
            if behind := table.behind_of(row, column.key):
                assert Cell(asked, figures, table, row, column, behind).rows().total == pytest.approx(float(value))
                checked += 1
    assert checked > 20


UNITS = 5
MONTHS = [OCTOBER.plus(-1), OCTOBER, NOVEMBER]
which = st.integers(0, UNITS - 1)
Stood = dict[int, int | None]
"""Which unit each stands below."""


def below(stood: Stood, unit: int) -> set[int]:
    """The unit and everything below it."""
    found = {unit}
    while more := {one for one, above in stood.items() if above in found} - found:
        found |= more
    return found


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(which, which, st.sampled_from(MONTHS)), min_size=1, max_size=7))
def test_each_month_adds_up_by_its_own_tree_whatever_moves(world: World, acts: list[tuple[int, int, Month]]) -> None:
    with transaction.atomic():
        units = _grow(world)
        stood: dict[Month, Stood] = {month: {0: None, 1: 0, 2: 0, 3: 1, 4: 3} for month in MONTHS}
        for unit, parent, month in acts:
            try:
                move_unit(unit=units[unit], parent=units[parent], since=month.first, reason="机构调整", by=world.admin)
            except PortalError:
                continue
            for one in MONTHS[MONTHS.index(month) :]:
                stood[one][unit] = parent
        assert _as_told(units, stood) == {
            (number, month): (_sum(below(stood[month], number)), _parts(stood[month], number))
            for number in range(UNITS)
            for month in MONTHS
        }
        transaction.set_rollback(True)


def _grow(world: World) -> list[Unit]:
    """A bank, two cities, an outlet of the first and a counter of that; unit n has 10ⁿ visits in each month."""
    units = [world.other_bank]
    for number, above in enumerate((0, 0, 1, 3), start=1):
        units.append(make_unit(f"单位{number}", Unit.objects.get(pk=units[above].pk), code=f"U{number}"))
    for number, unit in enumerate(units):
        station = make_station(f"站点{number}", operator=unit)
        for month in MONTHS:
            count(station, month.first, 10**number)
    for month in MONTHS:
        roll_up(month)
    return units


def _sum(numbers: set[int]) -> int:
    return sum(10**number for number in numbers)


def _parts(stood: Stood, unit: int) -> dict[int, int]:
    """By unit right below it, and by itself, what it has."""
    return {unit: 10**unit} | {one: _sum(below(stood, one)) for one, above in stood.items() if above == unit}


def _as_told(units: list[Unit], stood: dict[Month, Stood]) -> dict[tuple[int, Month], tuple[int, dict[int, int]]]:
    """Of each unit and month the visits, and these by unit right below."""
    paths = dict(Unit.objects.filter(pk__in=[unit.pk for unit in units]).values_list("path", "pk"))
    numbers = {path: [unit.pk for unit in units].index(pk) for path, pk in paths.items()}
    found = {}
    for path, number in numbers.items():
        subject = Subject(unit=Unit.objects.get(path=path))
        for month in stood:
            rows = StationMonth.objects.filter(subject.postings, month=month.first, days_recorded__gt=0).order_by()
            parts = rows.values_list(subject.unit_below()).annotate(Sum("visits"))
            cut = {numbers[below_it]: visits for below_it, visits in parts}
            found[number, month] = (sum(cut.values()), cut)
    return found
