"""Nobody raises their own rights, and an officer appoints keepers of their own subtree and nobody else."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from stations.choices import Role
from stations.models import Keeper, Membership, Upload, User
from tests.conftest import World
from tests.factories import make_keeper, make_station
from tests.stations.imports.lists import csv_list

EVERYBODY_ELSE = ["keeper", "officer", "official", "auditor"]
NOT_YOURS = "None of your stations has this code or name."


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rights() -> dict[str, Any]:
    """All that gives anybody any authority."""
    return {
        "roles": set(Membership.objects.values_list("user", "unit", "role")),
        "keepers": set(Keeper.objects.values_list("user", "station")),
        "accounts": set(User.objects.values_list("pk", "is_superuser", "is_active", "password", "username")),
    }


@pytest.mark.parametrize("role", EVERYBODY_ELSE)
def test_nobody_but_the_administrator_gives_roles_or_touches_accounts(world: World, role: str) -> None:
    user: User = getattr(world, role)
    client, before = as_(user), rights()
    own = Membership.objects.filter(user=user).first() or Membership.objects.get(user=world.officer)
    more = {"user": user.pk, "unit": world.bank.pk, "role": Role.OFFICER}
    account = {"username": user.username, "name": user.name, "is_active": "on", "is_superuser": "on"}
    secret = {"password1": "two-oranges-on-the-wall", "password2": "two-oranges-on-the-wall", "usable_password": "true"}
    asked = [
        (url(Membership, "add"), more),
        (url(Membership, "change", own.pk), more),
        (url(Membership, "delete", own.pk), {"post": "yes"}),
        (url(User, "add"), {"username": "second-me", "is_superuser": "on"} | secret),
        (url(User, "change", user.pk), account),
        (url(User, "delete", world.keeper.pk), {"post": "yes"}),
        (reverse("admin:auth_user_password_change", args=[world.admin.pk]), secret),
        (reverse("admin:auth_user_password_change", args=[user.pk]), secret),
        (reverse("admin:person_link", args=[user.pk]), {}),
        (reverse("admin:person_link", args=[world.admin.pk]), {}),
        (reverse("admin:farewell", args=[user.pk]), {"successor": ""}),
        (reverse("admin:drop_second_step", args=[world.admin.pk]), {}),
    ]
    answers = {address: client.post(address, data).status_code for address, data in asked}
    # What is out of sight is not there: 404, or the way back to the desk.
    assert {address for address, status in answers.items() if status not in {302, 403, 404}} == set()
    assert rights() == before


@pytest.mark.parametrize("role", ["keeper", "official", "auditor"])
def test_who_is_no_officer_appoints_nobody(world: World, role: str) -> None:
    user: User = getattr(world, role)
    client, before = as_(user), rights()
    keeper = Keeper.objects.get(user=world.keeper)
    given = {"user": user.pk, "station": world.sister.pk}
    assert client.post(url(Keeper, "add"), given).status_code == 403
    assert client.post(url(Keeper, "change", keeper.pk), given).status_code == 403
    assert client.post(url(Keeper, "delete", keeper.pk), {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": keeper.pk, "post": "yes"}
    client.post(url(Keeper, "changelist"), selected)
    form = {"keepers-TOTAL_FORMS": 1, "keepers-INITIAL_FORMS": 0, "keepers-0-user": user.pk}
    client.post(url(type(world.station), "change", world.station.pk), form)
    sheet = SimpleUploadedFile("list.csv", csv_list({"站点编码": world.sister.code, "登录名": user.username}))
    assert client.post(reverse("admin:import_list", args=["keepers"]), {"file": sheet}).status_code == 403
    assert (rights(), Upload.objects.exists()) == (before, False)


def test_an_officer_moves_no_keeper_to_stations_or_from_people_of_others(world: World) -> None:
    client, before = as_(world.officer), rights()
    keeper = Keeper.objects.get(user=world.keeper)
    for strange in ({"station": world.elsewhere.pk}, {"user": world.outsider.pk}):
        given = {"user": world.keeper.pk, "station": world.station.pk} | strange
        assert client.post(url(Keeper, "change", keeper.pk), given).context["errors"]
        assert client.post(url(Keeper, "add"), given).context["errors"]
    assert rights() == before


def test_what_an_officer_only_sees_elsewhere_stays_whoever_keeps_it(world: World) -> None:
    """Who is an auditor of another bank, or keeps a station there, sees its keepers and appoints none."""
    other = Keeper.objects.get(user=make_keeper(world.elsewhere))
    Membership.objects.create(user=world.officer, unit=world.other_bank, role=Role.AUDITOR)
    Keeper.objects.create(user=world.officer, station=make_station("另一家", operator=world.other_bank))
    client, before = as_(world.officer), rights()
    assert client.get(url(Keeper, "change", other.pk)).status_code == 200
    given = {"user": world.officer.pk, "station": world.elsewhere.pk}
    assert client.post(url(Keeper, "add"), given).context["errors"]
    assert client.post(url(Keeper, "change", other.pk), given).status_code == 403
    assert client.post(url(Keeper, "delete", other.pk), {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": other.pk, "post": "yes"}
    assert client.post(url(Keeper, "changelist"), selected).status_code in {200, 302, 403}
    invited = {"name": "周敏", "phone": "13805310001", "station": world.elsewhere.pk}
    assert client.post(reverse("admin:invite"), invited).status_code == 400
    assert client.post(reverse("admin:farewell", args=[other.user_id]), {"successor": ""}).status_code == 403
    sheet = csv_list({"站点编码": world.elsewhere.code, "登录名": world.officer.username})
    client.post(reverse("admin:import_list", args=["keepers"]), {"file": SimpleUploadedFile("list.csv", sheet)})
    upload = Upload.objects.get()
    assert (upload.counts["errors"], upload.found["errors"][0]["message"]) == (1, NOT_YOURS)
    assert client.post(reverse("admin:import_enter", args=[upload.pk])).status_code == 409
    assert rights() == before


def test_the_public_interface_takes_nothing_about_people(world: World) -> None:
    client, before = as_(world.officer), rights()
    for address in (
        "/api/v1/stations/",
        f"/api/v1/stations/{world.station.code}/",
        "/api/v1/users/",
        "/api/v1/keepers/",
    ):
        for method in ("post", "put", "patch", "delete"):
            given = {"keepers": [world.officer.username]}
            answer = getattr(client, method)(address, given, content_type="application/json")
            assert answer.status_code in {403, 404, 405}
    assert rights() == before
