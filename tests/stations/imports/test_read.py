"""What a list says is read, whatever it calls its columns, and what is wrong is named by its cell."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harbor_portal.lib.datum import wgs84_to_bd09, wgs84_to_gcj02
from stations.choices import CalendarPolicy, EntryMode, HostKind, StationStatus
from stations.imports.kinds import Plan
from stations.imports.of_stations import STATIONS
from stations.imports.plan import read_plan
from stations.imports.targets import Target
from tests.conftest import World
from tests.stations.imports.lists import (
    ADDRESS,
    NAME,
    OPERATOR,
    ROW,
    csv_list,
    errors_of,
    plan_of,
    warnings_of,
    xlsx_list,
)

pytestmark = pytest.mark.usefixtures("city", "catalogue")


def only(plan: Plan) -> Target:
    assert errors_of(plan) == []
    (target,) = plan.creates
    wanted: Target = target
    return wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(world: World, encoding: str) -> None:
    assert only(read_plan(STATIONS, csv_list(ROW, encoding=encoding), world.officer)).value("name") == NAME


def test_english_headers_are_known_too(world: World) -> None:
    row = {"Name": NAME, "ADDRESS": ADDRESS, "operator": OPERATOR, "opening hours": "24/7", "Entry mode": "scan"}
    target = only(plan_of(world.officer, row))
    assert target.hours == ("24/7", CalendarPolicy.EVERY_DAY)
    assert target.value("entry_mode") == EntryMode.SCAN


def test_a_title_above_the_header_and_columns_of_no_meaning_do_not_matter(world: World) -> None:
    rows: list[list[Any]] = [
        ["济南市站点一览表"],
        [],
        ["序号", "站点名称*（必填）", "详细地址", "运营单位"],
        [1, NAME, ADDRESS, OPERATOR],
    ]
    plan = read_plan(STATIONS, xlsx_list(rows), world.officer)
    assert only(plan).row.number == 4
    assert "3 A 序号: This column is not known and was not read." in warnings_of(plan)


def test_every_column_is_read(world: World) -> None:
    row = ROW | {
        "依托场所": "银行", "主管工会": "历下区总工会", "行政区划": "山东省济南市历下区泉城路街道", "经度": "117.0229",
        "纬度": "36.6683", "坐标系": "WGS84", "电话": "0531-88880001", "开放时间": "周一至周五 8:30—17:30",
        "进入方式": "扫码", "面积": "30.25㎡", "座位数": "8个", "启用日期": "2018年7月1日", "状态": "上图",
        "设施": "饮水、厕所(询问工作人员)、空调:nearby", "挂牌": "劳动者港湾：0012、union_station",
    }  # fmt: skip
    target = only(plan_of(world.officer, row))
    assert target.fields["host_kind"] == HostKind.BANK_BRANCH
    assert target.line.supervisor == world.district_union
    assert target.line.division is not None
    assert target.line.division.code == "370102004"
    assert (target.fields["longitude"], target.fields["latitude"]) == (117.0229, 36.6683)
    assert target.hours == ("Mo-Fr 08:30-17:30", CalendarPolicy.FINANCE)
    assert target.fields["entry_mode"] == EntryMode.SCAN
    assert (target.fields["area_m2"], target.fields["seats"]) == (Decimal("30.2"), 8)
    assert target.fields["opened_date"] == date(2018, 7, 1)
    assert target.fields["status"] == StationStatus.PUBLISHED
    assert sorted(target.rows["amenities"].values()) == ["ask_staff", "nearby", "open"]
    assert sorted(target.rows["plates"].values()) == ["", "0012"]


def test_numbers_and_dates_of_a_workbook_need_no_text(world: World) -> None:
    rows: list[list[Any]] = [
        ["站点名称", "地址", "运营单位", "区划", "经度", "纬度", "坐标系", "座位", "面积", "联系电话", "启用日期"],
        [NAME, ADDRESS, OPERATOR, 370102, 117.0229, 36.6683, "gps", 8, 30.5, 53188880001, date(2018, 7, 1)],
    ]
    target = only(read_plan(STATIONS, xlsx_list(rows), world.officer))
    assert (target.value("seats"), target.value("area_m2")) == (8, Decimal("30.5"))
    assert (target.value("phone"), target.value("opened_date")) == ("53188880001", date(2018, 7, 1))


@pytest.mark.parametrize(("datum", "convert"), [("GCJ-02", wgs84_to_gcj02), ("百度", wgs84_to_bd09)])
def test_coordinates_are_stored_as_wgs84(world: World, datum: str, convert: Any) -> None:
    longitude, latitude = convert(117.0229, 36.6683)
    target = only(plan_of(world.officer, ROW | {"经度": longitude, "纬度": latitude, "坐标系": datum}))
    assert (target.value("longitude"), target.value("latitude")) == pytest.approx((117.0229, 36.6683), abs=1e-6)


def test_coordinates_without_a_datum_are_warned_of_once(world: World) -> None:
    rows: list[dict[str, Any]] = [
        ROW | {"站点名称": f"站{n}", "经度": 117.02 + n / 100, "纬度": 36.66} for n in range(3)
    ]
    sentences = [text for text in warnings_of(plan_of(world.officer, *rows)) if "the datum of" in text]
    assert len(sentences) == 1
    assert "coordinates: 3." in sentences[0]


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({}, StationStatus.DRAFT),
        ({"经度": 117.02, "纬度": 36.66}, StationStatus.PUBLISHED),
        ({"经度": 117.02, "纬度": 36.66, "状态": "草稿"}, StationStatus.DRAFT),
        ({"状态": "暂停", "暂停原因": "装修"}, StationStatus.SUSPENDED),
        ({"状态": "关闭"}, StationStatus.CLOSED),
    ],
)
def test_a_placed_station_goes_on_the_map_unless_the_list_says_otherwise(
    world: World, row: dict[str, Any], status: StationStatus
) -> None:
    assert only(plan_of(world.officer, ROW | row)).value("status") == status


@pytest.mark.parametrize(
    ("row", "policy"),
    [
        ({"开放时间": "8:30-17:30"}, CalendarPolicy.STATUTORY),
        ({"开放时间": "8:30-17:30", "依托场所": "银行网点"}, CalendarPolicy.FINANCE),
        ({"开放时间": "24小时", "依托场所": "银行网点"}, CalendarPolicy.EVERY_DAY),
        ({"开放时间": "24小时", "节假日规则": "法定"}, CalendarPolicy.STATUTORY),
    ],
)
def test_a_policy_that_is_not_given_follows_the_rule(world: World, row: dict[str, Any], policy: CalendarPolicy) -> None:
    target = only(plan_of(world.officer, ROW | row))
    assert target.hours is not None
    assert target.hours[1] == policy


@pytest.mark.parametrize("blank", ["", "-", "—", "无", "暂无", "不详", "N/A"])
def test_the_usual_words_for_empty_are_empty(world: World, blank: str) -> None:
    target = only(plan_of(world.officer, ROW | {"开放时间": blank, "联系电话": blank, "经度": blank, "纬度": blank}))
    assert (target.hours, target.value("phone"), target.value("longitude")) == (None, "", None)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"站点名称": ""}, "A Name: This must not be empty."),
    ({"地址": "—"}, "B Address: This must not be empty."),
    ({"站点名称": "站" * 300}, "A Name: This has 300 characters; at most 100"),
    ({"站点名称": "站\x01点"}, "A Name: This holds signs that cannot be shown"),
    ({"站点编码": "A-1"}, "D Code: A code has eight characters"),
    ({"依托场所": "宫殿"}, "D Host kind: Write one of: 银行网点 (bank_branch)"),
    ({"坐标系": "北京54"}, "D Datum: Write one of: WGS-84, GCJ-02, BD-09"),
    ({"座位数": "若干"}, "D Seats: Write the seats"),
    ({"座位数": "-3"}, "D Seats: Write the seats"),
    ({"座位数": "2.5"}, "D Seats: Write the seats"),
    ({"面积": "0"}, "D Area (m²): Write the area"),
    ({"面积": "1e9"}, "D Area (m²): Write the area"),
    ({"启用日期": "2018年"}, "D Opened on: Write the day as 2018-07-01."),
    ({"启用日期": "2018-02-30"}, "D Opened on: Write the day as 2018-07-01."),
    ({"开放时间": "9:00-5:30"}, "D Opening hours: “9:00-5:30” ends before it begins"),
    ({"节假日规则": "看心情"}, "D Public holidays: Write one of"),
    ({"进入方式": "翻窗"}, "D Entry: Write one of"),
    ({"状态": "奇怪"}, "D Status: Write one of"),
    ({"状态": "上图"}, "D Status: Without coordinates the station cannot be on the map"),
    ({"设施": "喷泉"}, "D Amenities: “喷泉” is no amenity"),
    ({"设施": "饮水机(偶尔)"}, "D Amenities: “偶尔” does not say how"),
    ({"设施": "饮水机、water:none"}, "D Amenities: “water:none” stands here twice"),
    ({"挂牌": "天堂驿站"}, "D Plates: “天堂驿站” is no programme"),
    ({"挂牌": "工会驿站:1、工会驿站:2"}, "D Plates: “工会驿站:2” stands here twice"),
    ({"挂牌": "工会驿站:" + "9" * 41}, "D Plates: The number of a plate has at most 40"),
    ({"行政区划": "火星"}, "D Division: There is no division of this name"),
    ({"行政区划": "370199"}, "D Division: There is no division with this code"),
    ({"主管工会": "天宫工会"}, "D Supervisor: There is no unit “天宫工会”"),
    ({"运营单位": "天堂银行/分行"}, "C Operator: There is no unit “天堂银行”"),
    ({"运营单位": "中国建设银行/" + "分" * 101}, "C Operator: There is no unit"),
    ({"经度": "1e400", "纬度": "36.6"}, "D Longitude: This is no number of degrees"),
    ({"经度": "NaN", "纬度": "36.6"}, "D Longitude: This is no number of degrees"),
    ({"经度": "117°1'12\"", "纬度": "36.6"}, "D Longitude: This is no number of degrees"),
    ({"经度": "117.02"}, "D Longitude: Longitude and latitude go together"),
    ({"经度": "36.66", "纬度": "117.02"}, "D Longitude: These look swapped: 117.02 is a longitude and 36.66"),
    ({"经度": "0", "纬度": "0"}, "D Longitude: This place (0, 0) is not in China"),
    ({"经度": "122.5", "纬度": "35", "行政区划": "历下区"}, "D Longitude: This place lies 523 km from the centre of"),
]


@pytest.mark.parametrize(("row", "sentence"), WRONG)
def test_a_wrong_value_is_an_error_that_says_what_would_be_right(
    world: World, row: dict[str, Any], sentence: str
) -> None:
    (error,) = errors_of(plan_of(world.officer, ROW | row))
    assert error.startswith(f"2 {sentence}")


def test_a_wrong_value_is_shown_with_sheet_and_value(world: World) -> None:
    (problem,) = read_plan(STATIONS, xlsx_list([[*ROW, "座位数"], [*ROW.values(), "若干"]]), world.officer).errors
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("站点", 2, "D Seats", "若干")


def test_all_problems_of_a_file_are_told_at_once(world: World) -> None:
    rows = [ROW | {"站点名称": f"站{n}", "座位数": "若干", "面积": "大", "开放时间": "不一定吧"} for n in range(5)]
    assert len(errors_of(plan_of(world.officer, *rows))) == 15


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"联系电话": "0531-8888/139****0001"}, "Phone: This number is masked"),
        ({"联系电话": "0531-88880001、13900000001"}, "Phone: This is not one telephone number"),
        ({"联系电话": "张三 13900000001"}, "Phone: This is not one telephone number"),
        ({"行政区划": "济南市高新区"}, "Division: “高新区” is no administrative division"),
        ({"行政区划": "济南市历下区天上街道"}, "Division: “天上街道” is not known in 山东省/济南市/历下区"),
        ({"开放时间": "工作日开放"}, "Opening hours: No times of day are given"),
        ({"节假日规则": "法定"}, "Public holidays: Without opening hours this says nothing"),
        ({"站点编码": "7K2M9QXA"}, "Code: No station has this code yet"),
        (
            {"运营单位": "济南分行/新支行"},
            "Operator: The unit “新支行” does not exist yet and is made below “济南分行”",
        ),
        ({"地址": "泺源大街66号"}, "Neither the row nor its address names a division"),
        ({"站点名称": "泉城支行劳动者港湾"}, "Name: A station of this name exists"),
        ({"经度": "117.0201", "纬度": "36.6601"}, "m away. Is it the same station?"),
        ({"经度": "117.45", "纬度": "36.66"}, "km from the centre of 山东省/济南市/历下区. Is that right?"),
        ({}, "Without coordinates the station waits as a draft"),
        ({}, "Without opening hours the public reads"),
    ],
)
def test_what_is_poor_but_possible_is_a_warning(world: World, row: dict[str, Any], sentence: str) -> None:
    plan = plan_of(world.officer, ROW | row)
    only(plan)
    assert any(sentence in text for text in warnings_of(plan))


def test_one_telephone_number_is_no_problem(world: World) -> None:
    for phone in ("0531-88880001", "13900000001", "+86 531 8888 0001", "95533", "400-800-8820", "0531-88880001转802"):
        assert not any("Phone" in text for text in warnings_of(plan_of(world.officer, ROW | {"联系电话": phone})))


def test_a_zone_without_a_city_belongs_to_the_city_of_its_address(world: World) -> None:
    target = only(plan_of(world.officer, ROW | {"行政区划": "高新区", "地址": "济南市高新区舜华路1号"}))
    assert target.line.division is not None
    assert target.line.division.code == "370100"


def test_rows_that_mean_the_same_are_refused(world: World) -> None:
    (error,) = errors_of(plan_of(world.officer, ROW, ROW | {"联系电话": "95533"}))
    assert error == "3 A Name: Row 2 of “csv” means the same station. Keep one of them."


def test_a_code_that_stands_twice_is_refused(world: World) -> None:
    rows = [ROW | {"站点编码": "7K2M9QXA"}, ROW | {"站点编码": "7k2m-9qxa", "站点名称": "另一个"}]
    (error,) = errors_of(plan_of(world.officer, *rows))
    assert error.startswith("3 D Code: Row 2")


def test_neighbours_and_namesakes_within_the_file_are_warned_of(world: World) -> None:
    rows: list[dict[str, Any]] = [
        ROW | {"经度": 117.05, "纬度": 36.66},
        ROW | {"经度": 117.0501, "纬度": 36.66, "地址": "济南市历下区别处"},
    ]
    sentences = warnings_of(plan_of(world.officer, *rows))
    assert any("3 D Longitude: Row 2 of “csv” “泉城广场劳动者港湾” is only 9 m away" in text for text in sentences)
    assert "3 A Name: Row 2 of “csv” has the same name." in sentences


def test_a_file_of_broken_rows_takes_the_same_number_of_queries_as_one_row(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    row = ROW | {"纬度": 36.66, "行政区划": "历下区"}
    few = csv_list(row | {"经度": 117.05})
    many = csv_list(*(row | {"站点名称": f"站{n}", "经度": 117.05 + n / 1000} for n in range(60)))
    with django_assert_max_num_queries(25) as first:
        read_plan(STATIONS, few, world.officer)
    with django_assert_num_queries(len(first)):
        read_plan(STATIONS, many, world.officer)
