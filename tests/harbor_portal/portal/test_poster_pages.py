"""Who may print posters, of which stations, and how many at once."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from harbor_portal.portal import admin
from stations.choices import StationStatus
from stations.models import Station, User
from tests.conftest import World
from tests.factories import make_station


def poster_of(station: Station) -> str:
    return reverse("poster", args=[station.code])


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def choose(user: User, model: str, action: str, *rows: object) -> object:
    """Run an action of a list of the back office, and follow where it leads."""
    data = {"action": action, "_selected_action": rows}
    return as_(user).post(reverse(f"admin:stations_{model}_changelist"), data, follow=True)


@pytest.mark.parametrize("person", ["keeper", "officer", "official", "auditor", "admin"])
def test_whoever_sees_the_station_prints_its_poster(world: World, person: str) -> None:
    response = as_(getattr(world, person)).get(poster_of(world.station))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert pages(response.content) == 1


def test_nobody_else_does(world: World) -> None:
    anonymous = Client().get(poster_of(world.station))
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/admin/login/")
    assert as_(world.outsider).get(poster_of(world.station)).status_code == 404
    assert as_(world.keeper).get(poster_of(world.sister)).status_code == 404


def test_a_station_closed_for_good_has_none(world: World) -> None:
    Station.objects.filter(pk=world.station.pk).update(status=StationStatus.CLOSED)
    assert as_(world.officer).get(poster_of(world.station)).status_code == 404


def test_chosen_stations_are_one_document(world: World) -> None:
    response = choose(world.officer, "station", "posters_of_stations", world.station.pk, world.sister.pk)
    assert pages(response.content) == 2  # type: ignore[attr-defined]


def test_a_unit_prints_the_stations_of_all_below_it_in_the_persons_scope(world: World) -> None:
    response = choose(world.admin, "unit", "posters_of_units", world.bank.pk)
    assert pages(response.content) == 2  # type: ignore[attr-defined]
    make_station(operator=world.branch, status=StationStatus.CLOSED)
    response = choose(world.official, "unit", "posters_of_units", world.district_union.pk)
    assert pages(response.content) == 2  # type: ignore[attr-defined]


def test_a_station_out_of_scope_cannot_be_slipped_in(world: World) -> None:
    response = choose(world.officer, "station", "posters_of_stations", world.station.pk, world.elsewhere.pk)
    assert pages(response.content) == 1  # type: ignore[attr-defined]


def test_too_many_are_refused_with_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "MOST", 1)
    response = choose(world.officer, "station", "posters_of_stations", world.station.pk, world.sister.pk)
    assert "More than 1 posters do not fit" in response.content.decode()  # type: ignore[attr-defined]


def test_a_unit_without_stations_is_told_so(world: World) -> None:
    Station.objects.update(status=StationStatus.CLOSED)
    response = choose(world.admin, "unit", "posters_of_units", world.bank.pk)
    assert "None of these has a station" in response.content.decode()  # type: ignore[attr-defined]
