"""What the day sheet says of each day, what it adds up, and how one comes to it."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from harbor_portal.lib.months import Month
from services.actions.days import explain_day, nil_return
from services.choices import Method, WorkerGroup
from services.day_sheet import Row, read_sheet, stands_out
from stations.actions.stations import resume_station, suspend_station
from stations.choices import CalendarPolicy, DayKind, StationStatus
from stations.models import CalendarDay, Posting, Station, User
from tests.conftest import World
from tests.factories import make_exception, make_schedule, make_station
from tests.office.test_day_sheet import address, as_, save
from tests.services.conftest import SHANGHAI, TODAY, _wednesday_noon, count_visits  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
NOVEMBER = Month(2026, 11)


def row(world: World, day: int, *, method: Method = Method.LEDGER, by: User | None = None) -> Row:
    world.station.refresh_from_db()
    shown = read_sheet(station=world.station, month=NOVEMBER, method=method, by=by or world.officer, today=TODAY)
    return shown.rows[day - 1]


def said(world: World, day: int) -> tuple[str, str]:
    expected = row(world, day).expected
    return expected.kind, expected.why


# --- what the sheet says ------------------------------------------------------------------------------


def test_days_are_shaded_by_hours_holidays_exceptions_and_suspension(world: World) -> None:
    CalendarDay.objects.create(date=date(2026, 11, 3), kind=DayKind.REST, name="运动会")
    CalendarDay.objects.create(date=date(2026, 11, 7), kind=DayKind.MAKEUP, name="补班")
    make_exception(world.branch, date(2026, 11, 4), reason="停电")
    assert [said(world, day) for day in (1, 2, 3, 4, 7)] == [
        ("closed", ""),
        ("open", ""),
        ("closed", "运动会"),
        ("closed", "停电"),
        ("closed", ""),
    ]
    Station.objects.filter(pk=world.station.pk).update(
        schedule=make_schedule(policy=CalendarPolicy.STATUTORY),
        status=StationStatus.SUSPENDED,
        suspended_from=date(2026, 11, 9),
        suspended_until=date(2026, 11, 10),
        suspended_reason="装修",
    )
    assert [said(world, day) for day in (7, 9, 11)] == [
        ("open", "Make-up workday"),
        ("suspended", "装修"),
        ("open", ""),
    ]


def test_a_suspension_that_has_ended_still_shades_its_days(world: World) -> None:
    with time_machine.travel(datetime(2026, 11, 4, 9, 0, tzinfo=SHANGHAI)):
        suspend_station(by=world.officer, station=world.station, since=date(2026, 11, 5), reason="装修")
    with time_machine.travel(datetime(2026, 11, 11, 9, 0, tzinfo=SHANGHAI)):
        world.station.refresh_from_db()
        resume_station(by=world.officer, station=world.station)
    assert [day for day in range(1, 19) if said(world, day) == ("suspended", "装修")] == [5, 6, 7, 8, 9, 10]
    assert not row(world, 6).is_gap


def test_before_anybody_ran_the_station_nothing_is_expected(world: World) -> None:
    Posting.objects.filter(station=world.station).update(since=date(2026, 11, 10))
    assert (said(world, 9)[0], said(world, 10)[0]) == ("unknown", "open")
    assert "Nobody ran" in row(world, 9).refusal
    assert not row(world, 9).is_gap


def test_a_gap_is_a_day_of_opening_without_a_record_until_it_is_explained(world: World) -> None:
    nil_return(station=world.station, day=date(2026, 11, 16), by=world.officer)
    count_visits(world.officer, world.station, day=date(2026, 11, 13), method=Method.GATE)
    count_visits(world.officer, world.station, day=date(2026, 11, 12), method=Method.LEDGER)
    explain_day(station=world.station, day=date(2026, 11, 11), reason="停电", seen="", by=world.officer)
    gaps = [day for day in range(1, 31) if row(world, day).is_gap]
    assert gaps == [2, 3, 4, 5, 6, 9, 10, 17]
    assert row(world, 11).is_missing
    page = as_(world.officer).get(address(world.station)).content.decode()
    assert "Gate sensor 1 ✓ counts" in " ".join(page.split())


def test_a_figure_far_from_the_usual_stands_out(world: World) -> None:
    for offset, count in enumerate((20, 22, 18, 21, 90, 4)):
        count_visits(
            world.officer, world.station, count, method=Method.LEDGER, day=date(2026, 11, 9) + timedelta(days=offset)
        )
    assert [row(world, day).is_outlier for day in range(9, 15)] == [False, False, False, False, True, True]
    assert not stands_out(90, 0)
    assert not stands_out(9, 2.5)


def test_without_a_choice_the_sheet_shows_what_people_counted_most_by(world: World) -> None:
    def method() -> Method:
        return read_sheet(station=world.station, month=NOVEMBER, method=None, by=world.officer, today=TODAY).method

    assert method() == Method.LEDGER
    count_visits(world.keeper, world.station, 3)
    count_visits(world.keeper, world.station, 9, method=Method.GATE)
    assert method() == Method.TALLY


def test_totals_add_up_by_day_and_group(world: World) -> None:
    save(as_(world.keeper), world.station, {"17-courier": "5", "17-public": "2", "18-courier": "1"})
    shown = read_sheet(station=world.station, month=NOVEMBER, method=Method.LEDGER, by=world.keeper, today=TODAY)
    assert (shown.rows[16].total, shown.total) == (7, 8)
    assert {column.group: column.total for column in shown.columns if column.total} == {"courier": 6, "public": 2}
    assert sum(band.width for band in shown.bands) == len(WorkerGroup)


def test_a_full_month_takes_as_many_queries_as_an_empty_one(world: World) -> None:
    client = as_(world.officer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"{address(world.station)}?method=ledger").status_code == 200
        return len(caught)

    queries()
    empty = queries()
    for day in range(1, 18):
        for group in (WorkerGroup.COURIER, WorkerGroup.TAXI):
            count_visits(world.officer, world.station, day, group=group, method=Method.LEDGER, day=date(2026, 11, day))
        explain_day(station=world.station, day=date(2026, 11, day), reason="停电", seen="", by=world.officer)
    make_exception(world.station)
    assert queries() == empty


# --- choosing -----------------------------------------------------------------------------------------


def test_a_keeper_of_one_station_goes_straight_to_its_month(world: World) -> None:
    assert as_(world.keeper).get("/admin/day-sheet/")["Location"] == address(world.station)


def test_a_station_is_found_by_code_name_or_address_within_the_scope(world: World) -> None:
    client = as_(world.officer)
    answer = client.get(
        "/admin/day-sheet/", {"station": world.sister.code.lower(), "month": "2026-10", "method": "gate"}
    )
    assert answer["Location"] == f"{address(world.sister, '2026-10')}?method=gate"
    Station.objects.filter(pk=world.sister.pk).update(pinyin="qczhldzgw")
    for text in ("泉城支行", "QCZH", "泉城路 泉城支行"):
        assert client.get("/admin/day-sheet/", {"station": text})["Location"] == address(world.sister)
    page = client.get("/admin/day-sheet/", {"station": "泉城路"}).content.decode()
    assert world.station.code in page
    assert world.sister.code in page
    assert "No station of yours" in client.get("/admin/day-sheet/", {"station": "青岛支行"}).content.decode()
    assert "Type the name of a station" in client.get("/admin/day-sheet/").content.decode()


def test_more_stations_than_a_page_holds_are_not_shown(world: World) -> None:
    for number in range(50):
        make_station(f"站{number}", operator=world.branch)
    page = as_(world.officer).get("/admin/day-sheet/", {"station": "历下区"}).content.decode()
    assert "There are more" in page


def test_the_sheet_is_linked_where_one_looks_for_it(world: World) -> None:
    keeper = as_(world.keeper).get(f"/admin/my-station/{world.station.code}/").content.decode()
    assert address(world.station) in keeper
    officer = as_(world.officer).get(f"/admin/stations/station/{world.station.pk}/change/").content.decode()
    assert f"/admin/day-sheet/?station={world.station.code}" in officer


def test_what_changed_is_linked_for_those_who_read_it(world: World) -> None:
    page, changes = f"/admin/stations/station/{world.station.pk}/change/", f"/admin/changes/?place={world.station.code}"
    for reader, reads in ((world.officer, True), (world.auditor, True), (world.keeper, False)):
        client = as_(reader)
        assert (changes in client.get(page).content.decode()) is reads
        assert (client.get(changes).status_code == 200) is reads
