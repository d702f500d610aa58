"""The export is a list that the import reads, and entering it again changes nothing."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from python_calamine import CalamineWorkbook

from harbor_portal.lib.errors import Refused
from stations.choices import CalendarPolicy, EntryMode, HostKind, StationStatus
from stations.imports import export
from stations.imports.kinds import Plan
from stations.imports.of_stations import STATIONS
from stations.imports.plan import read_plan
from stations.imports.template import write_list
from stations.models import Posting, Station, StationAmenity, Unit, User
from tests.conftest import World
from tests.factories import (
    SINCE,
    make_amenity,
    make_division,
    make_plate,
    make_programme,
    make_schedule,
    make_station,
    make_unit,
)

pytestmark = pytest.mark.usefixtures("city", "catalogue")

HERE = "/admin/imports/stations/export.xlsx"


def list_of(by: User, language: str = "en") -> bytes:
    file = io.BytesIO()
    with translation.override(language):
        write_list(file, STATIONS, export.station_rows(Station.objects.visible_to(by), by))
    return file.getvalue()


def nothing_new(plan: Plan) -> bool:
    return not plan.errors and not plan.changes_something


def fill(station: Station, **fields: Any) -> None:
    Station.objects.filter(pk=station.pk).update(**fields)


@pytest.fixture
def filled(world: World) -> World:
    """Every field holds something, and something awkward where it can."""
    fill(
        world.station, name="=泉城  路支行（营业部）", address="济南市历下区泉城路1号,  2层",
        phone="+86 531-8888 0001",
        host_kind=HostKind.SANITATION_ROOM, entry_mode=EntryMode.CODE, area_m2=Decimal("30.5"), seats=8,
        opened_date=date(2018, 7, 1), longitude=117.02291234567, latitude=36.668312345678,
        schedule=make_schedule("Mo-Fr 08:30-12:00,13:00-17:30; PH off", CalendarPolicy.EVERY_DAY),
        status=StationStatus.SUSPENDED, suspended_from=date(2026, 1, 1), suspended_until=date(2099, 1, 1),
        suspended_reason="装修",
    )  # fmt: skip
    awkward = [("socket", "插座(220V)", "ask_staff"), ("tools", "工具、针线", "nearby"), ("ramp", "坡道:南", "none")]
    for code, name, access in awkward:
        amenity = make_amenity(code, name=name, name_en=name)
        StationAmenity.objects.create(station=world.station, amenity=amenity, access=access)
    make_plate(world.station, number="0012:A")
    make_plate(world.station, make_programme("slash", "工会|驿站"), number="7、8")
    make_plate(world.station, make_programme("later", "心家园"), number="3", since=date(2099, 1, 1))
    return world


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_entering_the_export_again_changes_nothing(filled: World, language: str) -> None:
    data = list_of(filled.officer, language)
    with translation.override(language):
        plan = read_plan(STATIONS, data, filled.officer)
    assert nothing_new(plan), (plan.errors, [target.fields for target in plan.updates])
    assert (plan.unchanged, plan.warnings) == (2, [])


def test_every_word_of_every_closed_list_is_read_as_it_was_written(world: World) -> None:
    steps = [(kind, EntryMode.values[n % 5], StationStatus.values[n % 4]) for n, kind in enumerate(HostKind.values)]
    for number, (kind, mode, status) in enumerate(steps):
        policy = CalendarPolicy(CalendarPolicy.values[number % 3])
        since = SINCE if status == StationStatus.SUSPENDED else None
        make_station(
            f"站{number}", operator=world.branch, host_kind=kind, entry_mode=mode, status=status, suspended_from=since,
            schedule=make_schedule("24/7", policy),
        )  # fmt: skip
    for language in ("en", "zh-hans"):
        with translation.override(language):
            plan = read_plan(STATIONS, list_of(world.officer, language), world.officer)
        assert (plan.errors, plan.updates, plan.unchanged) == ([], [], 13)


def test_units_and_divisions_that_no_path_tells_apart_are_written_by_their_codes(world: World) -> None:
    twin = make_unit("中国建设银行", code="CCB-2")
    slashed = make_unit("营业部/一", world.branch, code="SLASH")
    other = make_division("370105", "天桥区/北")
    for number, unit in enumerate((make_unit("济南分行", twin, code="TWIN"), slashed)):
        make_station(f"站{number}", operator=unit, supervisor=world.district_union, division=other)
    data = list_of(world.admin)
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        header, *rows = workbook.get_sheet_by_index(0).to_python()
    told = {row[header.index("Name*")]: row[header.index("Operator")] for row in rows}
    assert (told["站0"], told["站1"], told["青岛支行工行驿站"]) == ("TWIN", "SLASH", "中国工商银行")
    assert nothing_new(read_plan(STATIONS, data, world.admin))


def test_what_nobody_runs_or_nothing_is_known_of_stays_so(world: World) -> None:
    bare = Station.objects.create(code="00000001", name="无名", address="某处", status=StationStatus.DRAFT)
    alone = make_station("独立站", operator=world.branch)
    odd = make_station("远方", operator=world.branch, longitude=0.0, latitude=0.0)
    plan = read_plan(STATIONS, list_of(world.admin), world.admin)
    assert nothing_new(plan)
    assert (plan.unchanged, bare.postings.count()) == (6, 0)
    assert {alone.postings.get().supervisor, odd.postings.get().supervisor} == {None}


def test_a_station_moved_to_another_division_gets_the_union_of_that_one(world: World) -> None:
    Posting.objects.filter(station=world.station).update(division=make_division("370103"), supervisor=None)
    data = f"站点编码,站点名称,地址,行政区划\n{world.station.code},甲,乙,370102\n".encode()
    (target,) = read_plan(STATIONS, data, world.officer).updates
    assert target.line.supervisor == world.district_union


@pytest.mark.parametrize("who", ["officer", "official", "auditor", "keeper"])
def test_everybody_takes_along_what_they_see_and_nothing_else(client: Client, world: World, who: str) -> None:
    client.force_login(getattr(world, who))
    response = client.get(HERE)
    with CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))) as workbook:  # type: ignore[attr-defined]
        rows = workbook.get_sheet_by_index(0).to_python()[1:]
    seen = {row[0] for row in rows}
    assert seen == set(Station.objects.visible_to(getattr(world, who)).values_list("code", flat=True))
    assert world.elsewhere.code not in seen
    assert f"{timezone.localdate()}.xlsx" in response["Content-Disposition"]


def test_the_anonymous_take_nothing_along(client: Client, world: World) -> None:
    assert client.get(HERE).status_code == 302
    assert client.post(HERE).status_code == 302


def test_the_filters_of_the_list_hold_for_its_export(client: Client, world: World) -> None:
    fill(world.sister, host_kind=HostKind.SHOP)
    client.force_login(world.officer)
    assert (
        f"{HERE}?host_kind__exact=shop" in client.get("/admin/stations/station/?host_kind__exact=shop").content.decode()
    )
    response = client.get(f"{HERE}?host_kind__exact=shop&q=泉城")
    with CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))) as workbook:  # type: ignore[attr-defined]
        assert [row[0] for row in workbook.get_sheet_by_index(0).to_python()[1:]] == [world.sister.code]


def test_more_than_can_be_sent_back_is_refused_with_the_way_out(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_EXPORTED", 1)
    with pytest.raises(Refused):
        list_of(world.officer)
    client.force_login(world.officer)
    client.cookies["django_language"] = "en"
    response = client.get(HERE)
    assert (response.status_code, "Filter the list" in response.content.decode()) == (403, True)


def test_the_export_takes_the_same_number_of_queries_for_two_stations_and_for_fifty(
    world: World,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            list_of(world.officer)
        return len(asked)

    few = queries()
    for number in range(48):
        make_station(f"站{number}", operator=world.branch, amenities=("water",))
    Unit.objects.add_child(Unit.objects.get(pk=world.branch.pk), {"code": "X", "name": "支行", "kind": "bank"})
    assert queries() == few
