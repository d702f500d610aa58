"""Lists of notices."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from harbor_portal.lib.errors import Refused
from stations.actions.alerts import end_alert, start_alert
from stations.choices import UploadState
from stations.imports.plan import read_plan
from stations.models import Division, WeatherAlert
from tests.conftest import World
from tests.factories import make_division
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, resent, undone

pytestmark = pytest.mark.django_db


def day(ahead: int) -> str:
    return str(timezone.localdate() + timedelta(days=ahead))


def notice(**cells: str) -> dict[str, str]:
    row = {"类别": "高温", "行政区划": "370102", "起始日期": day(1), "截止日期": day(3), "内容": "午后停工"}
    return row | cells


@pytest.fixture(autouse=True)
def _places(world: World) -> None:
    make_division("370103", "市中区")


def test_a_list_announces_and_is_taken_back(world: World) -> None:
    upload = entered(
        "notices", world.official, notice(), notice(类别="其他", 标题="夜间开放", 发布时间=f"{day(0)} 08:00")
    )
    heat, other = WeatherAlert.objects.order_by("pk")
    assert (heat.kind, heat.division_id, heat.message, heat.by) == ("heat", "370102", "午后停工", world.official)
    assert isinstance(other.publish_at, datetime)
    assert other.history.get().history_user == world.official
    assert enter("notices", world.official, notice()).unchanged == 1
    assert undone(world.official, upload).state == UploadState.UNDONE
    assert not WeatherAlert.objects.exists()


def test_of_what_stands_the_last_day_and_the_message_are_said_anew(world: World) -> None:
    entered("notices", world.official, notice())
    entered("notices", world.official, notice(截止日期=day(5), 内容="改到四点"))
    stands = WeatherAlert.objects.get()
    assert (stands.last, stands.message) == (date.fromisoformat(day(5)), "改到四点")
    assert "What was announced stays" in errors("notices", world.official, notice(发布时间=f"{day(0)} 08:00"))
    end_alert(alert=stands, by=world.official)
    assert "is over" in errors("notices", world.official, notice(内容="再改"))


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"行政区划": "370103"}, "published by officials of its union"),
        ({"行政区划": ""}, "must not be empty"),
        ({"类别": "大雾"}, "Write one of"),
        ({"类别": "其他"}, "needs a title"),
        ({"起始日期": "2026-01-01"}, "begins today or later"),
        ({"截止日期": "2026-01-01"}, "today or later"),
        ({"截止日期": "2027-12-31"}, "at most 31 days"),
        ({"截止日期": "明天"}, "Write the day as"),
    ],
)
def test_what_cannot_be_announced_is_refused_at_its_cell(world: World, cells: dict[str, str], sentence: str) -> None:
    assert sentence in errors("notices", world.official, notice(**cells))
    assert not WeatherAlert.objects.exists()


def test_of_the_weather_there_is_one_of_a_kind_at_a_time(world: World) -> None:
    overlapping = notice(起始日期=day(3), 截止日期=day(4))
    assert "covers some of these days" in errors("notices", world.official, notice(), overlapping)
    entered("notices", world.official, notice())
    assert "covers some of these days" in errors("notices", world.official, overlapping)
    assert enter("notices", world.official, notice(类别="寒潮")).may_be_applied


def test_who_announces_nothing_sends_no_list(world: World) -> None:
    for by in (world.officer, world.keeper, world.auditor):
        with pytest.raises(Refused):
            enter("notices", by, notice())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_entering_the_export_again_changes_nothing(world: World, language: str) -> None:
    facts: dict[str, Any] = {"division": Division.objects.get(pk="370102"), "by": world.official}
    today = timezone.localdate()
    end_alert(alert=start_alert(kind="heat", first=today, last=today, **facts), by=world.official)
    start_alert(kind="other", title="通知", first=today, last=today, publish_at=timezone.now(), **facts)
    over = WeatherAlert.objects.create(kind="cold", first=today, last=today, **facts)
    WeatherAlert.objects.filter(pk=over.pk).update(first=date(2026, 1, 1), last=date(2026, 1, 2))
    with translation.override(language):
        plan = resent("notices", world.official, WeatherAlert.objects.all())
    assert (plan.errors, plan.changes_something, plan.unchanged) == ([], False, 3)


def test_two_rows_and_fifty_are_compared_in_the_same_number_of_queries(world: World) -> None:
    def queries(count: int) -> int:
        rows = [notice(类别="其他", 标题=f"第{number}") for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert read_plan(kind("notices"), csv_list(*rows), world.official).may_be_applied
        return len(captured)

    assert queries(2) == queries(50)
