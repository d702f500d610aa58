"""Programmes and the stages of their roll-out by programs: what the pages do, by the same rules."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from partners.models import Programme, ProgrammeStage
from tests.conftest import World
from tests.factories import make_programme
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db


def programme(**given: Any) -> dict[str, Any]:
    return {"code": "little_bee", "name": "小蜜蜂驿站", "name_en": "Little Bee", "owner": "CCB-JN"} | given


def stage(**given: Any) -> dict[str, Any]:
    return {"kind": "pilot", "first": "2026-11-01", "last": "2027-03-31", "goal": 8} | given


def test_a_programme_is_entered_once_by_an_administrator_and_its_owner_writes_the_rules(world: World) -> None:
    admin, owner = with_key(world.admin), with_key(world.officer)
    made = [send(admin, "programmes/", **programme(reason="新品牌")).json() for _again in range(2)]
    assert (made[0], made[0]["owner"], made[0]["colour"], made[0]["stages"]) == (made[1], "CCB-JN", "#0b6e6e", [])
    assert error(send(admin, "programmes/", **programme(name="另一个"))) == (409, "stale")
    line = Programme.history.get()
    assert (line.history_user, line.history_change_reason) == (world.admin, "新品牌")
    path = "programmes/little_bee/"
    changed = send(owner, path, "patch", rules="有热水", website="https://example.com/", name="小蜜蜂").json()
    assert (changed["rules"], changed["name"], changed["website"]) == ("有热水", "小蜜蜂", "https://example.com/")
    assert Programme.history.latest("history_id").history_user == world.officer
    assert send(owner, path, "patch", colour="#0b6e6e").status_code == 200
    for other in ({"colour": "#ff0000"}, {"code": "bee"}, {"owner": None}, {"order": 7}):
        assert error(send(owner, path, "patch", **other)) == (403, "refused")
    assert send(admin, path, "patch", colour="#ff0000", owner=None).json()["owner"] is None
    listed = with_key(world.auditor).get(f"{API}programmes/").json()["results"]
    assert [one["colour"] for one in listed] == ["#ff0000"]


def test_a_page_of_the_back_office_enters_one_with_its_session(world: World) -> None:
    client = Client()
    client.force_login(world.admin)
    given = programme()
    answers = [client.post(f"{API}programmes/", given, content_type="application/json") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert Programme.objects.filter(code=given["code"]).count() == 1


def test_programmes_are_written_by_those_who_may(world: World) -> None:
    known = make_programme(owner=world.branch)
    admin, path = with_key(world.admin), f"programmes/{known.code}/"
    assert error(send(Client(), "programmes/", **programme())) == (401, "not_authenticated")
    assert error(send(with_key(world.officer), "programmes/", **programme())) == (403, "refused")
    for other in (world.outsider, world.auditor, world.keeper):
        assert error(send(with_key(other), path, "patch", rules="x")) == (403, "refused")
        assert error(send(with_key(other), f"{path}stages/", **stage())) == (403, "refused")
    assert error(send(admin, "programmes/nothing/", "patch", rules="x")) == (404, "not_found")
    for given, field in (
        ({"code": "小 蜜蜂"}, "code"),
        ({"name": ""}, "name"),
        ({"owner": "XYZ"}, "owner"),
        ({"colour": "red"}, "colour"),
        ({"website": "nowhere"}, "website"),
        ({"order": -1}, "order"),
    ):
        assert fields(send(admin, "programmes/", **programme(**given))) == [field]
    assert list(Programme.objects.all()) == [known]


def test_a_stage_is_set_once_changed_and_taken_back(world: World) -> None:
    known = make_programme(owner=world.branch)
    client, path = with_key(world.officer), f"programmes/{known.code}/stages/"
    told = [send(client, path, **stage(within="CCB-JN", reason="先试点")).json()["stages"] for _again in range(2)]
    assert told[0] == told[1]
    assert told[0][0] == {"id": ProgrammeStage.objects.get().pk, "within": "CCB-JN", "note": ""} | stage()
    assert error(send(client, path, **stage(within="CCB-JN", goal=9))) == (409, "stale")
    line = ProgrammeStage.history.get()
    assert (line.history_user, line.history_change_reason) == (world.officer, "先试点")
    own = f"{path}{told[0][0]['id']}/"
    assert send(client, own, "patch", goal=880, within=None).json()["stages"][0]["goal"] == 880
    assert fields(send(client, own, "patch", last="2026-10-01")) == [""]
    assert fields(send(client, path, **stage(goal=0))) == ["goal"]
    assert fields(send(client, path, **stage(within="ICBC"))) == ["within"]
    assert error(client.delete(f"{API}{path}{10**9}/")) == (404, "not_found")
    assert error(with_key(world.outsider).delete(f"{API}{own}")) == (403, "refused")
    assert error(send(with_key(world.auditor), own, "patch", goal=1)) == (403, "refused")
    assert ProgrammeStage.objects.get().last == date(2027, 3, 31)
    assert client.delete(f"{API}{own}").status_code == 204
    assert ProgrammeStage.history.filter(history_type="-").get().history_user == world.officer
