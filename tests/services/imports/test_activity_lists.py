"""Lists of activities: a year of past ones with who came, and what is planned."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from services import policies
from services.activity_choices import ActivityStatus
from services.choices import Method
from services.models import Activity
from stations.choices import StationStatus, UploadState
from stations.imports.plan import read_plan
from stations.models import Station, Unit
from tests.conftest import World
from tests.factories import make_activity, make_division, make_partner
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, resent, undone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(datetime.fromisoformat("2026-11-20T10:00:00+08:00"), tick=False):
        yield


def activity(world: World, **cells: str) -> dict[str, str]:
    return {
        "活动名称": "高温送清凉",
        "类别": "送清凉",
        "主办单位": "CCB-JN",
        "站点": f"{world.station.code}、{world.sister.name}",
        "地点": "",
        "开始时间": "2026-07-01 14:00",
        "结束时间": "2026-07-01 16:00",
        "人数": "快递员:20、环卫工人：15人",
        "费用": "1,200元",
    } | cells


def test_past_activities_come_in_reported_and_those_to_come_are_planned(world: World) -> None:
    Station.objects.filter(pk=world.sister.pk).update(status=StationStatus.CLOSED)
    to_come = {"开始时间": "2026-12-01 09:00", "结束时间": "2026-12-01 11:00", "人数": "", "费用": ""}
    enter("activities", world.officer, activity(world), activity(world, **to_come))
    held, planned = Activity.objects.order_by("starts_at")
    assert (held.status, held.participant_count, held.counted_by, held.cost) == ("reported", 35, Method.TALLY, 1200)
    assert held.division_id == "370102"
    assert dict(held.attendance.values_list("group", "count")) == {"courier": 20, "sanitation": 15}
    assert set(held.stations.all()) == {world.station, world.sister}
    assert (held.history.get().history_user, held.at.first().history.count()) == (world.officer, 1)
    assert (planned.status, planned.participant_count) == (ActivityStatus.PLANNED, None)


def test_partners_the_division_and_the_english_title_stand_in_the_list(world: World) -> None:
    courier, hidden = make_partner(world.bank, name="济南市快递协会"), make_partner(world.other_bank, is_public=False)
    make_division("370202", "市南区")
    named = {"合作伙伴": f"{courier.name}、{courier.code}", "行政区划": "370202", "英文名称": "Cool drinks"}
    enter("activities", world.officer, activity(world, **named))
    made = Activity.objects.get()
    assert (made.title_en, made.division_id, list(made.partners.all())) == ("Cool drinks", "370202", [courier])
    plan = resent("activities", world.officer, Activity.objects.all())
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, 1)
    assert "Change it on its page" in errors(
        "activities", world.officer, activity(world, **named | {"行政区划": "370102"})
    )
    strange = activity(world, 活动名称="别的", 合作伙伴=hidden.name, 行政区划="火星")
    found = errors("activities", world.officer, strange)
    assert "there is no" in found
    assert "no division of this name" in found


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_entering_the_export_again_changes_nothing(world: World, language: str) -> None:
    Unit.objects.filter(pk=world.branch.pk).update(division=make_division("370202", "市南区"))
    elsewhere = activity(world, 活动名称="揭牌", 站点="", 地点="泉城广场", 人数="0", 费用="")
    enter("activities", world.officer, activity(world), elsewhere)
    assert Activity.objects.get(title="揭牌").division_id == "370202"
    make_activity(world.branch, world.station)
    with translation.override(language):
        plan = resent("activities", world.officer, Activity.objects.all())
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, 3)
    assert "Change it on its page" in errors("activities", world.officer, activity(world, 类别="讲座"))


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"人数": "很多"}, "no group with a number"),
        ({"人数": "快递员:5、快递员:6"}, "stands here twice"),
        ({"人数": "", "费用": "5"}, "Say how many people came"),
        ({"开始时间": "2026-12-01 14:00", "结束时间": "2026-12-01 16:00"}, "has not begun"),
        ({"结束时间": "2026-07-01 13:00"}, "ends after it starts"),
        ({"站点": "青岛支行工行驿站"}, "there is no"),
        ({"站点": ""}, "Say where"),
        ({"主办单位": "ICBC"}, "Only officers and officials of"),
        ({"类别": "跳伞"}, "Write one of"),
        ({"结束时间": "2027-07-01 13:00"}, "lasts at most 92 days"),
        ({"编码": "ABCDEFGH"}, "Nothing here has this code"),
    ],
)
def test_a_wrong_activity_is_an_error(world: World, cells: dict[str, str], sentence: str) -> None:
    assert sentence in errors("activities", world.officer, activity(world, **cells))
    assert not Activity.objects.exists()


def test_a_month_that_was_handed_in_takes_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: "Locked: July was handed in."])
    assert "July was handed in" in errors("activities", world.officer, activity(world))


def test_a_list_of_activities_is_taken_back_until_one_is_changed(world: World) -> None:
    named = {"合作伙伴": make_partner(world.bank).name}
    upload = entered(
        "activities", world.officer, activity(world, **named), activity(world, 活动名称="义诊", 类别="义诊")
    )
    assert undone(world.officer, upload).state == UploadState.UNDONE
    assert not Activity.objects.exists()
    upload = entered("activities", world.officer, activity(world))
    made = Activity.objects.get()
    made.title = "送清凉"
    made.save()
    assert "was changed since" in undone(world.officer, upload).failure


def test_nothing_is_taken_back_from_a_month_that_was_handed_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = entered("activities", world.officer, activity(world))
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: "Locked: July was handed in."])
    assert "July was handed in" in undone(world.officer, upload).failure
    assert Activity.objects.get().participant_count == 35


def test_activities_are_compared_in_the_same_number_of_queries_for_two_and_fifty(world: World) -> None:
    def queries(count: int) -> int:
        rows = [activity(world, 活动名称=f"第{number}场") for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert read_plan(kind("activities"), csv_list(*rows), world.officer).may_be_applied
        return len(captured)

    assert queries(2) == queries(50)


def test_who_only_reads_enters_no_activities(client: Client, world: World) -> None:
    client.cookies["django_language"] = "en"
    client.force_login(world.keeper)
    response = client.post("/admin/imports/activities/")
    assert (response.status_code, "Only officers and officials" in response.content.decode()) == (403, True)
    client.force_login(world.officer)
    listed = client.get("/admin/services/activity/").content.decode()
    assert "/admin/imports/activities/export.xlsx" in listed
