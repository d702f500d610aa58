"""A station's day written by programs: the same rules as for people, and everything once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services import policies
from services.choices import Method, Source, WorkerGroup
from services.models import StationDay, Visit, VisitEntry
from stations.models import User
from tests.conftest import World
from tests.services.conftest import count_visits
from tests.stations.api.test_keys import error, with_key

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
TODAY = NOW.date()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def day(world: World, path: str = "", date: Any = TODAY) -> str:
    return f"/api/v1/office/stations/{world.station.code}/days/{date}/{path}"


def post(client: Client, url: str, **given: Any) -> Any:
    return client.post(url, {"client_key": str(uuid4()), **given}, content_type="application/json")


def counted(count: int = 12, **given: Any) -> dict[str, Any]:
    return {"group": "courier", "method": "gate", "kind": "add", "count": count} | given


def test_a_day_is_opened_closed_and_reopened_once_for_each_key(world: World) -> None:
    client, key = with_key(world.keeper), str(uuid4())
    early = "2026-11-20T08:31:00+08:00"
    opened = post(client, day(world, "open/"), client_key=key, at=early)
    assert (opened.status_code, opened.json()["opened_at"], opened.json()["closed_at"]) == (200, early, None)
    closing = str(uuid4())
    assert post(client, day(world, "close/"), client_key=closing).json()["closed_at"] == NOW.isoformat()
    assert post(client, day(world, "reopen/")).json()["closed_at"] is None
    repeated = post(client, day(world, "close/"), client_key=closing)
    assert (repeated.status_code, repeated.json()["closed_at"]) == (200, None)
    assert error(post(client, day(world, "nil/"), client_key=key)) == (409, "stale")
    other_moment = post(client, day(world, "open/"), client_key=key, at="2026-11-20T08:32:00+08:00")
    assert (error(other_moment), "another day" in other_moment.json()["error"]["message"]) == ((409, "stale"), True)
    assert StationDay.objects.get().recorded_by == world.keeper


def test_a_nil_return_is_recorded_and_taken_back(world: World) -> None:
    client = with_key(world.officer)
    assert post(client, day(world, "nil/")).json()["is_nil"] is True
    assert post(client, day(world, "withdraw-nil/")).json()["is_nil"] is False


def test_visits_count_once_for_each_key_and_stand_beside_those_of_other_methods(world: World) -> None:
    count_visits(world.keeper, world.station, 3, group=WorkerGroup.TAXI, method=Method.LEDGER, day=TODAY)
    client, key = with_key(world.keeper), str(uuid4())
    for _again in range(2):
        answer = post(client, day(world, "visits/"), **counted(client_key=key, hour=9))
        assert (answer.status_code, answer.json()["total"], answer.json()["counted_by"]) == (200, 12, "gate")
    assert {(row["method"], row["hour"], row["count"]) for row in answer.json()["visits"]} == {
        ("gate", 9, 12),
        ("ledger", None, 3),
    }
    entry = VisitEntry.objects.get(client_key=key)
    assert (entry.source, entry.by) == (Source.API, world.keeper)
    assert error(post(client, day(world, "visits/"), **counted(13, client_key=key, hour=9))) == (409, "stale")
    undone = post(client, day(world, f"visits/{key}/undo/"))
    assert undone.json()["total"] == 3
    assert error(post(client, day(world, f"visits/{uuid4()}/undo/"))) == (404, "not_found")


def test_a_figure_is_set_unless_another_stands_there_by_now(world: World) -> None:
    client = with_key(world.officer)
    assert post(client, day(world, "visits/"), **counted(20, kind="set")).json()["total"] == 20
    assert post(client, day(world, "visits/"), **counted(25, kind="set", seen=20)).json()["total"] == 25
    assert error(post(client, day(world, "visits/"), **counted(30, kind="set", seen=20))) == (409, "stale")
    assert Visit.objects.get().count == 25


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (counted(group="martian"), "group"),
        (counted(method="guess"), "method"),
        (counted(hour=24), "hour"),
        (counted(0), "count"),
        (counted(10**9), "count"),
        (counted(kind="more"), "kind"),
        (counted(client_key="x"), "client_key"),
        (counted(client_key=None), "client_key"),
    ],
)
def test_what_cannot_be_is_refused_by_name(world: World, given: dict[str, Any], field: str) -> None:
    refused = post(with_key(world.keeper), day(world, "visits/"), **given)
    assert (error(refused), list(refused.json()["error"]["fields"])) == ((400, "invalid"), [field])
    assert not VisitEntry.objects.exists()


def test_days_are_written_by_those_who_may(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(who: User, date: Any = TODAY) -> Any:
        return post(with_key(who), day(world, "visits/", date), **counted())

    assert error(post(Client(), day(world, "open/"))) == (401, "not_authenticated")
    assert error(answers(world.outsider)) == (404, "not_found")
    assert error(answers(world.auditor)) == (403, "refused")
    assert error(answers(world.keeper, TODAY + timedelta(days=1))) == (400, "invalid")
    assert error(answers(world.keeper, TODAY - timedelta(days=9))) == (403, "refused")
    assert error(answers(world.keeper, "2026-13-01")) == (404, "not_found")
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: "Locked: the month was handed in."])
    locked = answers(world.officer)
    assert (error(locked), locked.json()["error"]["message"]) == ((403, "refused"), "Locked: the month was handed in.")
    assert with_key(world.officer).get(day(world)).json()["locked"] == "Locked: the month was handed in."
    assert not VisitEntry.objects.exists()


def test_a_day_is_read_in_the_same_number_of_queries_for_two_and_many_figures(world: World) -> None:
    client = with_key(world.auditor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(day(world)).status_code == 200
        return len(captured)

    assert client.get(day(world)).json()["visits"] == []
    count_visits(world.keeper, world.station, 3, group=WorkerGroup.TAXI, method=Method.LEDGER, day=TODAY)
    few = queries()
    for group in list(WorkerGroup)[3:]:
        count_visits(world.keeper, world.station, 3, group=group, method=Method.LEDGER, day=TODAY)
    assert queries() == few
