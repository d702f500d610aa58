"""Inviting somebody, letting them in again, and saying farewell."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stations.choices import Role
from stations.models import Keeper, Membership, User
from tests.conftest import World
from tests.factories import make_keeper, make_member, make_station

INVITE = "/admin/stations/user/invite/"
PASSWORD = "an-orange-on-the-harbour-wall"


def as_(user: User | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client


def page_of(person: User, page: str) -> str:
    return reverse(f"admin:{page}", args=[person.pk])


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/admin/welcome/[^\"]+)", text)
    assert found
    return found[1]


def invited(world: World, **fields: Any) -> tuple[User, str]:
    """Somebody whom the officer invited to keep the station, and the link."""
    given = {"name": "周敏", "phone": "138 0531 0001", "station": world.station.pk} | fields
    response = as_(world.officer).post(INVITE, given, follow=True)
    return User.objects.get(name="周敏"), link_in(response.content.decode())


def test_an_invited_keeper_chooses_a_password_and_is_in(world: World) -> None:
    person, link = invited(world)
    assert (person.username, person.has_usable_password()) == ("13805310001", False)
    client = as_(None)
    response = client.get(link, follow=True)
    assert "Welcome, 周敏" in response.content.decode()
    words = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    response = client.post(response.redirect_chain[-1][0], words, follow=True)
    assert response.redirect_chain[-1][0] == "/admin/"
    assert client.get(reverse("admin:my_station", args=[world.station.code])).status_code == 200
    assert as_(None).login(username="13805310001", password=PASSWORD, request=response.wsgi_request)
    reasons = list(person.history.values_list("history_change_reason", flat=True))
    assert len(reasons) == 3
    assert person.history.last().history_user == world.officer
    assert "This link no longer works" in as_(None).get(link, follow=True).content.decode()


def test_the_link_is_shown_once_and_can_be_scanned(world: World) -> None:
    person, _link = invited(world)
    officer = as_(world.officer)
    shown = officer.post(page_of(person, "person_link"), follow=True).content.decode()
    assert "<svg" in shown
    assert link_in(shown)
    assert "/welcome/" not in officer.get(page_of(person, "person_link")).content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"phone": ""}, "Give a phone number or a user name"),
        ({"station": ""}, "Choose a station"),
        ({"username": "officer"}, "already exists"),
        ({"username": "a b"}, "Enter a valid username"),
        ({"name": "\0"}, "Null characters are not allowed"),
    ],
)
def test_what_is_missing_or_taken_is_said_and_nobody_is_made(
    world: World, fields: dict[str, Any], sentence: str
) -> None:
    world.officer.username = "officer"
    world.officer.save()
    count = User.objects.count()
    given = {"name": "周敏", "phone": "13805310001", "station": world.station.pk} | fields
    response = as_(world.officer).post(INVITE, given)
    assert (response.status_code, sentence in response.content.decode()) == (400, True)
    assert User.objects.count() == count


def test_nobody_is_invited_to_stations_of_others_or_to_a_role_by_an_officer(world: World) -> None:
    count = User.objects.count()
    strange = {"name": "周敏", "phone": "13805310001", "station": world.elsewhere.pk}
    assert as_(world.officer).post(INVITE, strange).status_code == 400
    role = {"name": "周敏", "phone": "13805310001", "unit": world.branch.pk, "role": "officer"}
    assert as_(world.officer).post(INVITE, role).status_code == 400
    assert User.objects.count() == count


@pytest.mark.parametrize("person", ["keeper", "official", "auditor"])
def test_only_officers_and_the_administrator_invite(world: World, person: str) -> None:
    given = {"name": "周敏", "phone": "13805310001", "station": world.station.pk}
    client = as_(getattr(world, person))
    assert client.get(INVITE).status_code == 403
    assert client.post(INVITE, given).status_code == 403
    assert INVITE not in client.get("/admin/stations/user/").content.decode()
    assert as_(None).post(INVITE, given)["Location"].startswith("/admin/login/")
    assert not User.objects.filter(name="周敏").exists()


def test_the_administrator_invites_somebody_to_a_role(world: World) -> None:
    given = {"name": "周敏", "phone": "", "username": "zhou.min", "unit": world.branch.pk, "role": "officer"}
    text = as_(world.admin).post(INVITE, given, follow=True).content.decode()
    assert link_in(text)
    membership = Membership.objects.get(user__username="zhou.min")
    assert (membership.unit_id, membership.role) == (world.branch.pk, Role.OFFICER)
    for wrong in ({"role": ""}, {"unit": ""}, {"station": world.station.pk}):
        assert as_(world.admin).post(INVITE, given | {"username": "other"} | wrong).status_code == 400


@pytest.mark.parametrize("page", ["person_link", "farewell"])
def test_a_new_password_is_no_way_to_rights_beyond_ones_own(world: World, page: str) -> None:
    both = make_keeper(world.station, name="也管别处")
    Keeper.objects.create(user=both, station=make_station("别处"))
    role = make_member(world.branch, Role.AUDITOR, name="有角色")
    for person in (both, role, world.official, world.officer):
        response = as_(world.officer).post(page_of(person, page))
        assert response.status_code in {403, 404}
        person.refresh_from_db()
        assert person.is_active
    assert as_(world.officer).get(page_of(both, page)).status_code == 403
    assert "looks after this account" in as_(world.officer).get(page_of(role, page)).content.decode()


@pytest.mark.parametrize("page", ["person_link", "farewell"])
@pytest.mark.parametrize("person", ["keeper", "official", "auditor", "outsider"])
def test_those_who_are_no_officers_there_let_nobody_in_or_out(world: World, person: str, page: str) -> None:
    keeper = make_keeper(world.station)
    for method in ("get", "post"):
        assert getattr(as_(getattr(world, person)), method)(page_of(keeper, page)).status_code in {403, 404}
    assert as_(None).post(page_of(keeper, page))["Location"].startswith("/admin/login/")
    keeper.refresh_from_db()
    assert keeper.is_active
    assert keeper.history.count() == 1


def test_who_leaves_hands_the_stations_over_and_is_out_at_once(world: World) -> None:
    leaving = make_keeper(world.station, name="李娜")
    client = as_(leaving)
    assert client.get("/admin/", follow=True).status_code == 200
    successor = make_keeper(world.station, name="赵强")
    Keeper.objects.filter(user=successor).delete()
    Keeper.objects.create(user=successor, station=make_station("另一站", operator=world.branch))
    page = page_of(leaving, "farewell")
    officer = as_(world.officer)
    assert world.station.name in officer.get(page).content.decode()
    text = officer.post(page, {"successor": successor.pk}, follow=True).content.decode()
    assert "赵强 keeps 1 station more" in text
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert Keeper.objects.filter(user=successor, station=world.station).exists()
    assert not leaving.keeperships.exists()
    leaving.refresh_from_db()
    assert not leaving.is_active
    assert leaving.history.first().history_user == world.officer


def test_a_station_may_be_left_without_a_keeper_and_that_is_said(world: World) -> None:
    leaving = make_keeper(world.station)
    text = as_(world.officer).post(page_of(leaving, "farewell"), {"successor": ""}, follow=True).content.decode()
    assert "1 station is without a keeper" in text


def test_nobody_closes_their_own_account_and_who_left_gets_no_link(world: World) -> None:
    assert as_(world.admin).post(page_of(world.admin, "farewell")).status_code == 403
    leaving = make_keeper(world.station)
    as_(world.admin).post(page_of(leaving, "farewell"), {"successor": ""})
    assert as_(world.admin).post(page_of(leaving, "person_link")).status_code == 403


def test_a_link_of_somebody_who_left_is_dead(world: World) -> None:
    person, link = invited(world)
    as_(world.officer).post(page_of(person, "farewell"), {"successor": ""})
    assert "This link no longer works" in as_(None).get(link, follow=True).content.decode()


def test_a_log_in_is_no_change_of_the_person(world: World) -> None:
    world.keeper.set_password(PASSWORD)
    world.keeper.save()
    count = world.keeper.history.count()
    words = {"username": world.keeper.username, "password": PASSWORD}
    as_(None).post("/admin/login/", words)
    world.keeper.refresh_from_db()
    assert world.keeper.last_login
    assert world.keeper.history.count() == count


def test_accounts_that_nobody_uses_are_found(world: World) -> None:
    User.objects.update(last_login=timezone.now())
    User.objects.filter(pk=world.keeper.pk).update(last_login=None, name="从未登录")
    users = as_(world.admin)
    assert "从未登录" in users.get("/admin/stations/user/?idle=never").content.decode()
    assert "从未登录" not in users.get("/admin/stations/user/?idle=90").content.decode()


def test_from_a_stations_page_the_station_is_chosen_already(world: World) -> None:
    officer = as_(world.officer)
    page = f"{INVITE}?station={world.station.pk}"
    assert page in officer.get(f"/admin/stations/station/{world.station.pk}/change/").content.decode()
    chosen = f'<option value="{world.station.pk}" selected>'
    assert chosen in officer.get(page).content.decode()
    assert "selected>" not in officer.get(f"{INVITE}?station=x").content.decode()
