"""Plates and special stations by programs: what the pages do, by the same rules."""

from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from partners.models import Plate, SpecialStation
from stations.models import MapChange
from tests.conftest import World
from tests.factories import make_partner, make_photo, make_plate, make_programme, make_special, make_station
from tests.partners import agreeing
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-07-20T10:00:00+08:00")


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def plate(world: World, **given: Any) -> dict[str, Any]:
    make_programme()
    return {"station": world.station.code, "programme": "ccb_harbor", "since": "2026-07-20"} | given


def special(world: World, **given: Any) -> dict[str, Any]:
    return {"station": world.station.code, "theme": "共享书屋", "since": "2026-07-01"} | given


def test_a_plate_is_hung_once_and_taken_down(world: World) -> None:
    client = with_key(world.officer)
    given = plate(world, number="0012", granted_by="CCB-JN", reason="试点")
    made = [send(client, "plates/", **given).json() for _again in range(2)]
    assert made[0] == made[1]
    assert fields(send(client, "plates/", **given | {"number": "0013"})) == ["since"]
    assert {name: made[0][name] for name in ("number", "until", "granted_by", "agreement")} == {
        "number": "0012",
        "until": None,
        "granted_by": "CCB-JN",
        "agreement": None,
    }
    line = Plate.history.get()
    assert (line.history_user, line.history_device, line.history_change_reason) == (
        world.officer,
        "API · 门口计数器",
        "试点",
    )
    assert MapChange.objects.filter(station=world.station).exists()
    make_plate(world.sister)
    own = {"station": world.station.code.lower(), "programme": "ccb_harbor"}
    assert client.get(f"{API}plates/", own).json() == {"next": None, "results": [made[0]]}
    path = f"plates/{made[0]['id']}/"
    down = send(client, f"{path}withdraw/", last="2026-07-31", reason="试点结束").json()
    assert (down, down["until"]) == (client.get(f"{API}{path}").json(), "2026-07-31")
    assert error(send(client, f"{path}withdraw/", last="2026-07-31")) == (409, "stale")
    assert send(client, f"{path}withdraw/", last="2026-07-19").status_code == 204
    assert error(client.get(f"{API}{path}")) == (404, "not_found")


def test_a_plate_is_changed(world: World) -> None:
    client, hanging = with_key(world.officer), make_plate(world.station, since=date(2026, 1, 1))
    path = f"plates/{hanging.pk}/"
    changed = send(client, path, "patch", number="0012", granted_by="CCB-JN", reason="换牌").json()
    assert (changed["number"], changed["granted_by"], changed["since"]) == ("0012", "CCB-JN", "2026-01-01")
    line = Plate.history.latest("history_id")
    assert (line.history_user, line.history_change_reason) == (world.officer, "换牌")
    assert MapChange.objects.filter(station=world.station).exists()
    moved = send(client, path, "patch", since="2026-02-01", until="2026-06-30").json()
    assert (moved["since"], moved["until"], moved["number"]) == ("2026-02-01", "2026-06-30", "0012")
    make_plate(world.station, since=date(2026, 7, 1))
    assert fields(send(client, path, "patch", until=None)) == [""]
    assert fields(send(client, path, "patch", until="2026-07-01")) == ["since"]
    assert fields(send(client, path, "patch", until="2026-01-31")) == [""]
    assert fields(send(client, path, "patch", programme="x")) == ["programme"]
    assert fields(send(client, path, "patch", number="9" * 41)) == ["number"]
    assert client.get(f"{API}{path}").json() == moved


def test_of_a_plate_under_an_agreement_only_the_number_is_changed(world: World) -> None:
    agreeing.recognise(world.officer, world.branch, world.station)
    client, under = with_key(world.officer), Plate.objects.get()
    path = f"plates/{under.pk}/"
    assert send(client, path, "patch", number="7", since=str(under.since)).json()["number"] == "7"
    refused = send(client, path, "patch", number="8", until="2026-07-20")
    assert (error(refused), "标识互挂互认协议" in refused.text) == ((403, "refused"), True)
    under.refresh_from_db()
    assert under.number == "7"


def test_a_plate_hangs_once_on_any_day(world: World) -> None:
    client, hanging = with_key(world.officer), make_plate(world.station)
    assert fields(send(client, "plates/", **plate(world))) == ["since"]
    closed = make_station("旧站", operator=world.branch, status="closed")
    assert fields(send(client, "plates/", **plate(world, station=closed.code.lower()))) == ["station"]
    assert fields(send(client, "plates/", **plate(world, until="2026-07-19"))) == ["until"]
    assert list(Plate.objects.all()) == [hanging]


def test_what_hangs_under_an_agreement_comes_down_with_it(world: World) -> None:
    agreeing.recognise(world.officer, world.branch, world.station)
    under = Plate.objects.get()
    refused = send(with_key(world.officer), f"plates/{under.pk}/withdraw/", last="2026-07-20")
    assert (error(refused), "标识互挂互认协议" in refused.text) == ((403, "refused"), True)


def test_plates_are_written_by_those_who_may(world: World) -> None:
    strange, own = make_plate(world.elsewhere), make_plate(world.sister)
    officer, official, outsider = (with_key(user) for user in (world.officer, world.official, world.outsider))
    assert error(send(Client(), "plates/", **plate(world))) == (401, "not_authenticated")
    assert error(send(official, "plates/", **plate(world))) == (403, "refused")
    assert error(send(official, f"plates/{own.pk}/withdraw/", last="2026-07-20")) == (403, "refused")
    assert error(send(officer, f"plates/{strange.pk}/withdraw/", last="2026-07-20")) == (404, "not_found")
    assert error(send(Client(), f"plates/{own.pk}/", "patch", number="1")) == (401, "not_authenticated")
    assert error(send(official, f"plates/{own.pk}/", "patch", number="1")) == (403, "refused")
    assert error(send(officer, f"plates/{strange.pk}/", "patch", number="1")) == (404, "not_found")
    assert error(outsider.get(f"{API}plates/{own.pk}/")) == (404, "not_found")
    for given, field in (
        ({"station": world.elsewhere.code}, "station"),
        ({"station": "x\0"}, "station"),
        ({"programme": "x"}, "programme"),
        ({"granted_by": "ICBC"}, "granted_by"),
        ({"since": "yesterday"}, "since"),
        ({"number": "9" * 41}, "number"),
    ):
        assert fields(send(officer, "plates/", **plate(world, **given))) == [field]
    assert fields(send(officer, f"plates/{own.pk}/withdraw/")) == ["last"]
    assert fields(officer.get(f"{API}plates/", {"programme": "x\0"})) == ["programme"]
    assert fields(officer.get(f"{API}plates/", {"station": "\0"})) == ["station"]
    assert Plate.objects.count() == 2


def test_a_station_is_made_special_once_changed_and_ended(world: World) -> None:
    client, partner = with_key(world.officer), make_partner(world.branch)
    given = special(world, partner=partner.code, reason="新主题")
    made = [send(client, "special-stations/", **given).json() for _again in range(2)]
    assert (made[0], made[0]["partner"], made[0]["until"]) == (made[1], partner.code, None)
    assert error(send(client, "special-stations/", **given | {"description": "另一段"})) == (409, "stale")
    line = SpecialStation.history.get()
    assert (line.history_user, line.history_change_reason) == (world.officer, "新主题")
    assert MapChange.objects.filter(station=world.station).exists()
    path = f"special-stations/{made[0]['id']}/"
    changed = send(client, path, "patch", description="两千册图书", partner=None).json()
    assert (changed["description"], changed["partner"], changed["theme"]) == ("两千册图书", None, "共享书屋")
    ended = send(client, path, "patch", until="2026-07-20").json()
    assert (ended["until"], client.get(f"{API}{path}").json()) == ("2026-07-20", ended)
    photo, strange = make_photo(world.station), make_photo(world.sister)
    shown = send(client, path, "patch", photos=[photo.pk]).json()
    assert (shown["photos"], send(client, path, "patch", theme="共享书屋").json()) == ([photo.pk], shown)
    assert fields(send(client, path, "patch", photos=[strange.pk])) == ["photos"]
    assert fields(send(client, path, "patch", photos=[make_photo(world.elsewhere).pk])) == ["photos"]
    ended = send(client, path, "patch", photos=[]).json()
    make_special(world.sister)
    listed = client.get(f"{API}special-stations/", {"station": world.station.code}).json()
    assert listed == {"next": None, "results": [ended]}
    assert client.delete(f"{API}{path}").status_code == 204
    assert SpecialStation.history.filter(id=made[0]["id"], history_type="-").get().history_user == world.officer
    assert error(client.get(f"{API}{path}")) == (404, "not_found")


def test_special_stations_are_written_by_those_who_may(world: World) -> None:
    own, strange = make_special(world.station, until=date(2026, 1, 1)), make_special(world.elsewhere)
    officer, official = with_key(world.officer), with_key(world.official)
    assert error(send(Client(), "special-stations/", **special(world))) == (401, "not_authenticated")
    assert error(send(official, "special-stations/", **special(world))) == (403, "refused")
    assert error(send(official, f"special-stations/{own.pk}/", "patch", theme="x")) == (403, "refused")
    assert error(official.delete(f"{API}special-stations/{own.pk}/")) == (403, "refused")
    assert error(send(officer, f"special-stations/{strange.pk}/", "patch", theme="x")) == (404, "not_found")
    for given, field in (
        ({"station": world.elsewhere.code}, "station"),
        ({"partner": "ABCDEFGH"}, "partner"),
        ({"theme": ""}, "theme"),
        ({"until": "2026-06-30"}, ""),
    ):
        assert fields(send(officer, "special-stations/", **special(world, **given))) == [field]
    send(officer, "special-stations/", **special(world))
    assert fields(send(officer, "special-stations/", **special(world, theme="爱心茶站"))) == [""]
    assert SpecialStation.objects.count() == 3
