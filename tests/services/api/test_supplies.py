"""Supplies by programs: moved, counted, sent and received once for each key."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.daily_codes import daily_code
from services.models import SupplyItem, SupplyMovement, SupplyTransfer
from tests.conftest import World
from tests.factories import make_partner, make_station
from tests.services.api.test_days import day, post
from tests.stations.api.test_keys import error, with_key

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
TRANSFERS = "/api/v1/office/transfers/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def water(db: None) -> SupplyItem:
    return SupplyItem.objects.create(code="water", name="瓶装水", name_en="Water")


def left(response: Any) -> int:
    assert response.status_code == 200, response.text
    return int(response.json()["results"][0]["quantity"])


def fields(response: Any) -> list[str]:
    assert response.status_code == 400, response.text
    return list(response.json()["error"]["fields"])


def test_supplies_move_once_for_each_key(world: World) -> None:
    client, key = with_key(world.keeper), str(uuid4())
    given = {"item": "water", "kind": "in", "quantity": 48, "expires_date": "2027-06-01"}
    for _again in range(2):
        answer = post(client, day(world, "supplies/"), **given, client_key=key)
    assert (answer.status_code, answer.json()["results"][0]["quantity"]) == (200, 48)
    yesterday = day(world, "supplies/").replace("2026-11-20", "2026-11-19")
    for address, other in ((day(world, "supplies/"), {"quantity": 47}), (yesterday, {})):
        answer = post(client, address, **given | other, client_key=key)
        assert (error(answer), "another day or other figures" in answer.text) == ((409, "stale"), True)
    out = post(client, day(world, "supplies/"), item="water", kind="out", quantity=2, group="courier").json()
    assert out == client.get(f"/api/v1/office/stations/{world.station.code}/supplies/").json()
    assert (out["results"][0]["quantity"], SupplyMovement.objects.count()) == (46, 2)
    assert error(post(client, day(world, "supplies/"), item="water", kind="out", quantity=99)) == (403, "refused")
    assert error(post(client, day(world, "supplies/"), **given | {"item": "gold"})) == (400, "invalid")
    assert error(post(client, day(world, "supplies/"), **given | {"kind": "sent"})) == (400, "invalid")
    assert error(post(with_key(world.auditor), day(world, "supplies/"), **given)) == (403, "refused")
    assert error(post(with_key(world.outsider), day(world, "supplies/"), **given)) == (404, "not_found")
    assert error(client.get("/api/v1/office/stations/%00/supplies/")) == (404, "not_found")


def test_what_comes_in_names_who_gave_it(world: World) -> None:
    client, donor = with_key(world.keeper), make_partner(world.branch)
    given = {"item": "water", "kind": "in", "quantity": 48}
    assert left(post(client, day(world, "supplies/"), **given, donor=donor.code)) == 48
    assert SupplyMovement.objects.get().donor == donor
    assert fields(post(client, day(world, "supplies/"), **given, donor="ABCDEFGH")) == ["donor"]


def test_one_is_given_by_the_code_of_the_day_and_it_is_said_why(world: World, water: SupplyItem) -> None:
    client, code = with_key(world.keeper), daily_code("a phone", NOW.date())
    post(client, day(world, "supplies/"), item="water", kind="in", quantity=3, why="慰问")
    assert SupplyMovement.objects.get().why == "慰问"
    given = {"item": "water", "kind": "out", "quantity": 1, "code": code}
    assert fields(post(client, day(world, "supplies/"), **given)) == ["code"]
    SupplyItem.objects.update(is_once_a_day=True)
    assert left(post(client, day(world, "supplies/"), **given)) == 2
    assert SupplyMovement.objects.latest("pk").is_by_code
    assert error(post(client, day(world, "supplies/"), **given)) == (403, "refused")
    assert fields(post(client, day(world, "supplies/"), **given | {"code": "nonsense"})) == ["code"]
    assert fields(post(client, day(world, "supplies/"), **given | {"quantity": 2})) == ["quantity"]


def test_what_has_expired_is_not_given_out(world: World) -> None:
    client, before = with_key(world.keeper), day(world, "supplies/").replace("2026-11-20", "2026-11-17")
    given: dict[str, Any] = {"item": "water", "quantity": 4}
    post(client, before, **given, kind="in", expires_date="2026-11-18")
    refused = post(client, day(world, "supplies/"), **given, kind="out")
    assert (error(refused), "Discard what has expired" in refused.text) == ((403, "refused"), True)
    assert left(post(client, day(world, "supplies/"), **given, kind="discard")) == 0


def test_supplies_are_counted(world: World) -> None:
    client, key = with_key(world.keeper), str(uuid4())
    post(client, day(world, "supplies/"), item="water", kind="in", quantity=48)
    path, given = day(world, "supplies/count/"), {"item": "water", "counted": 45}
    assert fields(post(client, path, **given)) == ["why"]
    assert [left(post(client, path, **given, why="破损", client_key=key)) for _again in range(2)] == [45, 45]
    line = SupplyMovement.objects.latest("pk")
    assert (line.kind, line.quantity, line.by, line.why) == ("missing", 3, world.keeper, "破损")
    assert error(post(with_key(world.auditor), path, **given)) == (403, "refused")
    assert error(post(with_key(world.outsider), path, **given)) == (404, "not_found")
    assert error(post(Client(), path, **given)) == (401, "not_authenticated")
    assert fields(post(client, path, **given | {"counted": -1})) == ["counted"]


def test_supplies_go_from_one_station_to_another(world: World) -> None:
    client, officer, key = with_key(world.keeper), with_key(world.officer), str(uuid4())
    there = day(world).replace(world.station.code, world.sister.code)
    post(client, day(world, "supplies/"), item="water", kind="in", quantity=48)
    send, given = day(world, "supplies/send/"), {"item": "water", "quantity": 10, "to": world.sister.code.lower()}
    assert [left(post(client, send, **given, client_key=key)) for _again in range(2)] == [38, 38]
    [sent] = client.get(TRANSFERS, {"state": "on_the_way"}).json()["results"]
    assert (sent["origin"], sent["target"], sent["quantity"]) == (world.station.code, world.sister.code, 10)
    receive = {"transfer": sent["id"], "arrived": 9}
    assert fields(post(officer, f"{there}supplies/receive/", **receive)) == ["why"]
    assert fields(post(officer, day(world, "supplies/receive/"), **receive)) == ["transfer"]
    assert error(post(client, f"{there}supplies/receive/", **receive)) == (404, "not_found")
    assert left(post(officer, f"{there}supplies/receive/", **receive, why="漏了一瓶")) == 9
    assert error(post(officer, day(world, "supplies/call-back/"), transfer=sent["id"])) == (409, "stale")
    assert left(post(client, send, **given)) == 28
    back = SupplyTransfer.objects.latest("pk").pk
    assert error(post(with_key(world.auditor), day(world, "supplies/call-back/"), transfer=back)) == (403, "refused")
    assert left(post(client, day(world, "supplies/call-back/"), transfer=back)) == 38
    for other, field in (({"to": world.station.code}, "to"), ({"to": "\0"}, "to"), ({"item": "gold"}, "item")):
        assert fields(post(client, send, **given | other)) == [field]
    assert officer.get(TRANSFERS).json()["results"][0]["why"] == "漏了一瓶"
    assert with_key(world.outsider).get(TRANSFERS).json()["results"] == []


def test_a_page_of_many_transfers_costs_as_many_queries_as_one_of_two(world: World) -> None:
    client, keeper = with_key(world.officer), with_key(world.keeper)
    post(keeper, day(world, "supplies/"), item="water", kind="in", quantity=48)
    client.get(TRANSFERS)  # notes that the key was used

    def queries(count: int) -> int:
        for _number in range(count):
            to = make_station(operator=world.branch)
            assert post(keeper, day(world, "supplies/send/"), item="water", quantity=1, to=to.code).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(TRANSFERS).json()["results"]) == SupplyTransfer.objects.count()
        return len(captured)

    assert queries(2) == queries(6)
