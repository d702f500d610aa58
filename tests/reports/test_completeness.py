"""How complete a month is, by unit, division and station; by when it is wanted, and who was in time."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from harbor_portal.lib.errors import Invalid, Refused
from reports.actions.deadlines import remove_deadline, save_deadline
from reports.actions.months import return_month, submit_month
from reports.completeness import completeness, parts_of, rows_of, still_missing
from reports.flow.deadlines import due_days, entered_late, handed_in, sealing_days, usual_due
from reports.models import Deadline, MonthReport, StationMonth
from reports.rollups.adding_up import roll_up
from reports.subjects import Subject
from services.models import StationDay
from stations.choices import CalendarPolicy, DayKind, UnitKind
from stations.models import CalendarDay, Unit
from tests.conftest import World
from tests.factories import make_division, make_schedule, make_station, make_unit
from tests.reports.builders import OCTOBER, count, hand_over, october, record
from tests.services.conftest import count_visits

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGLISH = {"accept-language": "en"}
NOVEMBER_3 = datetime(2026, 11, 3, 10, tzinfo=SHANGHAI)
"""A Tuesday, three working days before the fifth one of November, which is Friday the 6th."""


@pytest.fixture
def month(world: World) -> Iterator[World]:
    """October: of 22 expected days the station has one on record, one nil, one explained; its sister has no hours."""
    count(world.station, october(1), 3)
    record(world.station, october(2), nil=True)
    StationDay.objects.create(station=world.station, date=october(5), remark="停电")
    with time_machine.travel(NOVEMBER_3, tick=False):
        roll_up(OCTOBER)
        yield world


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("admin:completeness"), query, headers=ENGLISH)
    assert response.status_code == 200
    return response.content.decode()


def test_what_is_expected_is_recorded_explained_or_missing(month: World) -> None:
    found = completeness(rows_of(Subject(unit=month.bank), OCTOBER))
    assert (found.stations, found.stations_missing, found.stations_unknown) == (2, 1, 1)
    assert (found.expected, found.recorded, found.nil, found.explained, found.missing) == (22, 2, 1, 1, 19)
    assert found.expected == found.recorded + found.explained + found.missing
    assert found.hundredths == 9, "rounded down"
    assert completeness(rows_of(Subject(unit=month.other_bank), OCTOBER)).share is None, "not 0 %, and not 100 %"


def test_parts_are_the_whole_and_what_stands_twice_is_told(world: World) -> None:
    sibling = make_unit("天桥区总工会", world.union, code="SDU-TQ", kind=UnitKind.UNION)
    make_station("两家共管", operator=world.district_union, supervisor=sibling, schedule=world.station.schedule)
    make_station("总会直属", operator=world.other_bank, supervisor=world.union)
    hand_over(world.station, october(10), world.branch, sibling)
    roll_up(OCTOBER)
    union = Subject(unit=world.union)
    rows = rows_of(union, OCTOBER)
    total, parts = completeness(rows), {part.of: part.sums for part in parts_of(union, rows)}
    below = Unit.objects.get(pk=world.district_union.pk), Unit.objects.get(pk=sibling.pk)
    assert {unit: sums.stations for unit, sums in parts.items()} == {below[0]: 3, below[1]: 2, None: 1}
    assert total.stations == 4
    assert parts[below[0]].expected == 7 + 22, "the station until the 9th, and the one that two of them share"
    assert total.expected == 22 + 22
    for unit, sums in parts.items():
        if isinstance(unit, Unit):
            assert sums == completeness(rows_of(Subject(unit=unit), OCTOBER)), "as on its own page"


def test_divisions_foot_too(world: World) -> None:
    street = make_division("370102001", "泉城路街道", level="township", parent=make_division())
    make_station("街道驿站", operator=world.branch, division=street, schedule=world.station.schedule)
    roll_up(OCTOBER)
    for code in ("370000", "370100", "370102"):
        subject = Subject(division=type(street).objects.get(code=code))
        rows = rows_of(subject, OCTOBER)
        parts = parts_of(subject, rows)
        assert sum(part.sums.expected for part in parts) == completeness(rows).expected == 44
        assert sum(part.sums.stations for part in parts) == completeness(rows).stations


def test_a_deadline_counts_working_days_and_the_nearest_unit_above_says_which(world: World) -> None:
    CalendarDay.objects.create(date=date(2026, 11, 2), kind=DayKind.REST, name="补休")
    CalendarDay.objects.create(date=date(2026, 11, 7), kind=DayKind.MAKEUP, name="调休上班")
    Deadline.objects.create(unit=world.bank, working_day=7)
    Deadline.objects.create(unit=world.branch, working_day=1)
    units = [Unit.objects.get(pk=unit.pk) for unit in (world.bank, world.branch, world.union)]
    found = due_days(OCTOBER, units, date(2026, 11, 4))
    assert [found[unit.pk].day.day for unit in units] == [10, 3, 7]
    assert [found[unit.pk].working_days for unit in units] == [5, -1, 3]
    sealed = sealing_days(OCTOBER, [world.branch, world.bank, world.union], date(2026, 11, 4))
    assert [sealed[unit.pk].day.day for unit in (world.branch, world.bank, world.union)] == [9, 17, 13]
    Deadline.objects.filter(unit=world.branch).update(sealing_day=1)
    assert sealing_days(OCTOBER, [world.branch], date(2026, 11, 4))[world.branch.pk].day == date(2026, 11, 3)
    assert usual_due(OCTOBER, date(2026, 11, 7)).working_days == 0
    assert usual_due(OCTOBER, date(2026, 11, 8)).is_over


def test_an_official_sets_the_deadline_of_their_unit_and_nobody_elses(world: World) -> None:
    deadline = save_deadline(deadline=Deadline(unit=world.district_union, working_day=3), by=world.official)
    assert due_days(OCTOBER, [world.district_union], date(2026, 11, 1))[world.district_union.pk].day == date(
        2026, 11, 4
    )
    for unit, by in ((world.union, world.official), (world.branch, world.officer), (world.bank, world.auditor)):
        with pytest.raises(Refused, match="set its deadline"):
            save_deadline(deadline=Deadline(unit=unit, working_day=3), by=by)
    for wrong in (2, 26):
        wrongly = Deadline(unit=world.union, working_day=3, sealing_day=wrong)
        with pytest.raises(Invalid, match=r"twenty-fifth|less than or equal"):
            save_deadline(deadline=wrongly, by=world.admin)
    deadline.unit = world.bank
    with pytest.raises(Refused):
        save_deadline(deadline=deadline, by=world.official)
    remove_deadline(deadline=Deadline.objects.get(), by=world.official)
    assert not Deadline.objects.exists()


def test_in_time_is_who_handed_in_first_by_the_day_also_if_it_came_back(month: World) -> None:
    with late_on(6):
        report = submit_month(unit=month.branch, month=OCTOBER, by=month.officer)
    with late_on(12):
        return_month(report=report, reason="3日的数字？", by=month.admin)
        submit_month(unit=month.branch, month=OCTOBER, by=month.officer)
        submit_month(unit=month.district_union, month=OCTOBER, by=month.official)
    found = handed_in(OCTOBER, [month.branch.pk, month.district_union.pk, month.bank.pk])
    assert found == {month.branch.pk: date(2026, 11, 6), month.district_union.pk: date(2026, 11, 12)}


def late_on(day: int) -> time_machine.travel:
    """That day of November, an hour before it ends."""
    return time_machine.travel(datetime(2026, 11, day, 23, tzinfo=SHANGHAI), tick=False)


def test_days_written_down_after_the_deadline_are_told(month: World) -> None:
    for at, day in ((datetime(2026, 11, 6, 23, tzinfo=SHANGHAI), 6), (datetime(2026, 11, 9, tzinfo=SHANGHAI), 7)):
        with time_machine.travel(at, tick=False):
            count_visits(month.officer, month.station, 3, day=october(day))
    assert entered_late([month.station.code], OCTOBER, date(2026, 11, 6)) == {month.station.code: 1}


def test_what_was_handed_in_is_not_still_missing(month: World) -> None:
    rows = StationMonth.objects.filter(month=OCTOBER.first)
    assert still_missing(rows, OCTOBER).count() == 1
    submit_month(unit=month.district_union, month=OCTOBER, by=month.official)
    MonthReport.objects.create(unit=month.union, month=OCTOBER.first, state="submitted", digest="0" * 64)
    assert still_missing(rows, OCTOBER).count() == 0


def test_the_page_of_a_unit_tells_days_reasons_and_the_deadline(month: World, client: Client) -> None:
    client.force_login(month.officer)
    shown = page(client, month="2026-10")
    assert "济西支行劳动者港湾" in shown
    assert "2026-11-06: 3 working days left" in shown
    assert "停电" in shown
    assert "6, 7, 8, 9" in shown
    assert reverse("admin:day_sheet", args=[month.station.code, "2026-10"]) in shown
    only = page(client, month="2026-10", only="missing")
    assert month.sister.name not in only
    assert month.sister.name in shown
    with time_machine.travel(datetime(2026, 11, 9, 9, tzinfo=SHANGHAI), tick=False):
        client.force_login(month.officer)
        assert "was to be handed in by 2026-11-06" in page(client, month="2026-10")
        submit_month(unit=month.branch, month=OCTOBER, by=month.officer)
        assert "handed in late, on 2026-11-09" in page(client, month="2026-10")


def test_the_page_follows_the_scope(month: World, client: Client) -> None:
    address = reverse("admin:completeness")
    assert client.get(address).status_code == 302
    client.force_login(month.outsider)
    assert client.get(address, {"unit": month.branch.code}).status_code == 404
    assert month.station.name not in page(client, month="2026-10")
    client.force_login(month.keeper)
    mine = page(client, month="2026-10")
    assert month.station.name in mine
    assert month.sister.name not in mine
    assert client.get(address, {"unit": month.branch.code}).status_code == 404
    client.force_login(month.admin)
    assert "济南分行" in page(client, unit="CCB", month="2026-10")
    client.force_login(month.official)
    assert month.station.name in page(client, division="370102", month="2026-10")
    for bad in ({"month": "October"}, {"month": "2027-01"}, {"unit": "nobody"}, {"division": "x\0"}):
        assert client.get(address, bad).status_code == 404


def test_the_running_month_says_so(month: World, client: Client) -> None:
    client.force_login(month.auditor)
    assert "The month is not over" in page(client)


def test_two_stations_or_fifty_take_the_same_number_of_queries(month: World, client: Client) -> None:
    client.force_login(month.official)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, month="2026-10", unit=month.district_union.code)
        return len(captured)

    queries()
    before = queries()
    hours = make_schedule("Mo-Su 08:00-18:00", CalendarPolicy.EVERY_DAY)
    for number in range(48):
        below = make_unit(f"街道工会{number}", month.district_union, kind=UnitKind.UNION) if number < 10 else None
        station = make_station(
            f"站{number}", operator=month.branch, supervisor=below or month.district_union, schedule=hours
        )
        StationDay.objects.create(station=station, date=october(8), remark="停水")
    roll_up(OCTOBER)
    assert queries() == before


def test_the_desk_counts_what_its_link_shows(month: World, client: Client) -> None:
    for user in (month.officer, month.official, month.keeper):
        client.force_login(user)
        desk = client.get(reverse("admin:index"), headers=ENGLISH).content.decode()
        assert "stations with days of last month to record, due on 6 Nov 2026" in desk
        assert f"{reverse('admin:completeness')}?month=2026-10&amp;only=missing" in desk
    client.force_login(month.admin)
    assert "days of last month to record" not in client.get(reverse("admin:index"), headers=ENGLISH).content.decode()
