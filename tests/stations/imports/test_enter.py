"""Entering a list: all or nothing, with history, twice is once, and never beyond one's own stations."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from harbor_portal.lib.errors import Refused
from stations.actions.imports import NotEntered, import_list
from stations.actions.merging import merge_stations
from stations.choices import Access, Health, HowChecked, Role, StationStatus, UnitKind
from stations.fact_lines import lines_of
from stations.imports.of_stations import STATIONS
from stations.imports.plan import read_plan
from stations.models import FactCheck, Freshness, MapChange, Posting, Schedule, Station, StationAmenity, Unit
from tests.conftest import World
from tests.factories import SINCE, make_amenity, make_division, make_member, make_plate, make_station, make_unit
from tests.stations.imports.lists import ADDRESS, NAME, OPERATOR, ROW, csv_list, errors_of, plan_of, warnings_of

pytestmark = pytest.mark.usefixtures("city", "catalogue")

RICH = ROW | {
    "经度": "117.0229", "纬度": "36.6683", "坐标系": "GCJ-02", "开放时间": "周一至周五 8:30-17:30",
    "启用日期": "2018-07-01", "设施": "饮水机、卫生间(询问工作人员)", "挂牌": "劳动者港湾:0012", "座位数": "8",
}  # fmt: skip


def enter(world: World, *rows: dict[str, Any]) -> Station:
    import_list(STATIONS, by=world.officer, data=csv_list(*rows), name="list.csv")
    station: Station = Station.objects.get(name=rows[0]["站点名称"])
    return station


def test_a_new_station_comes_with_everything_that_a_single_save_would_write(world: World) -> None:
    station = enter(world, RICH)
    posting = station.postings.get()
    assert station.status == StationStatus.PUBLISHED
    assert (station.pinyin, station.seats, len(station.code)) == ("qcgcldzgw", 8, 8)
    assert station.schedule is not None
    assert station.schedule.opening_hours == "Mo-Fr 08:30-17:30"
    assert (posting.operator, posting.supervisor, posting.division_id) == (world.branch, world.district_union, "370102")
    assert posting.since == date(2018, 7, 1)
    assert dict(station.amenities.values_list("amenity__code", "access")) == {"water": "open", "toilet": "ask_staff"}
    assert list(station.plates.values_list("programme__code", "number")) == [("ccb_harbor", "0012")]
    reason = station.history.get().history_change_reason
    assert reason.startswith("Import of list.csv [")
    for record in (station.history.get(), posting.history.get(), station.plates.get().history.get()):
        assert (record.history_type, record.history_user, record.history_change_reason) == (
            "+", world.officer, reason
        )  # fmt: skip
    assert StationAmenity.history.filter(station=station).count() == 2
    assert MapChange.objects.filter(station=station).count() == 1
    station.full_clean()


def test_entering_a_list_twice_changes_nothing(world: World) -> None:
    enter(world, RICH, ROW | {"站点名称": "乙"})
    before = (Station.history.count(), Posting.history.count(), MapChange.objects.count(), Station.objects.count())
    plan = import_list(STATIONS, by=world.officer, data=csv_list(RICH, ROW | {"站点名称": "乙"}))
    assert (len(plan.creates), len(plan.updates), plan.unchanged) == (0, 0, 2)
    assert before == (
        Station.history.count(), Posting.history.count(), MapChange.objects.count(), Station.objects.count()
    )  # fmt: skip


def test_a_row_with_a_code_changes_its_station_and_leaves_what_is_blank(world: World) -> None:
    row = {"站点编码": world.station.code.lower(), "站点名称": "新名称", "地址": "新地址", "电话": "", "座位数": "12"}
    import_list(STATIONS, by=world.officer, data=csv_list(row))
    station = Station.objects.get(pk=world.station.pk)
    assert (station.name, station.address, station.seats, station.pinyin) == ("新名称", "新地址", 12, "xmc")
    assert (station.longitude, station.schedule, station.status) == (
        world.station.longitude, world.station.schedule, StationStatus.PUBLISHED
    )  # fmt: skip
    assert station.history.first().history_type == "~"
    assert station.amenities.count() == 2


def test_name_and_address_find_the_station_when_there_is_no_code(world: World) -> None:
    row = {"站点名称": world.station.name, "地址": world.station.address, "开放时间": "24小时"}
    import_list(STATIONS, by=world.officer, data=csv_list(row))
    station = Station.objects.get(pk=world.station.pk)
    assert station.schedule is not None
    assert station.schedule.opening_hours == "24/7"
    assert Station.objects.count() == 3


def test_the_policy_alone_can_be_changed(world: World) -> None:
    row = {"站点名称": world.station.name, "地址": world.station.address, "节假日规则": "每天"}
    import_list(STATIONS, by=world.officer, data=csv_list(row))
    station = Station.objects.select_related("schedule").get(pk=world.station.pk)
    assert station.schedule is not None
    assert (station.schedule.opening_hours, station.schedule.calendar_policy) == ("Mo-Fr 08:30-17:30", "every_day")


def test_amenities_and_plates_are_added_and_changed_and_never_removed(world: World) -> None:
    StationAmenity.objects.filter(station=world.station, amenity__code="water").update(health=Health.OUT_OF_ORDER)
    make_plate(world.station, number="")
    row = {
        "站点名称": world.station.name,
        "地址": world.station.address,
        "设施": "饮水机(附近)、空调",
        "挂牌": "劳动者港湾:7、工会驿站",
    }
    import_list(STATIONS, by=world.officer, data=csv_list(row))
    rows = {row.amenity.code: (row.access, row.health) for row in world.station.amenities.select_related("amenity")}
    assert rows == {
        "water": (Access.NEARBY, Health.OUT_OF_ORDER),
        "toilet": (Access.OPEN, Health.OK),
        "air_conditioning": (Access.OPEN, Health.OK),
    }
    assert dict(world.station.plates.values_list("programme__code", "number")) == {
        "ccb_harbor": "7",
        "union_station": "",
    }
    plan = import_list(STATIONS, by=world.officer, data=csv_list(row))
    assert plan.unchanged == 1


def test_a_plate_that_is_to_hang_from_a_later_day_is_corrected_and_keeps_its_day(world: World) -> None:
    later = date(2099, 1, 1)
    plate = make_plate(world.station, since=later)
    row = {"站点名称": world.station.name, "地址": world.station.address, "挂牌": "劳动者港湾:0012"}
    enter(world, row)
    assert list(world.station.plates.values_list("pk", "number", "since", "until")) == [(plate.pk, "0012", later, None)]
    assert not plan_of(world.officer, row | {"挂牌": "劳动者港湾"}).changes_something


def test_a_draft_that_receives_its_coordinates_goes_on_the_map(world: World) -> None:
    assert enter(world, ROW).status == StationStatus.DRAFT
    assert enter(world, ROW | {"经度": 117.02, "纬度": 36.67}).status == StationStatus.PUBLISHED


def test_a_station_is_suspended_and_opened_again_by_its_status(world: World) -> None:
    row = {"站点名称": world.station.name, "地址": world.station.address}
    import_list(STATIONS, by=world.officer, data=csv_list(row | {"状态": "暂停", "暂停原因": "装修"}))
    station = Station.objects.get(pk=world.station.pk)
    assert (station.status, station.suspended_from) == (StationStatus.SUSPENDED, timezone.localdate())
    for said, kept in (({"暂停原因": "停电"}, "停电"), ({"状态": "暂停"}, "停电")):
        import_list(STATIONS, by=world.officer, data=csv_list(row | said))
        station.refresh_from_db()
        assert (station.status, station.suspended_reason) == (StationStatus.SUSPENDED, kept)
    import_list(STATIONS, by=world.officer, data=csv_list(row | {"状态": "上图"}))
    station.refresh_from_db()
    assert (station.status, station.suspended_from, station.suspended_reason) == (StationStatus.PUBLISHED, None, "")


@pytest.mark.parametrize(
    ("before", "said", "sentence"),
    [
        ("closed", {"状态": "上图"}, "What is closed for good stays closed."),
        ("closed", {"状态": "草稿"}, "What is closed for good stays closed."),
        ("published", {"状态": "草稿"}, "From “On the map” a station can become: Suspended, Closed for good."),
        ("published", {"状态": "暂停"}, "Say why it is suspended in the column “Reason of suspension”."),
        ("draft", {"状态": "暂停", "暂停原因": "装修"}, "From “Draft” a station can become: On the map, "),
    ],
)
def test_a_list_follows_the_life_of_a_station_as_the_back_office_does(
    world: World, before: str, said: dict[str, str], sentence: str
) -> None:
    Station.objects.filter(pk=world.station.pk).update(status=before)
    row = {"站点名称": world.station.name, "地址": world.station.address}
    [error] = errors_of(plan_of(world.officer, row | said))
    assert sentence in error
    assert not plan_of(world.officer, row | {"状态": StationStatus(before).value}).errors


def test_a_reason_without_a_suspension_is_warned_of_and_left_out(world: World) -> None:
    row = {"站点名称": world.station.name, "地址": world.station.address, "暂停原因": "装修"}
    plan = plan_of(world.officer, row)
    assert any("The station is not suspended" in text for text in warnings_of(plan))
    assert not plan.changes_something


def test_units_missing_below_a_known_one_are_made_once(world: World) -> None:
    rows = [ROW | {"站点名称": f"站{n}", "运营单位": f"中国建设银行/济南分行/历下支行/网点{n % 2}"} for n in range(4)]
    import_list(STATIONS, by=world.officer, data=csv_list(*rows))
    names = list(Unit.objects.filter(path__startswith=world.branch.path).values_list("name", "kind"))
    assert names == [(name, UnitKind.BANK) for name in ("济南分行", "历下支行", "网点0", "网点1")]
    made = Unit.objects.get(name="网点1")
    assert made.history.get().history_user == world.officer
    assert Posting.objects.filter(operator=made).count() == 2
    assert import_list(STATIONS, by=world.officer, data=csv_list(*rows)).unchanged == 4


def test_no_unit_is_made_outside_of_ones_own(world: World) -> None:
    (error,) = errors_of(plan_of(world.officer, ROW | {"运营单位": "中国工商银行/济南分行"}))
    assert "There is no unit “济南分行” below “中国工商银行”" in error


def test_a_union_unit_is_never_made(world: World) -> None:
    (error,) = errors_of(plan_of(world.admin, ROW | {"主管工会": "山东省总工会/天桥区总工会"}))
    assert "There is no unit “天桥区总工会” below “山东省总工会”" in error


def test_a_unit_is_found_by_code_and_by_a_name_that_is_unique_among_ones_own(world: World) -> None:
    make_unit("济南分行", world.other_bank)
    for text in ("CCB-JN", "济南分行"):
        (target,) = plan_of(world.officer, ROW | {"运营单位": text}).creates
        assert target.line.operator == world.branch
    (error,) = errors_of(plan_of(world.admin, ROW | {"运营单位": "济南分行"}))
    assert "Several units are called “济南分行”" in error


def test_an_overlong_unit_name_is_refused(world: World) -> None:
    (error,) = errors_of(plan_of(world.officer, ROW | {"运营单位": f"CCB-JN/{'行' * 101}"}))
    assert "CCB-JN" in error or "at most 100" in error


def test_a_station_of_others_is_refused_by_row(world: World) -> None:
    by_code = {"站点编码": world.elsewhere.code, "站点名称": "x", "地址": "y"}
    by_name = {"站点名称": world.elsewhere.name, "地址": world.elsewhere.address}
    for row in (by_code, by_name):
        (error,) = errors_of(plan_of(world.officer, row))
        assert f"Row 2 means the station {world.elsewhere.code}" in error


def test_a_new_station_under_others_is_refused(world: World) -> None:
    (error,) = errors_of(plan_of(world.officer, ROW | {"运营单位": "中国工商银行", "主管工会": "山东省总工会"}))
    assert "Neither the operator nor the supervisor of row 2 is one of your units" in error


def test_a_station_is_not_handed_to_others(world: World) -> None:
    row = {"站点名称": world.station.name, "地址": world.station.address, "运营单位": "中国工商银行"}
    (error,) = errors_of(plan_of(world.officer, row))
    assert "Neither the operator" in error


def test_a_code_that_does_not_fit_name_and_address_is_refused(world: World) -> None:
    row = {"站点编码": "7K2M9QXA", "站点名称": world.station.name, "地址": world.station.address}
    (error,) = errors_of(plan_of(world.officer, row))
    assert f"has the code {world.station.code}" in error


def test_a_list_changes_no_station_that_was_merged_into_another_one(world: World) -> None:
    row = {"站点名称": world.station.name, "地址": world.station.address}
    twin = make_station(world.station.name, operator=world.branch, address=world.station.address)
    merge_stations(duplicate=twin, into=world.station, reason="一处两牌", by=world.officer)
    assert errors_of(plan_of(world.officer, row)) == []
    (error,) = errors_of(plan_of(world.officer, row | {"站点编码": twin.code}))
    assert f"write its code, {world.station.code}" in error


def test_two_stations_of_one_name_and_address_need_a_code(world: World) -> None:
    Station.objects.filter(pk=world.sister.pk).update(name=world.station.name)
    row = {"站点名称": world.station.name, "地址": world.station.address}
    (error,) = errors_of(plan_of(world.officer, row))
    assert "Several stations have this name and address" in error


def test_a_station_given_to_another_unit_moves_from_today(world: World) -> None:
    make_unit("历下支行", world.branch)
    row = {"站点名称": world.station.name, "地址": world.station.address, "运营单位": f"{OPERATOR}/历下支行"}
    import_list(STATIONS, by=world.officer, data=csv_list(row))
    earlier, later = world.station.postings.order_by("since")
    today = timezone.localdate()
    assert (earlier.since, earlier.operator, later.since, later.until) == (SINCE, world.branch, today, None)
    assert later.operator.name == "历下支行"
    assert (today - earlier.until).days == 1
    assert earlier.history.first().history_type == "~"
    import_list(STATIONS, by=world.officer, data=csv_list(row | {"运营单位": OPERATOR}))
    assert [posting.operator for posting in world.station.postings.order_by("since")] == [world.branch, world.branch]


def test_a_station_that_is_to_move_later_is_not_moved_before(world: World) -> None:
    world.station.postings.update(until=date(2027, 12, 31))
    Posting.objects.create(station=world.station, operator=world.branch, since=date(2028, 1, 1))
    make_unit("历下支行", world.branch)
    row = {"站点名称": world.station.name, "地址": world.station.address, "运营单位": f"{OPERATOR}/历下支行"}
    (error,) = errors_of(plan_of(world.officer, row))
    assert "to move on a later day" in error


def test_a_station_without_posting_or_division_receives_them(world: World) -> None:
    world.station.postings.all().delete()
    row = {"站点名称": world.station.name, "地址": world.station.address, "运营单位": OPERATOR, "区划": "历下区"}
    import_list(STATIONS, by=world.admin, data=csv_list(row))
    assert world.station.postings.get().division_id == "370102"


def test_the_supervisor_is_the_nearest_union_of_the_division(world: World) -> None:
    Unit.objects.filter(pk=world.union.pk).update(division_id="370000")
    make_division("370103", "市中区")
    rows = [ROW | {"区划": "市中区"}, ROW | {"站点名称": "乙", "区划": "历下区"}]
    import_list(STATIONS, by=world.officer, data=csv_list(*rows))
    found = dict(
        Posting.objects.filter(station__name__in=[NAME, "乙"]).values_list("station__name", "supervisor__name")
    )
    assert found == {NAME: "山东省总工会", "乙": "历下区总工会"}


@pytest.mark.parametrize("who", ["keeper", "official", "auditor"])
def test_only_officers_enter_lists(world: World, who: str) -> None:
    with pytest.raises(Refused, match="Only officers"):
        import_list(STATIONS, by=getattr(world, who), data=csv_list(ROW))
    assert Station.objects.count() == 3


def test_a_failure_in_the_middle_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("stations.imports.apply.mark_many_changed", fail)
    with pytest.raises(RuntimeError):
        enter(world, RICH)
    assert Station.objects.count() == 3
    assert Schedule.objects.count() == 1


def test_entering_takes_as_many_statements_for_many_rows_as_for_few(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def rows(first: int, count: int) -> bytes:
        return csv_list(*(RICH | {"站点名称": f"站{n}", "经度": 117 + n / 1000} for n in range(first, first + count)))

    with django_assert_max_num_queries(75) as few:
        import_list(STATIONS, by=world.officer, data=rows(0, 2))
    with django_assert_num_queries(len(few)):
        import_list(STATIONS, by=world.officer, data=rows(10, 50))


def test_the_poor_list_of_a_city_comes_in_whole(world: World) -> None:
    """82 rows: 64 without coordinates, 60 without hours, no codes, zones, masked and double telephone numbers."""
    union = make_unit("济南市总工会", kind=UnitKind.UNION, division=make_division().parent)
    officer = make_member(union, Role.OFFICER, "city")
    areas = ["高新区", "经开区", "航空港区", "天桥区", "槐荫区"]
    rows: list[dict[str, Any]] = [
        {
            "站点名称": f"第{n}工会驿站",
            "地址": f"健康路{n}号",
            "区县": areas[n % 5],
            "经度": 117.0 + n / 500 if n < 18 else "",
            "纬度": 36.66 if n < 18 else "",
            "联系电话": ["138****0001", "0531-1、13800000000", ""][n % 3],
            "开放时间": "8:30—11:30，14:30—17:00" if n < 22 else "",
        }
        for n in range(82)
    ]
    data = csv_list(*rows, encoding="gb18030")
    plan = import_list(STATIONS, by=officer, data=data)
    assert len(plan.creates) == 82
    entered = Station.objects.filter(name__endswith="工会驿站")
    assert entered.to_be_placed().count() == 64
    assert entered.filter(schedule=None).count() == 60
    assert entered.filter(postings__division_id="370100").count() == sum(1 for n in range(82) if n % 5 < 3)
    assert entered.filter(status=StationStatus.PUBLISHED).count() == 18
    assert Posting.objects.filter(station__in=entered, supervisor=union).count() == 82
    again = read_plan(STATIONS, data, officer)
    assert (again.unchanged, again.changes_something) == (82, False)


def test_a_list_with_errors_carries_them_all(world: World) -> None:
    with pytest.raises(NotEntered) as caught:
        import_list(
            STATIONS, by=world.officer, data=csv_list(ROW | {"座位数": "x"}, ROW | {"站点名称": "", "地址": ADDRESS})
        )
    assert len(caught.value.plan.errors) == 2


def test_a_given_code_is_kept(world: World) -> None:
    make_amenity()
    assert enter(world, ROW | {"站点编码": "7K2M9QXA"}).code == "7K2M9QXA"


def test_who_enters_a_list_has_looked_at_everything_it_tells_of_new_stations(world: World) -> None:
    station = enter(world, RICH)
    checks = FactCheck.objects.filter(station=station, by=world.officer, how=HowChecked.STAFF)
    assert list(checks.values_list("what", flat=True)) == ["all"]
    assert {line.due for line in lines_of(station, timezone.localdate())} == {timezone.localdate() + timedelta(90)}
    assert Freshness.objects.get(station=station).due_date == timezone.localdate() + timedelta(90)
