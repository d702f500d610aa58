"""Notices by programs: what the pages do, by the same rules."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from stations.models import WeatherAlert
from tests.conftest import World
from tests.factories import make_division
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db


def notice(**given: Any) -> dict[str, Any]:
    return {"kind": "cold", "division": "370102", "first": "2026-11-23", "last": "2026-11-27"} | given


def test_a_notice_is_announced_once_changed_and_ended(world: World) -> None:
    client = with_key(world.official)
    made = [send(client, "notices/", **notice(message="多穿衣")).json() for _again in range(2)]
    assert (made[0], made[0]["message"], made[0]["publish_at"]) == (made[1], "多穿衣", None)
    assert error(send(client, "notices/", **notice(message="另一句"))) == (409, "stale")
    line = WeatherAlert.history.get()
    assert (line.history_user, line.history_device) == (world.official, "API · 门口计数器")
    [public] = Client().get("/api/v1/notices/").json()["results"]
    assert public["message"] == "多穿衣"
    path = f"notices/{made[0]['id']}/"
    assert send(client, path, "patch", last="2026-11-30").json()["message"] == "多穿衣"
    told = send(client, path, "patch", message="")
    assert (told.json()["last"], told.json()["message"]) == ("2026-11-30", "")
    assert send(client, f"{path}end/").json()["ended_at"] is not None
    assert Client().get("/api/v1/notices/").json()["results"] == []
    assert error(send(client, f"{path}end/")) == (403, "refused")
    assert error(send(client, path, "patch", message="x")) == (403, "refused")
    assert send(client, "notices/", **notice()).json()["id"] != made[0]["id"]
    assert len(client.get(f"{API}notices/", {"kind": "cold"}).json()["results"]) == 2


def test_notices_are_announced_by_those_who_may(world: World) -> None:
    make_division("370202", "市南区")
    official = with_key(world.official)
    known = send(official, "notices/", **notice(kind="heat")).json()["id"]
    assert error(send(Client(), "notices/", **notice())) == (401, "not_authenticated")
    for other in (world.officer, world.auditor, world.keeper):
        assert error(send(with_key(other), "notices/", **notice())) == (403, "refused")
    assert error(send(official, "notices/", **notice(division="370202"))) == (403, "refused")
    for step in ("", "end/"):
        method = "post" if step else "patch"
        assert error(send(with_key(world.outsider), f"notices/{known}/{step}", method)) == (404, "not_found")
    for given, field in (
        ({"kind": "snow"}, "kind"),
        ({"division": "999999"}, "division"),
        ({"first": "2026-11-22"}, "first"),
        ({"last": "2027-02-01"}, "last"),
        ({"kind": "other"}, "title"),
        ({"message": "x" * 201}, "message"),
    ):
        assert fields(send(official, "notices/", **notice(**given))) == [field]
    assert fields(send(official, f"notices/{known}/", "patch", last="2026-11-22")) == ["last"]
    assert WeatherAlert.objects.get().last == date(2026, 11, 27)
