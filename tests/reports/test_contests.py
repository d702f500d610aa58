"""Contests: units of any size compared on an equal footing, a result that stays, and honours from it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from harbor_portal.lib.months import Month
from reports.contests import standings
from reports.metrics import fair_metrics
from reports.models import Contest, RollupRun
from reports.rollups.adding_up import roll_up
from services.activity_choices import ActivityStatus
from stations.choices import Role
from stations.models import Honour, Unit, User
from tests.conftest import World
from tests.factories import make_activity, make_member, make_station, make_unit
from tests.office import desk
from tests.reports.builders import OCTOBER, count, make_contest, october, record

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOVEMBER = datetime(2026, 11, 18, 12, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def chair(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, name="周处长")


@pytest.fixture
def field(world: World) -> dict[str, Unit]:
    """The branch: two stations, 30 visits on 3 open days. A small one: 24 on 2. A third has nothing on record."""
    small, idle = (make_unit(name, world.bank, code=code) for name, code in (("小行", "S"), ("闲行", "I")))
    station, lazy = make_station("小站", operator=small), make_station("闲站", operator=idle)
    for one, day, visits in ((world.station, 1, 12), (world.station, 2, 8), (world.sister, 1, 10)):
        record(one, october(day), "tally")
        count(one, october(day), visits)
    for day in (1, 2):
        record(station, october(day), "tally")
        count(station, october(day), 12)
    roll_up(OCTOBER)
    return {"branch": world.branch, "small": small, "idle": idle, "idle_stations": lazy.postings.get().operator}  # type: ignore[dict-item]  # it has one


def places(contest: Contest) -> list[tuple[str, int | None, str]]:
    return [(line.unit, line.rank, line.value) for line in standings(contest)]


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def press(user: User, contest: Contest, what: str) -> Any:
    return as_(user).post(reverse(f"admin:contest_{what}", args=[contest.pk]))


def page(user: User, contest: Contest) -> str:
    return str(as_(user).get(reverse("admin:contest_ranking", args=[contest.pk])).content.decode())


def test_a_small_unit_wins_over_a_large_one_by_its_open_days(world: World, field: dict[str, Unit]) -> None:
    assert places(make_contest(world.bank)) == [("S", 1, "12.00"), ("CCB-JN", 2, "10.00"), ("I", None, "")]


def test_days_on_record_are_of_all_days_of_the_stations(world: World, field: dict[str, Unit]) -> None:
    found = places(make_contest(world.bank, metric="records"))
    assert found == [("S", 1, "6.45"), ("CCB-JN", 2, "4.84"), ("I", 3, "0.00")]


def test_activities_and_those_who_came_are_compared_by_station_and_month(world: World, field: dict[str, Unit]) -> None:
    at = datetime(2026, 10, 20, 14, 0, tzinfo=ZONE)
    for unit, stations in ((field["branch"], world.station), (field["small"], None)):
        for number in range(2):
            begins = at + timedelta(days=number)
            fields = {"starts_at": begins, "ends_at": begins + timedelta(hours=1), "status": ActivityStatus.HELD}
            made = make_activity(unit, *([stations] if stations else []), **fields)
            type(made).objects.filter(pk=made.pk).update(participant_count=20, counted_by="tally")
    assert places(make_contest(world.bank, metric="activities"))[:2] == [("S", 1, "2.00"), ("CCB-JN", 2, "1.00")]
    found = places(make_contest(world.bank, metric="participants", title="二"))
    assert found[:2] == [("S", 1, "40.00"), ("CCB-JN", 2, "20.00")]


def test_who_has_no_report_of_a_visitor_is_not_ranked(world: World, field: dict[str, Unit]) -> None:
    assert {rank for _unit, rank, _value in places(make_contest(world.bank, metric="answers"))} == {None}


def test_every_metric_says_why_large_and_small_compare_and_asks_a_constant_number_of_queries(
    world: World, field: dict[str, Unit]
) -> None:
    fair = {metric.code: metric for metric in fair_metrics()}
    assert set(fair) >= {"visits", "records", "activities", "participants", "answers", "on_map", "mended"}
    assert "visits_all" not in fair
    for code, metric in fair.items():
        assert str(metric.footing)
        contest = make_contest(world.bank, metric=code, title=code)
        with CaptureQueriesContext(connection) as few:
            standings(contest)
        assert len(few) <= 5, code


def test_equal_values_share_a_place(world: World, field: dict[str, Unit]) -> None:
    third = make_station("三站", operator=field["idle"])
    record(third, october(1), "tally")
    count(third, october(1), 12)
    roll_up(OCTOBER)
    assert [rank for _unit, rank, _value in places(make_contest(world.bank))] == [1, 1, 3]


def test_the_result_is_frozen_once_and_the_best_are_honoured_once(
    world: World, field: dict[str, Unit], chair: User
) -> None:
    contest = make_contest(world.bank)
    assert "Running figures" in page(chair, contest)
    press(chair, contest, "freeze")
    count(world.station, october(3), 900)
    roll_up(OCTOBER)
    contest.refresh_from_db()
    assert places(contest)[0] == ("S", 1, "12.00")
    assert contest.frozen_by == chair
    assert (
        "The result is frozen already"
        in as_(chair).post(reverse("admin:contest_freeze", args=[contest.pk]), follow=True).content.decode()
    )
    press(chair, contest, "honour")
    press(chair, contest, "honour")
    honour = Honour.objects.get()
    assert (honour.unit, honour.title, honour.year) == (field["small"], "优胜单位", 2026)
    line = honour.history.get()
    assert (line.history_user, line.history_change_reason) == (chair, "服务竞赛")
    assert "the honours were given" in page(chair, contest)


def test_an_honour_that_was_there_already_is_not_given_twice(world: World, field: dict[str, Unit], chair: User) -> None:
    contest = make_contest(world.bank)
    Honour.objects.create(unit=field["small"], title="优胜单位", level="city", year=2026)
    press(chair, contest, "freeze")
    assert press(chair, contest, "honour").status_code == 302
    assert Honour.objects.count() == 1


def test_nothing_is_frozen_before_it_is_over_nor_honoured_before_it_is_frozen(
    world: World, field: dict[str, Unit], chair: User
) -> None:
    running = make_contest(world.bank, last=Month(2026, 11).first)
    assert press(chair, running, "freeze").status_code == 403
    over = make_contest(world.bank, title="二")
    assert press(chair, over, "honour").status_code == 403
    assert "It runs on" in page(chair, running)
    assert not Honour.objects.exists()
    assert not Contest.objects.exclude(frozen_at=None).exists()


def test_nothing_is_frozen_before_the_last_day_is_added_up(world: World, field: dict[str, Unit], chair: User) -> None:
    contest = make_contest(world.bank)
    RollupRun.objects.update(started_at=datetime(2026, 10, 31, 2, 30, tzinfo=ZONE))
    refused = press(chair, contest, "freeze")
    assert refused.status_code == 403
    assert "come back tomorrow" in refused.content.decode()
    contest.refresh_from_db()
    assert contest.frozen_at is None


@pytest.mark.parametrize("what", ["freeze", "honour"])
def test_only_those_who_hold_it_do_anything_with_it(world: World, field: dict[str, Unit], what: str) -> None:
    frozen = {"frozen_at": NOVEMBER} if what == "honour" else {}
    contest = make_contest(world.bank, **frozen)
    for role, status in (("officer", 403), ("auditor", 403), ("outsider", 404), ("keeper", 404)):
        assert press(getattr(world, role), contest, what).status_code == status, role
    assert Client().post(reverse(f"admin:contest_{what}", args=[contest.pk])).status_code == 302
    assert "hold this contest" in page(world.officer, contest)
    contest.refresh_from_db()
    assert contest.honoured_at is None


def test_it_is_announced_by_a_form_and_stays_once_it_is_frozen(world: World, chair: User) -> None:
    add = reverse("admin:reports_contest_add")
    fields = {
        "title": "百日竞赛", "unit": world.bank.pk, "metric": "records", "first": "2026-08", "last": "2026-10-31",
        "terms": "", "award": "优胜单位", "level": "city", "winners": "3",
    }  # fmt: skip
    assert as_(chair).post(add, fields).status_code == 302
    contest = Contest.objects.get()
    assert (contest.first, contest.last) == (date(2026, 8, 1), date(2026, 10, 1))
    wrong = {"last": "2026-07-01"}, {"metric": "money"}, {"winners": "0"}, {"award": ""}
    for one in wrong:
        assert as_(chair).post(add, fields | {"title": "二"} | one).status_code == 200, one
    assert as_(world.officer).post(add, fields | {"title": "三"}).status_code == 200  # the unit is none of theirs
    assert as_(world.auditor).post(add, fields | {"title": "四"}).status_code == 403
    change = reverse("admin:reports_contest_change", args=[contest.pk])
    assert '<input type="month" name="first" value="2026-08"' in as_(chair).get(change).text
    assert as_(chair).post(change, fields | {"title": "改名"}).status_code == 302
    Contest.objects.update(frozen_at=NOVEMBER)
    assert as_(chair).post(change, fields | {"title": "再改"}).status_code == 403
    assert Contest.objects.get().title == "改名"


def test_the_list_takes_as_many_queries_for_fifty(world: World, chair: User) -> None:
    make_contest(world.bank)
    client, address = as_(chair), reverse("admin:reports_contest_changelist")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).context["cl"].result_count == 1
    for number in range(48):
        make_contest(world.branch, title=f"赛{number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).context["cl"].result_count == 49
    assert len(many) == len(few)


def test_the_desk_tells_who_holds_a_contest_that_it_is_over_and_that_honours_are_due(
    world: World, field: dict[str, Unit], chair: User
) -> None:
    contest = make_contest(world.bank)
    make_contest(world.bank, title="本月", first=date(2026, 11, 1), last=date(2026, 11, 1))
    address = "/admin/reports/contest/?work="

    def told(user: User) -> list[tuple[int | None, int]]:
        count = desk.figures(user)
        return [(count.get(f"work={key}"), desk.shown(as_(user), address + key)) for key in ("freeze", "honour")]

    assert told(chair) == told(world.admin) == [(1, 1), (0, 0)]
    assert desk.shown(as_(chair), address + "nonsense") == 2
    assert told(world.officer) == [(0, 0), (0, 0)]
    assert told(world.auditor) == [(None, 0), (None, 0)]
    press(chair, contest, "freeze")
    assert told(chair) == [(0, 0), (1, 1)]
    press(chair, contest, "honour")
    assert told(chair) == [(0, 0), (0, 0)]
