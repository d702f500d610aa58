"""The page of a station's door code in the back office."""

import pytest
from django.test import Client
from django.urls import reverse

from services.models import DoorCode
from stations.models import Station, User
from tests.conftest import World


def page_of(station: Station) -> str:
    return reverse("admin:door_code", args=[station.code])


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.mark.parametrize("person", ["keeper", "officer"])
def test_whoever_records_there_renews_the_code_and_history_says_why(world: World, person: str) -> None:
    client = as_(getattr(world, person))
    assert "The code on the door has the number 1" in client.get(page_of(world.station)).content.decode()
    text = client.post(page_of(world.station), {"reason": "照片在群里流传"}, follow=True).content.decode()
    assert "The code is now number 2" in text
    assert "The code on the door has the number 2" in text
    assert all(
        part in text for part in ("照片在群里流传", str(getattr(world, person)), f"/s/{world.station.code}/poster")
    )


@pytest.mark.parametrize("person", ["official", "auditor"])
def test_whoever_only_sees_the_station_prints_the_poster_and_renews_nothing(world: World, person: str) -> None:
    client = as_(getattr(world, person))
    text = client.get(page_of(world.station)).content.decode()
    assert f"/s/{world.station.code}/poster.pdf" in text
    assert 'name="reason"' not in text
    response = client.post(page_of(world.station), {"reason": "试试"})
    assert response.status_code == 403
    assert "Only the keepers" in response.content.decode()
    assert not DoorCode.objects.exists()


def test_out_of_scope_there_is_no_such_page(world: World) -> None:
    for client in (as_(world.outsider), as_(world.keeper)):
        assert client.get(page_of(world.sister)).status_code == 404
        assert client.post(page_of(world.sister), {"reason": "试试"}).status_code == 404
    assert Client().get(page_of(world.station))["Location"].startswith("/admin/login/")
    assert not DoorCode.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "\0", "x" * 101])
def test_without_a_reason_nothing_is_renewed(world: World, reason: str) -> None:
    response = as_(world.keeper).post(page_of(world.station), {"reason": reason})
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert not DoorCode.objects.exists()


def test_the_page_is_found_from_the_station_and_from_my_station(world: World) -> None:
    form = reverse("admin:stations_station_change", args=[world.station.pk])
    assert page_of(world.station) in as_(world.officer).get(form).content.decode()
    mine = reverse("admin:my_station", args=[world.station.code])
    assert page_of(world.station) in as_(world.keeper).get(mine).content.decode()
