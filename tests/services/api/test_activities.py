"""Activities by programs: planned, changed, reported, called off."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from services import policies
from services.models import Activity
from tests.conftest import World
from tests.factories import make_activity, make_partner
from tests.stations.api.test_keys import error, with_key

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
ACTIVITIES = "/api/v1/office/activities/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def plan(world: World, **given: Any) -> dict[str, Any]:
    return {
        "kind": "haircut",
        "title": "义务理发",
        "organiser": "CCB-JN",
        "stations": [world.station.code],
        "starts_at": "2026-11-20T08:00:00+08:00",
        "ends_at": "2026-11-20T09:30:00+08:00",
    } | given


def put(client: Client, code: str, **given: Any) -> Any:
    return client.put(f"{ACTIVITIES}{code}/report/", given, content_type="application/json")


def test_an_activity_is_planned_once_and_reported(world: World) -> None:
    client = with_key(world.officer)
    made = [client.post(ACTIVITIES, plan(world), content_type="application/json") for _again in range(2)]
    assert [answer.status_code for answer in made] == [200, 200]
    told = made[1].json()
    assert (told["status"], told["stations"], Activity.objects.count()) == ("planned", [world.station.code], 1)
    assert (told["series"], told["booked_count"], told["division"]) == (None, 0, "370102")
    first = Activity.objects.get()
    second = make_activity(world.branch, world.station, series=first)
    assert client.get(f"{ACTIVITIES}{second.code}/").json()["series"] == first.code
    second.delete()
    reported = put(client, told["code"], counts={"courier": 12, "taxi": 0}, summary="很好", cost="80.50").json()
    assert (reported["status"], reported["participant_count"], reported["cost"]) == ("reported", 12, 80.5)
    assert reported["counts"] == {"courier": 12}
    line = Activity.history.latest("history_id")
    assert (line.history_user, line.history_device) == (world.officer, "API · 门口计数器")
    assert client.get(f"{ACTIVITIES}{told['code'].lower()}/").json() == reported


def test_a_code_that_is_none_is_not_found(world: World) -> None:
    client = with_key(world.officer)
    assert error(client.get(f"{ACTIVITIES}%00/")) == (404, "not_found")


def test_an_activity_is_called_off_with_a_notice(world: World) -> None:
    code, client = make_activity(world.branch, world.station).code, with_key(world.officer)
    url = f"{ACTIVITIES}{code}/cancel/"
    assert error(client.post(url, {}, content_type="application/json")) == (400, "invalid")
    done = client.post(url, {"notice": "台风"}, content_type="application/json").json()
    assert (done["status"], done["notice"]) == ("cancelled", "台风")
    assert error(client.post(url, {"notice": "台风"}, content_type="application/json")) == (409, "stale")


def test_an_activity_is_held_once_more_as_the_next_date_of_its_series(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = with_key(world.officer)
    first = client.post(ACTIVITIES, plan(world), content_type="application/json").json()
    path, later = f"{ACTIVITIES}{first['code']}/repeat/", "2026-11-27T08:00:00+08:00"

    def repeat(by: Client, **given: Any) -> Any:
        return by.post(path, {"starts_at": later} | given, content_type="application/json")

    second, again = repeat(client).json(), repeat(client).json()
    assert second == again
    assert (second["series"], second["starts_at"]) == (first["code"], later)
    assert second["ends_at"] == "2026-11-27T09:30:00+08:00"
    assert repeat(client, starts_at=first["starts_at"]).json() == first
    assert error(repeat(client, starts_at="next week")) == (400, "invalid")
    assert error(repeat(Client())) == (401, "not_authenticated")
    assert error(repeat(with_key(world.auditor))) == (403, "refused")
    assert error(repeat(with_key(world.outsider))) == (404, "not_found")
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: "Locked: the month was handed in."])
    assert error(repeat(client, starts_at="2026-10-27T08:00:00+08:00")) == (403, "refused")
    assert Activity.objects.count() == 2


def test_activities_are_written_by_those_who_may(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def planned(client: Client, **given: Any) -> Any:
        return client.post(ACTIVITIES, plan(world, **given), content_type="application/json")

    officer, auditor = with_key(world.officer), with_key(world.auditor)
    assert error(planned(Client())) == (401, "not_authenticated")
    assert error(planned(auditor)) == (403, "refused")
    for given, field in (
        ({"organiser": "ICBC"}, "organiser"),
        ({"stations": [world.elsewhere.code]}, "stations"),
        ({"stations": []}, "place"),
        ({"kind": "skydiving"}, "kind"),
    ):
        refused = planned(officer, **given)
        assert (error(refused), list(refused.json()["error"]["fields"])) == ((400, "invalid"), [field])
    strange, own = make_activity(world.other_bank).code, make_activity(world.branch, starts_at=NOW).code
    assert error(put(officer, strange, counts={})) == (404, "not_found")
    assert error(put(auditor, own, counts={"courier": 1})) == (403, "refused")
    assert list(put(officer, own, counts={"martian": 1}).json()["error"]["fields"]) == ["counts"]
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: "Locked: the month was handed in."])
    locked = planned(officer)
    assert (error(locked), locked.json()["error"]["message"]) == ((403, "refused"), "Locked: the month was handed in.")


def test_an_activity_is_changed_until_it_is_reported(world: World) -> None:
    client, partner = with_key(world.officer), make_partner(world.branch)
    given = plan(world, partners=[partner.code], takes_sign_ups=True, capacity=20)
    made = client.post(ACTIVITIES, given, content_type="application/json").json()
    assert (made["partners"], made["takes_sign_ups"], made["capacity"]) == ([partner.code], True, 20)
    path = f"{ACTIVITIES}{made['code']}/"

    def change(by: Client, **given: Any) -> Any:
        return by.patch(path, given, content_type="application/json")

    changed = change(client, title="理发进驿站", stations=[world.sister.code], partners=[], capacity=None).json()
    assert (changed["title"], changed["stations"], changed["partners"]) == ("理发进驿站", [world.sister.code], [])
    assert (changed["capacity"], changed["kind"], changed["starts_at"]) == (None, "haircut", made["starts_at"])
    assert Activity.history.latest("history_id").history_user == world.officer
    listed = client.get(ACTIVITIES, {"status": "planned", "kind": "haircut"}).json()
    assert listed == {"next": None, "results": [changed]}
    for given, field in (
        ({"organiser": "ICBC"}, "organiser"),
        ({"stations": [world.elsewhere.code]}, "stations"),
        ({"partners": ["ABCDEFGH"]}, "partners"),
        ({"division": "999999"}, "division"),
        ({"stations": []}, "place"),
        ({"capacity": 0}, "capacity"),
        ({"ends_at": "2027-11-20T09:30:00+08:00"}, "ends_at"),
    ):
        refused = change(client, **given)
        assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])
    assert error(change(Client(), title="x")) == (401, "not_authenticated")
    assert error(change(with_key(world.auditor), title="x")) == (403, "refused")
    assert error(change(with_key(world.outsider), title="x")) == (404, "not_found")
    put(client, made["code"], counts={"courier": 1})
    assert error(change(client, title="x")) == (409, "stale")
