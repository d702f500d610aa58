"""Where stations are and where they are not: a small country laid out by hand, and its coverage as counted by hand."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import cos, degrees, radians
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from harbor_portal.lib.geo import DETOUR, EARTH_RADIUS_M, WALK_M_PER_MIN, haversine_m
from reports.coverage.places import Coverage, Found, coverage
from reports.coverage.reference_hour import moment_of_month, usual_moment
from reports.coverage.walking import REACH_M, Grid
from reports.figures import live_figures
from reports.subjects import Subject
from reports.tables import month_table
from stations.choices import CalendarPolicy, DayKind, HostKind, StationStatus
from stations.models import CalendarDay, Division, Posting, Schedule, Station, StationCard, User
from stations.open_now import open_at
from stations.open_then import state_then
from stations.publishing.publisher import publish_everything
from tests.conftest import World
from tests.factories import (
    make_division,
    make_exception,
    make_keeper,
    make_plate,
    make_schedule,
    make_station,
    make_unit,
)
from tests.office.desk import as_
from tests.reports.builders import OCTOBER

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
"""A Tuesday."""
AT_TWO = NOW.replace(hour=14)
LIXIA, SHIZHONG, NEW = "370102", "370103", "370104"
DISTRICT = (117.08, 36.67)
"""The point of reference of the first district."""


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def north_of(place: tuple[float, float], metres: float) -> dict[str, Any]:
    return {"longitude": place[0], "latitude": place[1] + degrees(metres / EARTH_RADIUS_M)}


def street(code: str, name: str, district: Division, **fields: Any) -> Division:
    return make_division(
        code, name, level="township", parent=district, **{"longitude": None, "latitude": None} | fields
    )


@pytest.fixture
def country(world: World) -> World:
    """One city of three districts, supervised by the district union; the world's own stations are gone.

    - 历下区 (with a point): 泉城路 has a station open all day; 千佛山 has one that shuts for a long lunch, and one
      suspended; 甸柳 has one without hours; 姚家 has none. One more station is posted to the district itself.
    - 市中区 (with a point): 大观园 (with a point of its own) has one that is suspended; 杆石桥 has a draft only.
    - 高新区 has no streets and no point, and one open station.
    - One station has no division at all.
    """
    Station.objects.all().delete()
    lixia = make_division(LIXIA)
    shizhong = make_division(SHIZHONG, "市中区", longitude=116.99, latitude=36.65)
    new = make_division(NEW, "高新区", longitude=None, latitude=None)
    names = {"001": "泉城路街道", "002": "千佛山街道", "003": "甸柳街道", "004": "姚家街道"}
    streets = {code: street(LIXIA + code, name, lixia) for code, name in names.items()}
    daguan = street(SHIZHONG + "001", "大观园街道", shizhong, longitude=116.98, latitude=36.66)
    ganshi = street(SHIZHONG + "002", "杆石桥街道", shizhong)
    lines: dict[str, Any] = {"operator": world.branch, "supervisor": world.district_union}
    daily, lunch = make_schedule("Mo-Fr 08:30-17:30"), make_schedule("Mo-Fr 08:30-12:00,15:00-17:30")
    rests: dict[str, Any] = {
        "status": StationStatus.SUSPENDED,
        "suspended_from": date(2026, 11, 20),
        "suspended_reason": "装修",
    }
    make_station("全天", **lines, division=streets["001"], schedule=daily, **north_of(DISTRICT, 500))
    make_station("午休", **lines, division=streets["002"], schedule=lunch, **north_of(DISTRICT, 900))
    make_station("装修", **lines, division=streets["002"], schedule=daily, **rests, **north_of(DISTRICT, 5000))
    make_station("无时间", **lines, division=streets["003"], **north_of(DISTRICT, 9000))
    make_station("只到区", **lines, division=lixia, schedule=daily, **north_of(DISTRICT, 12_000))
    make_station("停用", **lines, division=daguan, schedule=daily, **rests, longitude=116.98, latitude=36.66)
    draft: dict[str, Any] = {"status": StationStatus.DRAFT, "longitude": None, "latitude": None}
    make_station("草稿", **lines, division=ganshi, schedule=daily, **draft)
    make_station("新区", **lines, division=new, schedule=daily, longitude=117.2, latitude=36.7)
    nowhere = make_station("无区划", **lines, schedule=daily, longitude=118.0, latitude=36.0)
    Posting.objects.filter(station=nowhere).update(division=None)
    return world


def city() -> Division:
    return Division.objects.get(code="370100")


def of_city(at: datetime = AT_TWO) -> Coverage:
    return coverage(Subject(division=city()), at)


def standings(found: Coverage) -> dict[str, str]:
    return {place.name: place.standing for place in found.last}


def test_the_small_country_is_covered_as_counted_by_hand(country: World) -> None:
    found = of_city()
    assert standings(found) == {
        "泉城路街道": "open",
        "千佛山街道": "closed",
        "甸柳街道": "unknown",
        "姚家街道": "blank",
        "大观园街道": "closed",
        "杆石桥街道": "blank",
        "高新区": "open",
    }
    total = found.total
    assert (total.places, total.covered, total.blank, total.open, total.unknown) == (7, 5, 2, 2, 1)
    assert (total.points, total.near, total.near_open) == (1, 1, 0), "of the last places only 大观园 has a point"
    districts, streets = found.levels["district"], found.levels["township"]
    assert (districts.places, districts.covered, districts.open, districts.points) == (3, 3, 2, 2)
    assert (districts.near, districts.near_open) == (1, 1), "市中区's point is 1.4 km from 大观园"
    assert (streets.places, streets.covered, streets.open, streets.blank) == (6, 4, 1, 2)
    assert "city" not in found.levels, "one city does not divide itself"
    assert {code: len(places) for code, places in found.parts.items()} == {LIXIA: 4, SHIZHONG: 2, NEW: 1}
    assert found.unattributed == {"wide": 1}, "posted to the district only"
    assert found.by_state == {"open": 3, "closed": 3, "unknown": 1}
    near = found.neighbours
    assert (near["placed"], near["near"], near["near_open"], near["shut"], near["shut_near_open"]) == (7, 2, 1, 4, 1)


def test_a_unit_covers_its_divisions_with_the_stations_that_it_runs(country: World) -> None:
    found = coverage(Subject(unit=country.district_union), AT_TWO)
    assert [place.name for place in found.last] == ["泉城路街道", "千佛山街道", "甸柳街道", "姚家街道"]
    assert found.unattributed == {"wide": 1, "elsewhere": 2, "none": 1}
    branch = coverage(Subject(unit=country.branch), AT_TWO)
    assert not branch.places, "it names no division"
    other = make_unit("别的银行", code="OB", division=city())
    assert coverage(Subject(unit=other), AT_TWO).total.blank == 7, "what others run does not cover"


def test_a_kind_of_host_or_a_programme_covers_by_itself(country: World) -> None:
    Station.objects.filter(name="午休").update(host_kind=HostKind.SHOP)
    shops = coverage(Subject(division=city(), host_kind=HostKind.SHOP), AT_TWO)
    assert [place.name for place in shops.last if place.stations] == ["千佛山街道"]
    plate = make_plate(Station.objects.get(name="全天"))
    plated = coverage(Subject(division=city(), programme=plate.programme), AT_TWO)
    assert [place.name for place in plated.last if place.stations] == ["泉城路街道"]


def test_a_street_and_a_county_without_streets_stand_for_themselves(country: World) -> None:
    alone = coverage(Subject(division=Division.objects.get(code=LIXIA + "004")), AT_TWO)
    assert (alone.total.places, alone.total.blank, list(alone.levels), list(alone.parts)) == (
        1,
        1,
        ["township"],
        [LIXIA + "004"],
    )
    part = of_city().within(NEW)
    assert (part.total.places, part.total.open, len(part.stations)) == (1, 1, 1)
    assert of_city().within(SHIZHONG).total.covered == 1


@pytest.mark.parametrize(("metres", "is_near"), [(REACH_M, True), (REACH_M + 0.4, True), (REACH_M + 0.6, False)])
def test_a_walk_of_exactly_15_minutes_is_within_it(world: World, metres: float, *, is_near: bool) -> None:
    Station.objects.exclude(pk=world.station.pk).delete()
    Station.objects.update(**north_of(DISTRICT, metres))
    found = coverage(Subject(division=make_division()), datetime(2026, 11, 24, 10, tzinfo=SHANGHAI))
    assert (found.places[LIXIA].near, found.places[LIXIA].near_open) == (is_near, is_near)


def test_the_walk_is_that_of_the_map() -> None:
    script = (Path(settings.BASE_DIR) / "static/js/geo.js").read_text()
    said = {name: float(value) for name, value in re.findall(r"const (WALK_M_PER_MIN|DETOUR) = ([\d.]+);", script)}
    assert said == {"WALK_M_PER_MIN": WALK_M_PER_MIN, "DETOUR": DETOUR}
    assert REACH_M == 865


near = st.tuples(st.floats(116.9, 117.1), st.floats(36.6, 36.7))


@given(st.lists(near, max_size=12), near)
def test_no_station_within_the_walk_is_missed(places: list[tuple[float, float]], here: tuple[float, float]) -> None:
    stations = [Found(number, None, "open", *place) for number, place in enumerate(places)]
    truly = any(round(haversine_m(*here, *place)) <= REACH_M for place in places)
    assert Grid(stations).near(*here) == (truly, truly)


def test_squares_are_wide_enough_in_the_far_north() -> None:
    here = (120.0, 53.0)
    width = degrees((REACH_M - 1) / EARTH_RADIUS_M / cos(radians(53)))
    assert Grid([Found(1, None, "open", here[0] + width, here[1])]).near(*here) == (True, True)


def states(at: datetime) -> dict[str, str]:
    postings: Any = Posting.objects.all()
    rows = postings.on(timezone.localdate(at)).annotate(state=state_then(at))
    return dict(rows.values_list("station__name", "state"))


def test_of_a_day_to_come_it_answers_as_the_map_does(country: World) -> None:
    night = make_schedule("Mo-Su 22:00-06:00", CalendarPolicy.EVERY_DAY)
    for number, schedule in enumerate([night, make_schedule("24/7"), make_schedule('Mo-Fr unknown "工作日"')]):
        make_station(f"又{number}", operator=country.branch, schedule=schedule)
    own = make_station("自己的例外", operator=country.branch, schedule=night)
    make_exception(own, date(2026, 11, 26), hours="10:00-11:00")
    make_exception(country.bank, date(2026, 11, 26), date(2026, 11, 28), hours="off")
    make_exception(country.branch, date(2026, 11, 27), hours="09:00-15:00")
    Station.objects.filter(name="停用").update(suspended_until=date(2026, 11, 26))
    CalendarDay.objects.create(date=date(2026, 11, 30), kind=DayKind.REST, name="假")
    CalendarDay.objects.create(date=date(2026, 11, 29), kind=DayKind.MAKEUP, name="调休")
    publish_everything()
    in_use = set(StationCard.objects.values_list("station__name", flat=True))
    for day in range(25, 31):
        for hour in (time(3), time(10, 30), time(14), time(23)):
            at = datetime.combine(date(2026, 11, day), hour, SHANGHAI)
            told = states(at)
            open_then = set(open_at(Station.objects.all(), at).values_list("name", flat=True))
            assert {name for name, state in told.items() if state == "open"} == open_then, at
            assert {name for name, state in told.items() if state != "gone"} == in_use


def test_a_month_that_is_over_is_told_by_what_held_then(country: World) -> None:
    day = datetime(2026, 10, 30, 14, tzinfo=SHANGHAI)
    late = make_schedule("Mo-Fr 18:00-22:00")
    with time_machine.travel(datetime(2026, 9, 1, tzinfo=SHANGHAI), tick=False):
        for station in Station.objects.all():
            station.save()
    with time_machine.travel(datetime(2026, 11, 2, tzinfo=SHANGHAI), tick=False):
        moved = Station.objects.get(name="全天")
        moved.schedule = late
        moved.save()
        gone = Station.objects.get(name="新区")
        gone.status = StationStatus.CLOSED
        gone.save()
    then = states(day)
    assert (then["全天"], then["新区"], then["停用"], then["午休"]) == ("open", "open", "open", "closed")
    assert then["草稿"] == "gone"
    now = states(AT_TWO)
    assert (now["全天"], now["新区"], now["停用"]) == ("closed", "gone", "closed")


def test_a_merged_station_is_the_other_one(country: World) -> None:
    into, double = Station.objects.get(name="全天"), Station.objects.get(name="午休")
    double.status, double.merged_into = StationStatus.CLOSED, into
    double.save()
    past = of_city(AT_TWO - timedelta(days=1))
    assert {one.pk for one in past.stations} & {double.pk, into.pk} == {into.pk}


def test_the_usual_moment_is_the_next_working_day_at_two(world: World) -> None:
    CalendarDay.objects.create(date=date(2026, 11, 27), kind=DayKind.REST, name="假")
    CalendarDay.objects.create(date=date(2026, 11, 28), kind=DayKind.MAKEUP, name="调休")
    for now, then in (((24, 9), 24), ((24, 14), 24), ((24, 15), 25), ((26, 15), 28), ((28, 15), 30)):
        moment = usual_moment(datetime(2026, 11, *now, tzinfo=SHANGHAI))
        assert moment == datetime(2026, 11, then, 14, tzinfo=SHANGHAI), now
    month = date(2026, 11, 1), date(2026, 11, 30)
    for today, then in ((24, 24), (30, 30), (1, 1), (29, 28)):
        assert moment_of_month(*month, date(2026, 11, today)).day == then
    assert moment_of_month(*month, date(2027, 3, 1)).day == 30
    assert moment_of_month(*month, date(2026, 9, 1)).day == 1


def test_the_report_tells_the_month_by_level_and_the_blank_streets_by_name(country: World) -> None:
    Station.objects.filter(name__in=["停用", "装修"]).update(suspended_from=date(2026, 10, 1))
    figures = live_figures(Subject(division=city()), OCTOBER)
    rows = {row["level"]: row for row in figures.of("coverage")}
    assert {row["at"] for row in rows.values()} == {"2026-10-30T14:00+08:00"}
    told = {key: rows["township"][key] for key in ("places", "covered", "blank", "open", "unknown", "points")}
    assert told == {"places": 6, "covered": 4, "blank": 2, "open": 1, "unknown": 1, "points": 1}
    assert (rows["district"]["near"], rows["district"]["near_open"]) == (1, 1)
    shares = {row["line"]: (row["share_within"], row["share_near"]) for row in month_table(figures, "coverage").rows}
    points = rows["district"]["points"]
    assert shares["district"] == (1 / points, 1 / points)
    blank = {row["name"]: (row["places"], row["covered"], row["names"]) for row in figures.of("blank")}
    assert blank == {
        "历下区": (4, 3, ["姚家街道"]),
        "市中区": (2, 1, ["杆石桥街道"]),
        "高新区": (1, 1, []),
    }
    lines = list(month_table(figures, "blank").rows)
    assert (lines[-1]["rank"], lines[-1]["places"], lines[-1]["blank"]) == ("total", 7, 2)
    assert lines[2]["names"] == "—"
    note = month_table(figures, "coverage").note
    assert "2026-10-30 14:00" in note
    assert "865 metres" in note


def test_where_no_point_is_known_the_report_says_so_and_without_a_territory_nothing(country: World) -> None:
    figures = live_figures(Subject(unit=country.district_union), OCTOBER)
    (row,) = figures.of("coverage")
    assert (row["level"], row["points"], row["near"], row["near_open"]) == ("township", 0, None, None)
    (line,) = month_table(figures, "coverage").rows
    assert {line[key] for key in ("near", "near_open", "share_within", "share_near")} == {"—"}
    nothing = live_figures(Subject(unit=country.branch), OCTOBER)
    assert list(nothing.of("coverage")) == list(nothing.of("blank")) == []
    assert list(month_table(nothing, "coverage").rows) == []


PAGE = "/admin/reports/coverage/"
ENGLISH = {"accept-language": "en"}


def page(client: Client, status: int = 200, **query: Any) -> Any:
    response = client.get(PAGE, query, headers=ENGLISH)
    assert response.status_code == status, query
    return response


def names(response: Any) -> list[str]:
    return [line.place.name for line, _rows in response.context["places"]]


def test_the_page_lists_the_blank_streets_and_every_figure_opens_its_rows(country: World) -> None:
    client = as_(country.official)
    mine = page(client)
    assert mine.context["asked"].moment == {"date": "2026-11-24", "time": "14:00"}
    assert names(mine) == ["姚家街道"]
    assert [count for _title, _url, count, _key in mine.context["which"]] == [1, 1, 1, 1, 4]
    url = next(url for _title, url, _count, key in mine.context["which"] if key == "all")
    everything = client.get(url, headers=ENGLISH)
    assert len(names(everything)) == 4
    rows = next(rows for line, rows in everything.context["places"] if line.place.name == "千佛山街道")
    shown = client.get(rows["stations"], headers=ENGLISH)
    assert [(line.name, line.state) for line in shown.context["stations"]] == [("午休", "Closed"), ("装修", "Closed")]
    evening = page(client, date="2026-11-24", time="20:00")
    assert evening.context["found"].total.open == 0
    assert "865 metres in a straight line" in mine.content.decode()
    assert mine.context["unknown_year"] == "2026"
    CalendarDay.objects.create(date=date(2026, 10, 1), kind=DayKind.REST, name="国庆节")
    assert page(client).context["unknown_year"] == ""
    assert "The public holidays of 2027 are not entered" in page(client, date="2027-01-04").content.decode()
    assert client.get(mine.context["other"][1], headers=ENGLISH).context["found"].subject.kind == "division"


def test_the_list_is_sorted_as_asked_and_taken_along_as_a_file(country: World) -> None:
    client = as_(country.admin)
    asked: dict[str, Any] = {"division": "370100", "which": "all"}
    assert names(page(client, **asked))[:2] == ["泉城路街道", "千佛山街道"]
    assert names(page(client, **asked, order="-stations"))[0] == "千佛山街道"
    assert 'aria-sort="descending"' in page(client, **asked, order="-stations").content.decode()
    told = page(client, **asked, format="csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [(row["Street or town"], row["Open at 14:00"], row["An open one within the walk"]) for row in rows][4:] == [
        ("大观园街道", "0", "no"),
        ("杆石桥街道", "0", "—"),
        ("高新区", "1", "—"),
    ]
    response = page(client, **asked, format="xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert "济南市 · 2026-11-24 14:00 · All" in sheet[0]
    assert len([row for row in sheet if str(row[2]).startswith("3701")]) == 7
    assert "coverage-370100-2026-11-24-1400-all.xlsx" in response["Content-Disposition"]


def test_a_person_reads_of_whom_they_read_reports(country: World) -> None:
    keeper = make_keeper(Station.objects.get(name="全天"))
    asked: list[tuple[User, dict[str, Any], int]] = [
        (country.official, {"division": LIXIA}, 200),
        (country.official, {"division": SHIZHONG}, 404),
        (country.official, {"unit": "CCB"}, 404),
        (country.officer, {"unit": "CCB-JN"}, 200),
        (country.officer, {"division": LIXIA}, 404),
        (country.auditor, {"unit": "CCB-JN"}, 200),
        (country.admin, {"division": "370000"}, 200),
    ]
    for person, query, status in asked:
        page(as_(person), status, **query)
    assert "found" not in page(as_(keeper)).context, "a keeper reads no reports"
    outside = page(as_(country.officer))
    assert "names a division" in outside.content.decode()
    anonymous = Client().get(PAGE)
    assert (anonymous.status_code, anonymous["Location"].split("?")[0]) == (302, reverse("admin:login"))
    assert Client().post(PAGE).status_code in (302, 403, 405)


def test_what_cannot_be_asked_is_refused(country: World) -> None:
    client = as_(country.admin)
    asked: dict[str, Any] = {"division": "370100"}
    wrong: dict[str, Any]
    for wrong in ({"which": "x"}, {"order": "x"}, {"place": "110101"}, {"format": "pdf"}, {"place": "\0"}):
        page(client, 404, **asked, **wrong)
    for wrong in (
        {"date": "gestern"},
        {"time": "25:00"},
        {"date": "1999-12-31"},
        {"date": "9999-12-31"},
        {"host": "x"},
    ):
        page(client, 400, **asked, **wrong)


def test_the_page_takes_the_same_number_of_queries_for_few_and_many(country: World) -> None:
    client = as_(country.admin)
    asked: dict[str, Any] = {"division": "370100", "which": "all"}

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client, **asked)
        return len(captured)

    queries()
    few = queries()
    lixia = Division.objects.get(code=LIXIA)
    hours = Schedule.objects.first()
    for number in range(100, 150):
        place = street(f"{LIXIA}{number}", f"街道{number}", lixia)
        make_station(f"驿站{number}", operator=country.branch, division=place, schedule=hours)
    assert queries() == few <= 30


def test_the_map_shows_counties_and_stations_that_have_a_place(country: World) -> None:
    shown = page(as_(country.admin), division="370100").context["map"]
    counties = {mark["text"]: (mark["label"], mark["kind"]) for mark in shown["counties"]}
    assert counties == {
        "历下区: 1 of 4 streets and towns without a station": ("1/4", "some"),
        "市中区: 1 of 2 streets and towns without a station": ("1/2", "some"),
    }
    assert {dot["state"] for dot in shown["stations"]} == {"open", "closed", "unknown"}
    assert (len(shown["stations"]), shown["blank"]) == (7, [])
    Division.objects.filter(code__in=[LIXIA + "001", LIXIA + "004"]).update(longitude=117.1, latitude=36.7)
    near = page(as_(country.admin), division="370100", place=LIXIA).context["map"]
    assert ([mark["label"] for mark in near["blank"]], near["counties"]) == (["姚家街道"], [])
    Division.objects.filter(code=LIXIA + "004").update(longitude=None, latitude=None)
    assert page(as_(country.admin), division=LIXIA + "004").context["map"] is None, "nothing has a place"


def test_menu_report_and_page_lead_to_it(country: World) -> None:
    assert reverse("admin:coverage") in as_(country.official).get("/admin/").content.decode()
    report = as_(country.official).get("/admin/reports/month/", {"unit": "SDU-LX", "month": "2026-10"}, headers=ENGLISH)
    assert report.context["coverage_url"] == f"{PAGE}?unit=SDU-LX&date=2026-10-30&time=14%3A00"
    assert as_(country.official).get(report.context["coverage_url"]).status_code == 200


def place(tmp_path: Path, *lines: str) -> None:
    file = tmp_path / "points.csv"
    file.write_text("\n".join(["code,longitude,latitude", *lines]), encoding="utf-8-sig")
    call_command("place_divisions", str(file), stdout=io.StringIO())


def test_a_street_that_is_given_a_point_has_its_walk_measured(country: World, tmp_path: Path) -> None:
    assert of_city().places[LIXIA + "001"].near is None
    place(tmp_path, f"{LIXIA}001,117.08,36.67", f"{LIXIA}004,117.3,36.67")
    found = of_city()
    assert (found.places[LIXIA + "001"].near_open, found.places[LIXIA + "004"].near) == (True, False)
    assert found.levels["township"].points == 3


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("999999999,117,36", "Point 2: there is no division 999999999"),
        (f"{LIXIA},300,36", "Point 2: “300, 36” is no longitude and latitude"),
        (f"{LIXIA},nan,36", "is no longitude and latitude"),
        (f"{LIXIA},ost,36", "is no longitude and latitude"),
    ],
)
def test_one_wrong_point_enters_none(country: World, tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(CommandError, match=f"{re.escape(why)}.*Nothing was entered"):
        place(tmp_path, f"{LIXIA}001,117.08,36.67", line)
    assert Division.objects.get(code=LIXIA + "001").longitude is None
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("place_divisions", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="no column code, longitude, latitude"):
        place(tmp_path)
