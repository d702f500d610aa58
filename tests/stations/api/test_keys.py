"""Keys of programs: made on the profile, shown once, good for what their owner may do, until they end."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from harbor_portal.lib.limits import Limit
from stations.actions.tokens import MOST, make_token
from stations.api import office
from stations.models import ApiToken, StationAmenity, User
from tests.conftest import World
from tests.factories import make_station

ME, STATIONS, PROFILE = "/api/v1/office/me/", "/api/v1/office/stations/", "/admin/profile/"

pytestmark = pytest.mark.django_db


def with_key(user: User, name: str = "门口计数器", days: int = 30) -> Client:
    _token, key = make_token(by=user, name=name, days=days)
    return Client(headers={"authorization": f"Bearer {key}", "accept-language": "en"}, REMOTE_ADDR="10.1.2.3")


def person(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def error(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def amenity(world: World, code: str = "water", station: Any = None) -> str:
    return f"{STATIONS}{(station or world.station).code}/amenities/{code}/"


def test_a_key_is_shown_once_and_only_its_digest_is_kept(world: World) -> None:
    client = person(world.keeper)
    page = client.post("/admin/profile/keys/", {"name": "门口计数器", "days": "30"}).content.decode()
    key = re.search(r'value="(hp_[\w-]{43})"', page)
    assert key is not None
    token = ApiToken.objects.get()
    assert (token.user, token.hint) == (world.keeper, key[1][-4:])
    assert key[1] not in str(vars(token))
    assert key[1] not in str(list(ApiToken.history.values()))
    assert (token.history.get().history_user, token.history.get().history_address) == (world.keeper, "127.0.0.1")
    listed = client.get(PROFILE).content.decode()
    assert ("in force" in listed, key[1] in listed) == (True, False)
    answer = Client(headers={"authorization": f"bearer {key[1]}"}).get(ME).json()
    assert (answer["username"], answer["keeps"], answer["key"]["name"]) == (
        "keeper",
        [world.station.code],
        "门口计数器",
    )


def test_a_key_opens_nothing_once_withdrawn_ended_or_after_a_new_password(world: World) -> None:
    client, other = with_key(world.officer), with_key(world.officer, days=90)
    assert client.get(ME).json()["roles"] == [{"unit": "CCB-JN", "role": "officer"}]
    person(world.officer).post(f"/admin/profile/keys/{ApiToken.objects.earliest('pk').pk}/withdraw/")
    assert error(client.get(ME)) == (401, "authentication_failed")
    assert client.get(ME)["WWW-Authenticate"] == "Bearer"
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert other.get(ME).status_code == 401
    assert other.get(ME).status_code == 200
    world.officer.set_password("three-oranges-on-the-wall")
    world.officer.save()
    assert other.get(ME).status_code == 401
    assert "the password was changed" in person(world.officer).get(PROFILE).content.decode()


def test_whoever_left_has_no_key_any_more(world: World) -> None:
    client = with_key(world.keeper)
    User.objects.filter(pk=world.keeper.pk).update(is_active=False)
    assert client.get(ME).status_code == 401


def test_nobody_makes_or_withdraws_keys_of_others(world: World) -> None:
    with_key(world.officer)
    pk = ApiToken.objects.get().pk
    stranger = person(world.outsider)
    assert (
        "opens nothing any more already"
        in stranger.post(f"/admin/profile/keys/{pk}/withdraw/", follow=True).content.decode()
    )
    assert Client().post("/admin/profile/keys/", {"name": "x", "days": 30}).status_code == 302
    assert stranger.get("/admin/profile/keys/").status_code == 405
    assert ApiToken.objects.get().withdrawn_at is None
    person(world.admin).post(f"/admin/profile/keys/{pk}/withdraw/")
    assert ApiToken.objects.get().withdrawn_at is not None


@pytest.mark.parametrize(("name", "days"), [("", "30"), (" ", "30"), ("x" * 41, "30"), ("x", "400"), ("x", "")])
def test_a_key_needs_a_name_and_an_end(world: World, name: str, days: str) -> None:
    response = person(world.officer).post("/admin/profile/keys/", {"name": name, "days": days}, follow=True)
    assert 'class="error"' in response.content.decode()
    assert not ApiToken.objects.exists()


def test_one_person_has_a_few_keys_at_once(world: World) -> None:
    for number in range(MOST):
        with_key(world.officer, str(number))
    page = person(world.officer).post("/admin/profile/keys/", {"name": "x", "days": "30"}, follow=True)
    assert "Withdraw one" in page.content.decode()


def test_a_key_sees_the_stations_of_its_owner_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stations.api.office_views.PAGE_SIZE", 2)
    make_station("第三站", operator=world.branch)
    client = with_key(world.officer)
    first = client.get(STATIONS).json()
    rest = client.get(STATIONS, {"after": first["next"]}).json()
    seen = [row["code"] for row in first["results"] + rest["results"]]
    assert (len(seen), seen == sorted(seen), world.elsewhere.code in seen, rest["next"]) == (3, True, False, None)


def test_equipment_is_reported_with_a_key_and_the_trail_says_which(world: World) -> None:
    client = with_key(world.keeper)
    broken = {"health": "out_of_order", "note": "滤芯"}
    answer = client.put(amenity(world), broken, content_type="application/json")
    assert (answer.status_code, answer.json()["health"], answer.json()["note"]) == (200, "out_of_order", "滤芯")
    assert answer["Cache-Control"].startswith("max-age=0")
    line = StationAmenity.history.latest("history_id")
    assert (line.history_user, line.history_address, line.history_device) == (
        world.keeper,
        "10.1.2.3",
        "API · 门口计数器",
    )
    again = client.put(amenity(world), {"health": "ok"}, content_type="application/json")
    assert (again.json()["health"], again.json()["out_since"]) == ("ok", None)


def test_a_key_may_no_more_than_its_owner(world: World) -> None:
    given: Any = ({"health": "ok"}, "application/json")
    assert error(Client().put(amenity(world), *given)) == (401, "not_authenticated")
    assert error(with_key(world.outsider).put(amenity(world), *given)) == (404, "not_found")
    refused = with_key(world.auditor).put(amenity(world), *given)
    assert error(refused) == (403, "refused")
    assert "keepers" in refused.json()["error"]["message"]
    keeper = with_key(world.keeper)
    assert error(keeper.put(amenity(world, "sauna"), *given)) == (404, "not_found")
    assert error(keeper.put(amenity(world), {"health": "tired"}, "application/json")) == (400, "invalid")
    assert error(keeper.put(amenity(world), "{", "application/json")) == (400, "parse_error")
    late = keeper.put(amenity(world), {"health": "out_of_order", "due_back": "2020-01-01"}, "application/json")
    assert list(late.json()["error"]["fields"]) == ["due_back"]


def test_a_page_of_the_back_office_needs_its_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(world.keeper)
    assert client.get(ME).json()["key"] is None
    put: dict[str, Any] = {"data": {"health": "ok"}, "content_type": "application/json"}
    assert error(client.put(amenity(world), **put)) == (403, "permission_denied")
    client.get(PROFILE)
    token = client.cookies["csrftoken"].value
    assert client.put(amenity(world), **put, headers={"x-csrftoken": token}).status_code == 200


def test_whoever_asks_too_often_is_told_for_how_long(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "READS", Limit(f"test-read-{timezone.now().timestamp()}", 2, 3600))
    client = with_key(world.officer)
    assert [client.get(ME).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get(ME)
    assert (error(refused), int(refused["Retry-After"]) > 0) == ((429, "throttled"), True)


def test_wrong_keys_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "WRONG_KEYS", Limit(f"test-key-{timezone.now().timestamp()}", 1, 3600))
    client = Client(headers={"authorization": "Bearer hp_wrong"})
    assert [client.get(ME).status_code for _ in range(2)] == [401, 429]
    assert Client(headers={"authorization": "Bearer other"}).get(ME).status_code == 429


def test_the_administrator_sees_whose_keys_there_are_and_withdraws_them(world: World) -> None:
    with_key(world.officer, "网点系统")
    with_key(world.keeper)
    admin, listed = person(world.admin), "/admin/stations/apitoken/"
    first, second = ApiToken.objects.order_by("pk")
    page = admin.get(listed).content.decode()
    assert ("网点系统" in page, f"…{first.hint}" in page, first.digest in page) == (True, True, False)
    assert "Withdraw this key" in admin.get(f"{listed}{first.pk}/change/").content.decode()
    answer = admin.post(f"/admin/profile/keys/{first.pk}/withdraw/", {"then": "keys"})
    assert answer["Location"] == listed
    assert "Withdraw this key" not in admin.get(f"{listed}{first.pk}/change/").content.decode()
    assert "网点系统" not in admin.get(listed).content.decode()
    assert "网点系统" in admin.get(listed, {"state": "withdrawn"}).content.decode()
    chosen = {"action": "withdraw", "_selected_action": [second.pk]}
    assert "1 key opens nothing" in admin.post(listed, chosen, follow=True).content.decode()
    assert second.history.latest("history_id").history_user == world.admin
    refused = person(world.official).post(listed, chosen)
    assert (refused.status_code, "on “My profile”" in refused.content.decode()) == (403, True)
