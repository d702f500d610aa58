"""Lists of visits: compared with the ledger, entered as its lines by all its rules, taken back by further lines."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from harbor_portal.lib.errors import Refused
from services.actions.visits import Bucket, add_visits
from services.choices import EntryKind, Method, Source, WorkerGroup
from services.imports import of_visits
from services.imports.of_visits import VISITS
from services.models import LedgerChange, StationDay, Visit, VisitEntry
from stations.actions.imports import NotEntered, import_list
from stations.actions.merging import merge_stations
from stations.actions.uploads import ask_to_enter, ask_to_undo, keep_upload, work_on
from stations.choices import UploadState
from stations.imports.kinds import Plan
from stations.imports.plan import read_plan
from stations.imports.template import write_list
from stations.models import MapChange, Station, Upload, User
from tests.conftest import World
from tests.factories import make_station
from tests.services.conftest import TODAY, bucket, count_visits, sender

YESTERDAY = TODAY - timedelta(days=1)


def row(station: Station | str, **cells: Any) -> dict[str, Any]:
    text = station if isinstance(station, str) else station.code
    return {"站点编码": text, "日期": TODAY, "人群": "快递员", "计数方式": "台账", "人次": 5} | cells


def listed(*rows: dict[str, Any]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(dict.fromkeys(key for one in rows for key in one)))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def enter(by: User, *rows: dict[str, Any]) -> Plan:
    return import_list(VISITS, by=by, data=listed(*rows), name="台账.csv")


def errors(by: User, *rows: dict[str, Any]) -> list[str]:
    return [problem.message for problem in read_plan(VISITS, listed(*rows), by).errors]


def add(by: User, to: Bucket, count: int) -> None:
    add_visits(bucket=to, count=count, sender=sender(by))


def stands(station: Station) -> dict[tuple[Any, ...], int]:
    visits = Visit.objects.filter(station=station).values_list("date", "hour", "group", "method", "count")
    return {tuple(bucket): count for *bucket, count in visits}


def sums_agree() -> bool:
    """Whether every bucket is the sum of its entries."""
    sums: dict[tuple[Any, ...], int] = {}
    for *key, change in VisitEntry.objects.values_list("station", "date", "hour", "group", "method", "change"):
        sums[tuple(key)] = sums.get(tuple(key), 0) + change
    keys = Visit.objects.values_list("station", "date", "hour", "group", "method", "count")
    return sums == {tuple(key): count for *key, count in keys}


def test_a_list_becomes_lines_of_the_ledger_and_days(world: World) -> None:
    count_visits(world.keeper, world.station, 2, day=TODAY)
    other = row("泉城支行劳动者港湾", 日期="2026年11月17日", 人群="骑手", 小时=9)
    plan = enter(world.officer, row(world.station, 人次="1,205人次", 小时=""), other)
    assert (len(plan.creates), len(plan.updates)) == (2, 0)
    assert stands(world.station)[TODAY, None, "courier", "ledger"] == 1205
    assert stands(world.sister) == {(YESTERDAY, 9, "food_delivery", "ledger"): 5}
    line = VisitEntry.objects.get(station=world.sister)
    assert (line.kind, line.source, line.by, line.change) == (EntryKind.SET, Source.IMPORT, world.officer, 5)
    day = StationDay.objects.get(station=world.sister)
    assert (day.counted_by, day.recorded_by) == (Method.LEDGER, world.officer)
    assert day.history.latest("history_id").history_change_reason.startswith("Import of 台账.csv [")
    assert set(LedgerChange.objects.values_list("station", flat=True)) >= {world.station.pk, world.sister.pk}
    assert MapChange.objects.filter(station=world.station, is_live_only=True).exists()
    assert sums_agree()


def test_a_figure_that_stands_is_replaced_and_entering_twice_changes_nothing(world: World) -> None:
    add(world.officer, bucket(world.station, WorkerGroup.COURIER, Method.LEDGER), 7)
    plan = enter(world.officer, row(world.station))
    (figure,) = plan.updates
    assert (figure.shown[-2:], stands(world.station)) == (["7", "5"], {(TODAY, None, "courier", "ledger"): 5})
    assert VisitEntry.objects.latest("pk").change == -2
    again = enter(world.officer, row(world.station), row(world.sister, 人次=0))
    assert (again.changes_something, again.unchanged) == (False, 2)
    assert not StationDay.objects.filter(station=world.sister).exists()
    assert sums_agree()


def test_zero_takes_away_what_stands_and_the_day_follows(world: World) -> None:
    enter(world.officer, row(world.station))
    enter(world.officer, row(world.station, 人次=0))
    assert StationDay.objects.get(station=world.station).counted_by == ""
    assert sums_agree()


def test_a_nil_return_is_over_when_the_list_names_visits(world: World) -> None:
    StationDay.objects.create(station=world.station, date=TODAY, is_nil=True)
    enter(world.officer, row(world.station))
    assert not StationDay.objects.get(station=world.station).is_nil


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"站点编码": "00000000"}, "None of your stations"),
        ({"站点编码": "青岛支行工行驿站"}, "None of your stations"),
        ({"日期": "2026-11-19"}, "has not come yet"),
        ({"日期": "2024-12-31"}, "Nobody ran"),
        ({"日期": "昨天"}, "Write the day as"),
        ({"人群": "程序员"}, "Write one of"),
        ({"计数方式": "猜"}, "Write one of"),
        ({"人次": "-1"}, "whole number from 0 to 100,000"),
        ({"人次": "100001"}, "whole number from 0 to 100,000"),
        ({"人次": ""}, "must not be empty"),
        ({"小时": "24"}, "An hour is 0 to 23"),
    ],
)
def test_a_wrong_cell_is_an_error_and_nothing_is_entered(world: World, cells: dict[str, Any], sentence: str) -> None:
    wrong = row(world.station, 小时="") | cells
    assert any(sentence in message for message in errors(world.officer, wrong))
    with pytest.raises(NotEntered):
        enter(world.officer, row(world.sister, 小时=""), wrong)
    assert (VisitEntry.objects.count(), StationDay.objects.count()) == (0, 0)


def test_namesakes_rows_that_repeat_and_mixtures_are_refused(world: World) -> None:
    make_station("泉城支行劳动者港湾", operator=world.branch)
    assert "Write the code" in errors(world.officer, row("泉城支行劳动者港湾"))[0]
    assert "gives the same figure" in errors(world.officer, row(world.station), row(world.station, 人次=6))[0]
    add(world.officer, bucket(world.station, method=Method.LEDGER, hour=9), 3)
    assert "counted by the hour" in errors(world.officer, row(world.station))[0]
    assert len(errors(world.officer, row(world.sister, 小时=9), row(world.sister, 小时="", 人群="骑手"))) == 2
    replaced = [row(world.station, 小时=9, 人次=0), row(world.station, 小时="")]
    assert errors(world.officer, *replaced) == []


def test_a_locked_month_takes_no_list(world: World, locked: str) -> None:
    assert errors(world.officer, row(world.station)) == [locked]
    assert errors(world.officer, row(world.station, 日期="2026-10-31")) == []


def test_a_list_names_the_station_that_stays(world: World) -> None:
    merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
    assert f"write its code, {world.station.code}" in errors(world.officer, row(world.sister))[0]
    Station.objects.filter(pk=world.sister.pk).update(name=world.station.name)
    assert errors(world.officer, row(world.station.name)) == []


def test_keepers_enter_lists_of_their_stations_and_not_far_back(world: World) -> None:
    enter(world.keeper, row(world.station))
    assert "record up to 7 days back" in errors(world.keeper, row(world.station, 日期="2026-11-10"))[0]
    assert "None of your stations" in errors(world.keeper, row(world.sister))[0]
    assert errors(world.officer, row(world.station, 日期="2026-11-10")) == []


@pytest.mark.parametrize("who", ["official", "auditor"])
def test_others_read_why_they_may_not(client: Client, world: World, who: str) -> None:
    client.force_login(getattr(world, who))
    client.cookies["django_language"] = "en"
    response = client.post("/admin/imports/visits/")
    assert (response.status_code, "Only keepers and officers" in response.content.decode()) == (403, True)
    with pytest.raises(Refused):
        enter(getattr(world, who), row(world.station))
    client.logout()
    assert client.post("/admin/imports/visits/").status_code == 302


def export(by: User, language: str = "en") -> bytes:
    file = io.BytesIO()
    with translation.override(language):
        write_list(file, VISITS, VISITS.export(Visit.objects.visible_to(by), by))
    return file.getvalue()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_entering_the_export_again_changes_nothing(world: World, language: str) -> None:
    rows = [row(world.station, 人群=group, 计数方式=method, 日期=TODAY) for group in WorkerGroup for method in Method]
    enter(world.officer, *rows, row(world.sister, 小时=0), row(world.sister, 小时=23))
    with translation.override(language):
        plan = read_plan(VISITS, export(world.officer, language), world.officer)
    assert (plan.problems, plan.changes_something, plan.unchanged) == ([], False, len(rows) + 2)


def test_the_export_holds_what_one_sees_and_no_more_than_can_be_sent_back(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_visits(world.admin, world.elsewhere, 77717, day=TODAY)
    enter(world.officer, row(world.station))
    client.force_login(world.auditor)
    response: Any = client.get("/admin/imports/visits/export.xlsx")
    assert b"".join(response.streaming_content).startswith(b"PK")
    rows = list(VISITS.export(Visit.objects.visible_to(world.auditor), world.auditor))
    assert [one["station"] for one in rows] == [world.station.code]
    monkeypatch.setattr(of_visits, "MOST", 0)
    assert client.get("/admin/imports/visits/export.xlsx").status_code == 403


def kept(by: User, *rows: dict[str, Any]) -> Upload:
    upload = keep_upload(by=by, kind=VISITS, name="台账.csv", data=listed(*rows))
    work_on(upload.pk)
    ask_to_enter(by=by, upload=upload)
    assert work_on(upload.pk) == UploadState.ENTERED
    return upload


def undone(by: User, upload: Upload) -> str:
    ask_to_undo(by=by, upload=upload)
    work_on(upload.pk)
    upload.refresh_from_db()
    return upload.failure


def test_a_list_is_taken_back_by_further_lines(world: World) -> None:
    add(world.officer, bucket(world.station, method=Method.LEDGER), 7)
    upload = kept(world.officer, row(world.station), row(world.sister))
    other = kept(world.officer, row(world.station, 日期=YESTERDAY))
    assert undone(world.officer, upload) == ""
    assert stands(world.station) == {
        (TODAY, None, "courier", "ledger"): 7, (YESTERDAY, None, "courier", "ledger"): 5
    }  # fmt: skip
    assert stands(world.sister) == {(TODAY, None, "courier", "ledger"): 0}
    assert StationDay.objects.get(station=world.sister).counted_by == ""
    assert VisitEntry.objects.filter(undoes__isnull=False).count() == 2
    assert sums_agree()
    assert undone(world.officer, other) == ""
    assert sums_agree()


def test_a_nil_return_stands_again_when_its_list_is_taken_back(world: World) -> None:
    StationDay.objects.create(station=world.station, date=TODAY, is_nil=True)
    upload = kept(world.officer, row(world.station), row(world.sister))
    assert not StationDay.objects.get(station=world.station).is_nil
    assert undone(world.officer, upload) == ""
    assert StationDay.objects.get(station=world.station).is_nil
    assert not StationDay.objects.get(station=world.sister).is_nil


def test_a_list_stays_when_somebody_counted_since_or_the_month_is_locked(
    world: World, request: pytest.FixtureRequest
) -> None:
    upload = kept(world.officer, row(world.station))
    add(world.keeper, bucket(world.station, method=Method.LEDGER), 1)
    assert "somebody has counted since" in undone(world.officer, upload)
    second = kept(world.officer, row(world.sister))
    reason = request.getfixturevalue("locked")
    assert undone(world.officer, second) == reason
    assert stands(world.sister) == {(TODAY, None, "courier", "ledger"): 5}


def test_a_list_is_taken_back_also_where_its_station_was_merged_into_another_since(world: World) -> None:
    upload = kept(world.officer, row(world.sister))
    merge_stations(duplicate=world.sister, into=world.station, reason="一处两牌", by=world.officer)
    assert stands(world.station) == {(TODAY, None, "courier", "ledger"): 5}
    assert undone(world.officer, upload) == ""
    assert stands(world.station) == {(TODAY, None, "courier", "ledger"): 0}
    assert sums_agree()


def test_a_list_takes_the_same_number_of_queries_for_two_rows_and_for_fifty(world: World) -> None:
    def queries(first: date, days: int) -> int:
        rows = [row(world.station, 日期=first + timedelta(days=number)) for number in range(days)]
        with CaptureQueriesContext(connection) as asked:
            enter(world.officer, *rows)
        return len(asked)

    few = queries(date(2026, 3, 1), 2)
    assert queries(date(2026, 5, 1), 31) == few
