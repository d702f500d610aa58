"""Contests by programs: what the pages do, by the same rules."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Contest
from reports.rollups.adding_up import roll_up
from stations.choices import Role
from stations.models import Honour, Unit, User
from tests.conftest import World
from tests.factories import make_member
from tests.reports.builders import OCTOBER, count, make_contest, october, record
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def chair(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, name="周处长")


def contest(**given: Any) -> dict[str, Any]:
    said = {"title": "服务竞赛", "unit": "CCB", "metric": "visits", "first": "2026-10", "last": "2026-10"}
    return said | {"award": "优胜单位", "level": "city"} | given


def test_a_contest_is_announced_once_frozen_and_its_best_honoured(world: World, chair: User) -> None:
    record(world.station, october(1), "tally")
    count(world.station, october(1), 12)
    roll_up(OCTOBER)
    client = with_key(chair)
    made = [send(client, "contests/", **contest()).json() for _again in range(2)]
    assert (made[0], made[0]["winners"], Contest.objects.count()) == (made[1], 3, 1)
    line = Contest.history.get()
    assert (line.history_user, line.history_device) == (chair, "API · 门口计数器")
    path = f"contests/{made[0]['id']}/"
    changed = send(client, path, "patch", winners=1, terms="按每站每开门日").json()
    assert (changed["winners"], changed["first"], changed["title"]) == (1, "2026-10", "服务竞赛")
    assert changed["ranking"] == [
        {"unit": "CCB-JN", "name": "济南分行", "rank": 1, "value": 12.0, "part": 12, "whole": 1}
    ]
    assert error(send(client, f"{path}honour/")) == (403, "refused")
    frozen = send(client, f"{path}freeze/").json()
    assert (frozen["frozen_at"], frozen["ranking"]) == (NOVEMBER.isoformat(), changed["ranking"])
    assert error(send(client, f"{path}freeze/")) == (409, "stale")
    assert error(send(client, path, "patch", winners=2)) == (403, "refused")
    assert send(client, f"{path}honour/").json()["honoured_at"] == NOVEMBER.isoformat()
    assert error(send(client, f"{path}honour/")) == (409, "stale")
    assert Honour.objects.get().unit == world.branch
    told = with_key(world.officer).get(f"{API}{path}").json()
    assert told == client.get(f"{API}{path}").json()
    [listed] = with_key(world.officer).get(f"{API}contests/").json()["results"]
    assert listed == {name: value for name, value in told.items() if name != "ranking"}


def test_contests_are_written_by_those_who_may(world: World, chair: User) -> None:
    known = make_contest(world.bank, last=datetime(2026, 11, 1, tzinfo=NOVEMBER.tzinfo).date())
    holder, officer, auditor = (with_key(user) for user in (chair, world.officer, world.auditor))
    path = f"contests/{known.pk}/"
    assert error(send(Client(), "contests/", **contest())) == (401, "not_authenticated")
    for other in (officer, auditor):
        assert error(send(other, path, "patch", winners=9)) == (403, "refused")
        assert error(send(other, f"{path}freeze/")) == (403, "refused")
    assert error(send(auditor, "contests/", **contest(title="二"))) == (403, "refused")
    assert fields(send(officer, "contests/", **contest(title="二"))) == ["unit"]
    assert error(send(with_key(world.outsider), f"{path}freeze/")) == (404, "not_found")
    assert error(send(holder, f"{path}freeze/")) == (403, "refused")
    for given, field in (
        ({"unit": "ICBC"}, "unit"),
        ({"metric": "visits_all"}, "metric"),
        ({"first": "2026-13"}, "first"),
        ({"first": 10}, "first"),
        ({"last": "2026-09"}, ""),
        ({"winners": 0}, "winners"),
        ({"level": "x"}, "level"),
    ):
        assert fields(send(holder, "contests/", **contest(title="二", **given))) == [field]
    assert fields(send(holder, path, "patch", unit="ICBC")) == ["unit"]
    assert list(Contest.objects.all()) == [known]


def test_a_page_of_many_costs_as_many_queries_as_one_of_two(world: World, chair: User) -> None:
    client, unit = with_key(chair), Unit.objects.get(pk=world.bank.pk)
    client.get(f"{API}me/")  # notes that the key was used

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{API}contests/").status_code == 200
        return len(captured)

    for number in range(2):
        make_contest(unit, title=f"赛{number}")
    few = queries()
    for number in range(2, 12):
        make_contest(unit, title=f"赛{number}")
    assert queries() == few
