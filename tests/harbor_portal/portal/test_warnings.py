"""Heat and cold on the pages that the server makes, and in the map's index."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from harbor_portal.lib.remember import forget_everything
from stations.choices import AlertKind
from stations.models import Division, Station, WeatherAlert
from stations.publishing.publisher import publish_noted
from tests.factories import make_amenity, make_division, make_station, make_user
from tests.harbor_portal.portal.conftest import Publish

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def announce(code: str = "370102", kind: AlertKind = AlertKind.HEAT, message: str = "多喝水") -> WeatherAlert:
    make_division()
    today = timezone.localdate()
    return WeatherAlert.objects.create(
        kind=kind, division=Division.objects.get(pk=code), first=today, last=today, message=message, by=make_user()
    )


@pytest.fixture
def station(publish: Publish) -> Station:
    make_amenity("toilet", order=1)
    make_amenity("air_conditioning", order=9)
    found: Station = make_station(amenities=("toilet", "air_conditioning"))
    publish()
    return found


def _page(client: Client, path: str) -> str:
    return client.get(path, headers=ENGLISH).content.decode()


@pytest.mark.parametrize("path", ["/stations/370102/", "/s/{code}/"])
def test_the_pages_of_the_place_say_so_and_name_what_helps_first(client: Client, station: Station, path: str) -> None:
    path = path.format(code=station.code)
    calm = _page(client, path)
    assert "Heat alert" not in calm
    assert calm.rindex("Toilet</") < calm.rindex("Air conditioning</")
    announce()
    forget_everything()
    page = _page(client, path)
    assert "Heat alert for 历下区 until" in page
    assert "多喝水" in page
    assert page.rindex("Toilet</") > page.rindex("Air conditioning</")


def test_a_larger_division_names_the_parts_where_an_alert_holds(client: Client, station: Station) -> None:
    announce(kind=AlertKind.COLD)
    page = _page(client, "/stations/370100/")
    assert "Cold alert for" not in page
    assert '<a class="target" href="/stations/370102/">历下区 · Cold</a>' in page


def test_a_wave_over_the_country_is_named_in_part(client: Client, publish: Publish) -> None:
    for number in range(10, 20):
        make_division(f"3701{number}", f"区{number}")
        announce(f"3701{number}")
    assert "and 4 more" in _page(client, "/stations/")


def test_alerts_cost_a_page_no_query_but_one_a_minute(
    client: Client, station: Station, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/stations/370102/")
    with django_assert_num_queries(7):
        client.get("/stations/370102/")
    announce()
    announce(kind=AlertKind.COLD)
    forget_everything()
    client.get("/stations/370102/")
    with django_assert_num_queries(7):
        client.get("/stations/370102/")


def test_the_index_of_the_map_follows_alerts(station: Station, settings: Settings, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path
    call_command("publish_map")

    def published() -> list[dict[str, str]]:
        return json.loads((tmp_path / "index.json").read_text())["alerts"]  # type: ignore[no-any-return]

    assert published() == []
    alert = announce()
    publish_noted()
    assert [(item["kind"], item["division"], item["name"]) for item in published()] == [("heat", "370102", "历下区")]
    WeatherAlert.objects.filter(pk=alert.pk).update(
        first=timezone.localdate() - timedelta(days=2), last=timezone.localdate() - timedelta(days=1)
    )
    publish_noted()
    assert published() == []
