"""The second step of the log-in: who owes it is nobody until the code is right."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from stations.models import User
from stations.second_step import app_of
from tests.conftest import World
from tests.factories import PASSWORD

STEP = "/admin/second-step/"


@pytest.fixture
def for_roles(settings: Any) -> None:
    settings.SECOND_STEP = "roles"


def with_password(user: User, **extra: Any) -> Client:
    """A browser in which the person gave name and password."""
    client = Client(headers={"accept-language": "en"})
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD, **extra})
    return client


def code_of(user: User, *, wrong: bool = False) -> str:
    app = TOTPDevice.objects.get(user=user)
    return f"{(totp(app.bin_key) + wrong) % 1_000_000:06d}"


def set_up(user: User) -> tuple[Client, list[str]]:
    """A browser in which the person set the app up, and the spare codes."""
    client = with_password(user)
    client.get(STEP)
    text = client.post(STEP, {"code": code_of(user)}, follow=True).content.decode()
    # One code is good for one time step only: the next log-in of the test comes later.
    TOTPDevice.objects.update(last_t=-1)
    return client, re.findall(r"<code>(\w+)</code>", text)


@pytest.mark.usefixtures("for_roles")
@pytest.mark.parametrize("person", ["officer", "official", "auditor", "admin"])
def test_a_role_needs_the_second_step_before_anything_is_shown(world: World, person: str) -> None:
    user: User = getattr(world, person)
    client = with_password(user)
    for page in ("/admin/", "/admin/stations/station/", f"/admin/stations/station/{world.station.pk}/change/"):
        assert client.get(page)["Location"].startswith("/admin/login/")
    assert client.post(f"/admin/stations/user/{world.keeper.pk}/farewell/")["Location"].startswith("/admin/login/")
    poster = reverse("poster", args=[world.station.code])
    assert client.get(poster).status_code == Client().get(poster).status_code
    response = client.get("/admin/reports/month/", follow=True)
    assert response.redirect_chain[-1][0] == f"{STEP}?next=%2Fadmin%2Freports%2Fmonth%2F"
    assert "people-code" in response.content.decode()


@pytest.mark.usefixtures("for_roles")
def test_a_keeper_needs_only_the_password(world: World) -> None:
    assert with_password(world.keeper).get("/admin/").status_code == 200


@pytest.mark.usefixtures("for_roles")
def test_the_app_is_set_up_once_and_its_spare_codes_are_shown_once(world: World) -> None:
    client, spare = set_up(world.officer)
    assert len(spare) == 10
    assert client.get("/admin/").status_code == 200
    assert spare[0] not in client.get(STEP).content.decode()
    reason = world.officer.history.latest().history_change_reason
    assert reason


def test_whoever_chose_it_is_asked_for_it_and_gets_where_they_wanted(world: World) -> None:
    set_up(world.keeper)
    client = with_password(world.keeper)
    wanted = reverse("admin:my_station", args=[world.station.code])
    step = client.get(wanted, follow=True).redirect_chain[-1][0]
    assert step.startswith(STEP)
    assert client.post(step, {"code": code_of(world.keeper, wrong=True)}).status_code == 400
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    session = client.session.session_key
    code = code_of(world.keeper)
    response = client.post(step, {"code": f"{code[:3]} {code[3:]}", "next": wanted})
    assert response["Location"] == wanted
    assert client.session.session_key != session
    assert client.get(wanted).status_code == 200


def test_a_spare_code_is_good_once(world: World) -> None:
    _client, spare = set_up(world.keeper)
    assert with_password(world.keeper).post(STEP, {"code": spare[0].upper()})["Location"] == "/admin/"
    assert with_password(world.keeper).post(STEP, {"code": spare[0]}).status_code == 400
    assert StaticToken.objects.count() == 9


def test_guessing_is_slowed_down_even_for_the_right_code(world: World) -> None:
    set_up(world.keeper)
    client = with_password(world.keeper)
    client.post(STEP, {"code": code_of(world.keeper, wrong=True)})
    assert TOTPDevice.objects.get().throttling_failure_count == 1
    TOTPDevice.objects.update(throttling_failure_count=10)
    assert client.post(STEP, {"code": code_of(world.keeper)}).status_code == 400


@pytest.mark.parametrize("code", ["", "abc", "\0", "9" * 400, "١٢٣٤٥٦"])
def test_what_is_no_code_is_refused_in_a_sentence(world: World, code: str) -> None:
    client = with_password(world.keeper)
    client.get(STEP)
    response = client.post(STEP, {"code": code})
    assert (response.status_code, "Is the clock of the phone right?" in response.content.decode()) == (400, True)
    assert app_of(world.keeper) is None
    assert client.get("/admin/").status_code == 200


def test_the_way_on_leads_nowhere_else(world: World) -> None:
    set_up(world.keeper)
    step = with_password(world.keeper)
    response = step.post(STEP, {"code": code_of(world.keeper), "next": "https://evil.example/"})
    assert response["Location"] == "/admin/"


def test_nobody_is_there_without_a_password(world: World) -> None:
    set_up(world.keeper)
    for client in (Client(), with_password(world.officer)):
        client.post(STEP, {"code": code_of(world.keeper)})
    assert Client().get(STEP)["Location"].startswith("/admin/login/")
    assert app_of(world.officer) is None


def test_who_is_half_in_can_leave(world: World) -> None:
    set_up(world.keeper)
    client = with_password(world.keeper)
    client.post(STEP, {"leave": "1"})
    assert client.get(STEP)["Location"].startswith("/admin/login/")


def test_half_in_the_app_cannot_be_exchanged_or_dropped(world: World) -> None:
    set_up(world.keeper)
    key = TOTPDevice.objects.get().key
    client = with_password(world.keeper)
    for words in ({"drop": "1"}, {"renew": "1"}):
        assert client.post(STEP, words).status_code == 400
    assert TOTPDevice.objects.get().key == key
    assert "people-code" not in client.get(STEP).content.decode()


def test_spare_codes_are_renewed_and_the_step_given_up_where_it_was_chosen(world: World) -> None:
    client, spare = set_up(world.keeper)
    text = client.post(STEP, {"renew": "1"}, follow=True).content.decode()
    renewed = re.findall(r"<code>(\w+)</code>", text)
    assert not set(spare) & set(renewed)
    client.post(STEP, {"drop": "1"})
    assert app_of(world.keeper) is None
    assert not StaticToken.objects.exists()


@pytest.mark.usefixtures("for_roles")
def test_with_a_role_the_step_cannot_be_given_up(world: World) -> None:
    client, _spare = set_up(world.officer)
    assert client.post(STEP, {"drop": "1"}).status_code == 403
    assert app_of(world.officer)


def test_a_lost_phone_is_forgotten_by_who_looks_after_the_account(world: World) -> None:
    set_up(world.keeper)
    page = reverse("admin:drop_second_step", args=[world.keeper.pk])
    for person in (world.official, world.auditor, world.outsider):
        assert with_password(person).post(page).status_code in {403, 404}
    assert Client().post(page)["Location"].startswith("/admin/login/")
    assert app_of(world.keeper)
    officer = with_password(world.officer)
    assert "Phone lost?" in officer.get(reverse("admin:person_link", args=[world.keeper.pk])).content.decode()
    assert "asked for no code" in officer.post(page, follow=True).content.decode()
    assert app_of(world.keeper) is None
    assert (
        with_password(world.officer).post(reverse("admin:drop_second_step", args=[world.admin.pk])).status_code == 404
    )


def test_secrets_are_no_table_of_the_back_office(world: World) -> None:
    admin = with_password(world.admin)
    for address in ("otp_totp/totpdevice/", "otp_static/staticdevice/"):
        assert admin.get(f"/admin/{address}").status_code == 404
