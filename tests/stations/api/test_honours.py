"""Honours by programs: what the pages do, by the same rules."""

from typing import Any

import pytest
from django.test import Client

from stations.models import Honour, MapChange
from tests.conftest import World
from tests.factories import make_honour
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db


def honour(**given: Any) -> dict[str, Any]:
    return {"title": "最美工会户外劳动者服务站点", "level": "province", "year": 2025} | given


def test_an_honour_is_entered_once_changed_and_taken_back(world: World) -> None:
    client = with_key(world.officer)
    given = honour(station=world.station.code.lower(), reason="省总发文")
    made = [send(client, "honours/", **given).json() for _again in range(2)]
    assert (made[0], made[0]["station"], made[0]["expires_date"]) == (made[1], world.station.code, None)
    assert error(send(client, "honours/", **given | {"expires_date": "2027-12-31"})) == (409, "stale")
    line = Honour.history.get()
    assert (line.history_user, line.history_device, line.history_change_reason) == (
        world.officer,
        "API · 门口计数器",
        "省总发文",
    )
    assert MapChange.objects.filter(station=world.station).exists()
    path = f"honours/{made[0]['id']}/"
    changed = send(client, path, "patch", expires_date="2027-12-31").json()
    assert (changed["expires_date"], changed["title"]) == ("2027-12-31", made[0]["title"])
    make_honour(world.sister)
    own = {"station": world.station.code, "level": "province"}
    assert client.get(f"{API}honours/", own).json() == {"next": None, "results": [changed]}
    assert client.delete(f"{API}{path}").status_code == 204
    assert Honour.history.filter(history_type="-").get().history_user == world.officer
    assert error(client.get(f"{API}{path}")) == (404, "not_found")


def test_units_and_people_are_honoured_as_well(world: World) -> None:
    client = with_key(world.officer)
    assert send(client, "honours/", **honour(unit="CCB-JN")).json()["unit"] == "CCB-JN"
    made = [send(client, "honours/", **honour(person="keeper")).json() for _again in range(2)]
    assert (made[0], made[0]["person"], Honour.objects.count()) == (made[1], "keeper", 2)
    assert error(send(client, "honours/", **honour(person="official"))) in {(403, "refused"), (400, "invalid")}


def test_honours_are_written_by_those_who_may(world: World) -> None:
    own, strange = make_honour(world.station), make_honour(world.elsewhere)
    officer, auditor = with_key(world.officer), with_key(world.auditor)
    given = honour(station=world.station.code)
    assert error(send(Client(), "honours/", **given)) == (401, "not_authenticated")
    for other in (auditor, with_key(world.keeper)):
        assert error(send(other, "honours/", **given)) == (403, "refused")
        assert error(send(other, f"honours/{own.pk}/", "patch", year=2020)) == (403, "refused")
        assert error(other.delete(f"{API}honours/{own.pk}/")) == (403, "refused")
    known = {name: getattr(own, name) for name in ("title", "level", "year")}
    assert error(send(auditor, "honours/", station=world.station.code, **known)) == (403, "refused")
    assert error(send(officer, f"honours/{strange.pk}/", "patch", year=2020)) == (404, "not_found")
    assert error(officer.delete(f"{API}honours/{strange.pk}/")) == (404, "not_found")
    for bad, field in (
        ({"station": world.elsewhere.code}, "station"),
        ({"station": ""}, "station"),
        ({"unit": "CCB-JN"}, "station"),
        ({"station": None}, "station"),
        ({"unit": "ICBC"}, "unit"),
        ({"person": "outsider"}, "person"),
        ({"person": "\0"}, "person"),
        ({"level": "x"}, "level"),
        ({"year": 26}, "year"),
        ({"title": ""}, "title"),
    ):
        assert fields(send(officer, "honours/", **given | bad)) == [field]
    assert fields(send(officer, "honours/", **honour())) == ["station"]
    for name in ("station", "unit", "level"):
        assert fields(officer.get(f"{API}honours/", {name: "\0"})) == [name]
    assert set(Honour.objects.all()) == {own, strange}
