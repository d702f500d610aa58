"""Lists of stations, one station, and the description of the API."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.models import StationDay
from stations.api.serializers import FullStationSerializer, StationSerializer
from stations.api.views import PAGE_SIZE
from stations.choices import StationStatus
from stations.models import Station
from stations.publishing.publisher import publish_everything
from tests.conftest import World
from tests.factories import (
    make_amenity,
    make_division,
    make_honour,
    make_photo,
    make_plate,
    make_programme,
    make_schedule,
    make_station,
)

STATIONS = "/api/v1/stations/"
NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@pytest.fixture(autouse=True)
def published_here(tmp_path: Path, settings: Any) -> Any:
    settings.PUBLISH_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def codes(client: Client, **params: Any) -> set[str]:
    response = client.get(STATIONS, params)
    assert response.status_code == 200, response.content
    return {station["code"] for station in response.json()["results"]}


def test_the_list_goes_page_by_page_through_every_public_station_once(db: None, client: Client) -> None:
    made = {make_station().code for _ in range(PAGE_SIZE + 3)}
    make_station(status=StationStatus.DRAFT)
    publish_everything()
    first = client.get(STATIONS, {"amenities": ""}).json()
    assert first["next"] == f"http://testserver/api/v1/stations/?amenities=&after={first['results'][-1]['code']}"
    assert client.get(STATIONS, {"page": 1}).json()["next"] == first["next"].replace("amenities=&", "")
    second = client.get(first["next"]).json()
    assert second["next"] is None
    listed = [station["code"] for station in first["results"] + second["results"]]
    assert (len(listed), set(listed)) == (PAGE_SIZE + 3, made)
    assert listed == sorted(listed)
    assert set(first["results"][0]) == set(StationSerializer().fields)
    assert client.get(STATIONS, {"page": 2}).json() == second
    assert client.get(STATIONS, {"page": 9}).json() == {"next": None, "results": []}


def test_the_list_is_filtered(db: None, client: Client) -> None:
    lixia = make_station(
        "历下驿站", amenities=("water",), longitude=117.1, pinyin="lxyz", schedule=make_schedule("24/7")
    )
    make_plate(lixia)
    other = make_station(
        "市中驿站", division=make_division("370103", "市中区"), longitude=116.9, address="经四路9号", latitude=36.6
    )
    make_programme("little_bee")
    publish_everything()
    both = {lixia.code, other.code}
    for params, expected in (
        ({"bbox": "117,36,118,37"}, {lixia.code}),
        ({"bbox": "116.9,36.6,117.1,36.66"}, both),
        ({"bbox": "0,-90,0,90"}, set()),
        ({"bbox": "-180,-90,180,90"}, both),
        ({"division": "370103"}, {other.code}),
        ({"division": "370100"}, both),
        ({"division": "370000"}, both),
        ({"programme": "ccb_harbor"}, {lixia.code}),
        ({"programme": "little_bee"}, set()),
        ({"amenities": "water"}, {lixia.code}),
        ({"open": "1"}, {lixia.code}),
        ({"open": "not_closed"}, both),
        ({"open": "0"}, both),
        ({"q": "驿站"}, both),
        ({"q": "历下驿"}, {lixia.code}),
        ({"q": "经四路"}, {other.code}),
        ({"q": "LXYZ"}, {lixia.code}),
        ({"q": "100%"}, set()),
        ({"division": "370102", "open": "1", "q": "驿站", "bbox": "117,36,118,37"}, {lixia.code}),
    ):
        assert codes(client, **params) == expected, params


BAD = [
    ("bbox", "1,2,3"),
    ("bbox", "a,b,c,d"),
    ("bbox", "nan,0,1,1"),
    ("bbox", "0,0,1e400,1"),
    ("bbox", "118,36,117,37"),
    ("bbox", "117,37,118,36"),
    ("bbox", "-181,0,0,1"),
    ("division", "999999"),
    ("division", "37"),
    ("division", "历下区"),
    ("programme", "nobody"),
    ("amenities", "beer"),
    ("open", "maybe"),
    ("page", "0"),
    ("page", "-1"),
    ("page", "two"),
    ("page", "1e3"),
    ("page", "101"),
    ("after", "a\0b"),
    ("after", "nothing"),
    ("page", "9" * 5000),
    ("q", "字" * 51),
    ("q", "a\0b"),
    ("format", "csv"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_parameter_is_refused_by_name(db: None, client: Client, name: str, value: str) -> None:
    response = client.get(STATIONS, {name: value})
    assert response.status_code == 400
    error = response.json()["error"]
    assert list(error["fields"]) == [name]
    assert error["code"] == "invalid"
    assert error["message"]


def test_one_station_is_shown_with_everything_public(world: World, client: Client) -> None:
    Station.objects.filter(pk=world.station.pk).update(seats=12, area_m2=30)
    StationDay.objects.create(
        station=world.station, date=timezone.localdate(), opened_at=NOW - timedelta(hours=2), closed_at=NOW
    )
    publish_everything()
    body = client.get(f"{STATIONS}{world.station.code.lower()}/").json()
    assert set(body) == set(FullStationSerializer().fields)
    assert (body["open_state"], body["open_reason"]) == ("closed", "keeper_closed")
    assert body["open_until"] == "2026-11-23T08:30:00+08:00"
    assert (body["opened_at"], body["seats"], body["area_m2"]) == ("2026-11-20T08:00:00+08:00", 12, 30.0)
    feature = client.get(f"{STATIONS}{world.station.code}/", {"format": "geojson"})
    assert feature["Content-Type"] == "application/geo+json"
    assert feature.json()["properties"]["name"] == world.station.name


def test_one_station_shows_its_photos_and_the_honours_that_it_holds(world: World, client: Client) -> None:
    photo = make_photo(world.station, caption="门口")
    make_photo(world.station, order=0)
    make_honour(world.station, title="省级")
    make_honour(world.station, title="已过期", expires_date=NOW.date() - timedelta(days=1))
    publish_everything()
    body = client.get(f"{STATIONS}{world.station.code}/").json()
    assert [one["caption"] for one in body["photos"]] == ["", "门口"]
    assert body["photos"][1] == {
        "url": project.PUBLIC_URL + photo.url,
        "width": 1280,
        "height": 960,
        "small_url": project.PUBLIC_URL + photo.small_url,
        "caption": "门口",
        "taken_date": None,
    }
    assert body["honours"] == [{"title": "省级", "level": "province", "year": 2025, "expires_date": None}]


def test_a_list_is_had_as_geojson(world: World, client: Client) -> None:
    publish_everything()
    response = client.get(STATIONS, headers={"Accept": "application/geo+json"})
    assert client.get(STATIONS, headers={"Accept": "text/html"})["Content-Type"] == "application/json"
    assert response["Content-Type"] == "application/geo+json"
    assert response.json()["type"] == "FeatureCollection"
    assert response.json()["next"] is None
    assert len(response.json()["features"]) == 3


@pytest.mark.parametrize("path", ["/api/v1/stations/00000000/", "/api/v1/stations/%00/", "/api/v1/nothing/", "/api/"])
def test_what_is_not_there_is_said_in_the_one_shape(db: None, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    error = response.json()["error"]
    assert (error["code"], error["fields"]) == ("not_found", {})
    assert error["message"]


def test_new_hours_are_known_as_soon_as_they_are_published(db: None, client: Client) -> None:
    station, other = make_station(schedule=make_schedule("off")), make_station(schedule=make_schedule("09:00-12:00"))
    publish_everything()
    assert codes(client, open="1") == codes(client, open="not_closed") == {other.code}
    Station.objects.filter(pk=station.pk).update(schedule=make_schedule("08:00-18:00"))
    publish_everything()
    assert codes(client, open="not_closed") == {station.code, other.code}
    assert client.get(f"{STATIONS}{station.code}/").json()["open_until"] == "2026-11-20T18:00:00+08:00"
    assert codes(client, open="1") == {station.code, other.code}


def test_the_status_follows_the_dates_of_a_suspension_to_the_minute(db: None, client: Client) -> None:
    station = make_station(
        schedule=make_schedule("24/7"), status=StationStatus.SUSPENDED, suspended_from=NOW.date() + timedelta(days=1)
    )
    publish_everything()
    near = {"lng": "117.02", "lat": "36.66"}
    for hours, expected in ((0, ("published", "open")), (14, ("suspended", "closed"))):
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            found = [client.get(f"{STATIONS}{path}").json() for path in ("", f"nearest/?{urlencode(near)}")]
            found += [{"results": [client.get(f"{STATIONS}{station.code}/").json()]}]
        assert {(row["status"], row["open_state"]) for body in found for row in body["results"]} == {expected}
    assert found[0]["results"][0]["suspended_from"] == "2026-11-21"


def test_drafts_have_no_page(world: World, client: Client) -> None:
    Station.objects.filter(pk=world.station.pk).update(status=StationStatus.DRAFT)
    publish_everything()
    assert client.get(f"{STATIONS}{world.station.code}/").status_code == 404


def test_lists_cost_the_same_queries_for_two_stations_and_fifty(db: None, client: Client) -> None:
    make_programme()
    counts = []
    params = {"amenities": "water", "open": "1", "division": "370102", "q": "济西", "programme": "ccb_harbor"}
    for number in (2, 48):
        for _ in range(number):
            make_plate(make_station(amenities=("water",), schedule=make_schedule()))
        publish_everything()
        codes(client, **params)
        with CaptureQueriesContext(connection) as queries:
            assert len(codes(client, **params)) >= number
        counts.append(len(queries))
    assert counts == [2, 2]


def test_a_visitor_with_a_session_costs_no_more(world: World, client: Client) -> None:
    publish_everything()
    client.force_login(world.keeper)
    codes(client)
    with CaptureQueriesContext(connection) as queries:
        codes(client)
    assert len(queries) == 1


def test_the_description_is_the_one_that_was_reviewed(db: None) -> None:
    made = StringIO()
    call_command("spectacular", "--lang", "en", "--validate", "--fail-on-warn", stdout=made)
    kept = (project.BASE_DIR / "docs" / "openapi.yaml").read_text()
    assert made.getvalue().strip() == kept.strip(), "Run `make openapi` and read the difference."


def test_the_documentation_needs_no_inline_script(db: None, client: Client) -> None:
    make_amenity()
    page = client.get("/api/docs/").content.decode()
    assert "swagger" in page
    assert "<script>" not in page
    assert client.get("/api/schema/").status_code == 200
