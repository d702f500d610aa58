"""Contests come in and go out as a list, until their result is frozen."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from harbor_portal.lib.errors import Refused
from reports.models import Contest
from stations.choices import Role, UploadState
from stations.imports.plan import read_plan
from stations.models import User
from tests.conftest import World
from tests.factories import make_member
from tests.reports.builders import make_contest
from tests.stations.imports.lists import csv_list, enter, entered, errors, kind, resent, undone

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, name="周处长")


def contest(**cells: str) -> dict[str, str]:
    return {
        "举办单位": "CCB",
        "竞赛名称": "百日竞赛",
        "比较指标": "visits",
        "起始月份": "2026-08",
        "结束月份": "2026-10-31",
        "授予荣誉": "优胜单位",
        "荣誉级别": "市级",
    } | cells


def test_contests_come_in_and_go_out_and_sent_back_change_nothing(world: World, chair: User) -> None:
    enter("contests", chair, contest(竞赛办法="按\n每站计"), contest(举办单位="CCB-JN", 名额="5"))
    made = Contest.objects.get(unit=world.bank)
    assert (made.first, made.last, made.winners, made.terms) == (date(2026, 8, 1), date(2026, 10, 1), 3, "按\n每站计")
    line = made.history.get()
    assert (line.history_user, line.history_type) == (chair, "+")
    make_contest(world.bank, metric="records", frozen_at=timezone.now())
    for language in ("zh-hans", "en"):
        with translation.override(language):
            again = resent("contests", chair, Contest.objects.all())
        assert (again.errors, again.changes_something, again.unchanged) == ([], False, 3)


def test_a_long_list_asks_as_little_as_a_short_one(world: World, chair: User) -> None:
    def queries(count: int) -> int:
        rows = [contest(竞赛名称=f"第{number}届") for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            plan = read_plan(kind("contests"), csv_list(*rows), chair)
        assert (plan.errors, len(plan.creates)) == ([], count)
        return len(captured)

    assert queries(2) == queries(50)


def test_a_contest_is_changed_by_a_list_and_the_list_taken_back(world: World, chair: User) -> None:
    upload = entered("contests", chair, contest(比较指标="每站每开门日人次"))
    changed = entered("contests", chair, contest(名额="7", 比较指标="Days on record, in a hundred"))
    assert list(Contest.objects.values_list("winners", "metric")) == [(7, "records")]
    assert undone(chair, changed).state == UploadState.UNDONE
    assert list(Contest.objects.values_list("winners", "metric")) == [(3, "visits")]
    assert "was changed since" in undone(chair, upload).failure


def test_a_frozen_contest_stays_as_it_is(world: World, chair: User) -> None:
    enter("contests", chair, contest())
    Contest.objects.update(frozen_at=timezone.now())
    assert "stays as it is" in errors("contests", chair, contest(名额="7"))


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"举办单位": "ICBC"}, "hold this contest"),
        ({"举办单位": "无此单位"}, "There is no unit"),
        ({"比较指标": "visits_all"}, "Write one of: Visits per station and open day"),
        ({"起始月份": "八月"}, "Write the day as"),
        ({"结束月份": "2026-07"}, "or later"),
        ({"名额": "0"}, "from 1 to 100"),
        ({"授予荣誉": ""}, "must not be empty"),
    ],
)
def test_what_announcing_by_hand_refuses_is_told_beforehand(
    world: World, chair: User, cells: dict[str, str], sentence: str
) -> None:
    assert sentence in errors("contests", chair, contest(**cells))
    assert not Contest.objects.exists()


def test_contests_of_a_unit_above_come_back_as_they_went_out(world: World) -> None:
    make_contest(world.bank)
    assert Contest.objects.visible_to(world.officer).count() == 1
    again = resent("contests", world.officer, Contest.objects.visible_to(world.officer))
    assert (again.errors, again.changes_something, again.unchanged) == ([], False, 1)


def test_only_those_who_hold_contests_send_a_list(world: World) -> None:
    make_contest(world.bank, title="百日竞赛", first=date(2026, 8, 1))
    assert "hold this contest" in errors("contests", world.officer, contest(竞赛名称="二"))
    assert "kept by other units" in errors("contests", world.officer, contest(名额="7"))
    for person in (world.auditor, world.keeper):
        with pytest.raises(Refused, match="hold its contests"):
            enter("contests", person, contest())
