"""The nearest stations."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.geo import haversine_m
from harbor_portal.portal import fast_lane
from services.models import StationDay
from stations.api.serializers import NearStationSerializer
from stations.choices import Access, Health, StationStatus
from stations.models import Station, StationAmenity, StationCard
from stations.nearest import FAR_M, nearest
from stations.publishing.publisher import publish_everything
from tests.factories import make_amenity, make_plate, make_schedule, make_station

NEAREST = "/api/v1/stations/nearest/"
NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@pytest.fixture(autouse=True)
def published_here(tmp_path: Path, settings: Any) -> Any:
    settings.PUBLISH_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def ask(client: Client, **params: Any) -> list[dict[str, Any]]:
    response = client.get(NEAREST, {"lng": 117.02, "lat": 36.66} | params)
    assert response.status_code == 200, response.content
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def codes(client: Client, **params: Any) -> list[str]:
    return [station["code"] for station in ask(client, **params)]


def test_the_nearest_station_comes_first_with_its_distance_and_state(db: None, client: Client) -> None:
    far = make_station(longitude=117.10)
    near = make_station(longitude=117.03, schedule=make_schedule(), amenities=("water",), phone="0531-1")
    make_plate(near, number="0012")
    publish_everything()
    first, second = ask(client)
    assert first == {
        "code": near.code,
        "name": near.name,
        "longitude": 117.03,
        "latitude": 36.66,
        "address": near.address,
        "phone": "0531-1",
        "host_kind": "bank_branch",
        "entry_mode": "walk_in",
        "opening_hours": "Mo-Fr 08:30-17:30",
        "calendar_policy": "statutory",
        "amenities": [{"code": "water", "access": "open", "health": "ok"}],
        "plates": [{"programme": "ccb_harbor", "number": "0012"}],
        "marks": [],
        "division": "370102",
        "status": "published",
        "suspended_from": None,
        "suspended_until": None,
        "verified_at": None,
        "open_state": "open",
        "open_until": "2026-11-20T17:30:00+08:00",
        "distance_m": round(haversine_m(117.02, 36.66, 117.03, 36.66)),
    }
    assert set(first) == set(NearStationSerializer().fields)
    assert (second["code"], second["open_state"], second["opening_hours"]) == (far.code, "unknown", None)


def scatter(places: list[tuple[float, float]]) -> None:
    """Cards alone: the search knows nothing else."""
    stations = Station.objects.bulk_create(
        Station(code=f"N{number:07d}", name="站", address="路", longitude=lng, latitude=lat, status="published")
        for number, (lng, lat) in enumerate(places)
    )
    StationCard.objects.bulk_create(
        StationCard(
            station=station, code=station.code, longitude=station.longitude, latitude=station.latitude, record={}
        )
        for station in stations
    )


@pytest.mark.parametrize("seed", range(4))
def test_nearest_is_nearest_by_great_circle_anywhere(db: None, seed: int) -> None:
    chance = random.Random(seed)
    places = [(chance.uniform(73, 135), chance.uniform(3, 54)) for _ in range(300)]
    places += [(chance.gauss(117, 0.05), chance.gauss(36.6, 0.05)) for _ in range(300)]
    places += [(chance.uniform(-180, 180), chance.uniform(-85, 85)) for _ in range(100)]
    scatter(places)
    for _ in range(25):
        lng, lat = chance.choice(
            [
                (chance.uniform(73, 135), chance.uniform(3, 54)),
                (chance.gauss(117, 0.1), chance.gauss(36.6, 0.1)),
                (chance.uniform(-180, 180), chance.uniform(-90, 90)),
                (chance.choice([-179.9, 179.9]), chance.uniform(-80, 80)),
            ]
        )
        limit = chance.choice([1, 5, 20])
        found = [round(metres, 3) for metres, _card in nearest(lng, lat, limit)]
        expected = sorted(haversine_m(lng, lat, *place) for place in places)[:limit]
        if expected[0] <= FAR_M:
            assert found == [round(metres, 3) for metres in expected]
        else:
            assert len(found) == limit


@pytest.mark.parametrize(("lng", "lat"), [(-60, -36), (-75, 40), (117, 89), (179.9, 36), (-179.9, -70), (0, -90)])
def test_from_the_other_side_of_the_earth_no_table_is_sorted(db: None, lng: float, lat: float) -> None:
    chance = random.Random(1)
    scatter([(chance.uniform(73, 135), chance.uniform(18, 54)) for _ in range(150)])
    with CaptureQueriesContext(connection) as queries:
        found = nearest(lng, lat, 20)
    assert len(found) == 20
    assert not [query for query in queries if "sin(radians" in query["sql"]]


def test_north_and_south_are_weighed_as_on_the_ground(db: None) -> None:
    """On a Mercator map the northern one looks 1 % farther away than it is, and the southern one nearer."""
    scatter([(117, 61.0), (117, 58.999)])
    assert [card.latitude for _metres, card in nearest(117, 60, 1)] == [61.0]


def test_fewer_stations_than_asked_for_are_all_there_are(db: None, client: Client) -> None:
    make_station()
    publish_everything()
    assert len(ask(client, limit=100)) == 1
    assert ask(client, lng=-70, lat=-89)[0]["distance_m"] > 10_000_000


def test_all_amenities_named_must_be_usable(db: None, client: Client) -> None:
    both = make_station(amenities=("water", "toilet"))
    for access, health in ((Access.NONE, Health.OK), (Access.OPEN, Health.OUT_OF_ORDER)):
        station = make_station(amenities=("water",))
        StationAmenity.objects.create(station=station, amenity=make_amenity("toilet"), access=access, health=health)
    asked = make_station(amenities=("water",))
    StationAmenity.objects.create(station=asked, amenity=make_amenity("toilet"), access=Access.ASK_STAFF)
    publish_everything()
    assert set(codes(client, amenities="water,toilet")) == {both.code, asked.code}
    assert len(codes(client, amenities="water")) == 4


def test_open_now_leaves_out_the_closed_and_on_request_keeps_the_unknown(db: None, client: Client) -> None:
    by_state = {
        "open": make_station(schedule=make_schedule("Mo-Fr 08:30-17:30")),
        "shut": make_station(schedule=make_schedule("Sa 08:30-17:30")),
        "no_hours": make_station(),
        "vague": make_station(schedule=make_schedule("Mo-Fr unknown")),
        "suspended": make_station(
            schedule=make_schedule("24/7"), status=StationStatus.SUSPENDED, suspended_from=timezone.localdate()
        ),
        "closed_today": make_station(schedule=make_schedule("24/7")),
        "opened_today": make_station(schedule=make_schedule("Sa 08:30-17:30")),
        "opened_before_break": make_station(schedule=make_schedule("08:00-09:30,14:00-18:00")),
        "opened_after_break": make_station(schedule=make_schedule("08:00-09:30,14:00-18:00")),
        "opened_yesterday": make_station(),
    }
    for name, day in {
        "closed_today": {"closed_at": NOW},
        "opened_today": {"opened_at": NOW - timedelta(hours=1)},
        "opened_before_break": {"opened_at": NOW - timedelta(hours=2)},
        "opened_after_break": {"opened_at": NOW - timedelta(minutes=20)},
        "opened_yesterday": {"opened_at": NOW - timedelta(days=1)},
    }.items():
        moment = next(iter(day.values()))
        StationDay.objects.create(station=by_state[name], date=timezone.localdate(moment), **day)
    publish_everything()
    names = {station.code: name for name, station in by_state.items()}
    opened = {"open", "opened_today", "opened_after_break"}
    assert {names[code] for code in codes(client, open="1")} == opened
    assert {names[code] for code in codes(client, open="not_closed")} == opened | {
        "no_hours",
        "vague",
        "opened_yesterday",
    }
    states = {names[station["code"]]: station["open_state"] for station in ask(client)}
    assert {name for name, state in states.items() if state == "open"} == opened
    assert len(states) == len(by_state)


def test_yesterdays_opening_on_a_card_that_was_not_refreshed_counts_no_more(db: None, client: Client) -> None:
    station = make_station()
    publish_everything()
    StationCard.objects.filter(pk=station.pk).update(
        opened_at=NOW - timedelta(days=1), closed_at=NOW - timedelta(days=1)
    )
    assert ask(client)[0]["open_state"] == "unknown"
    assert codes(client, open="1") == []
    assert codes(client, open="not_closed") == [station.code]
    body = client.get(f"/api/v1/stations/{station.code}/").json()
    assert (body["opened_at"], body["closed_at"]) == (None, None)


@pytest.mark.parametrize("params", [{"format": "geojson"}, {}])
def test_geojson_is_had_by_parameter_or_header(db: None, client: Client, params: dict[str, str]) -> None:
    station = make_station()
    publish_everything()
    header = {} if params else {"Accept": "application/geo+json"}
    response = client.get(NEAREST, {"lng": "117", "lat": "36"} | params, headers=header)
    assert response["Content-Type"] == "application/geo+json"
    [feature] = response.json()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [117.02, 36.66]}
    assert (feature["id"], feature["properties"]["open_state"]) == (station.code, "unknown")
    assert "distance_m" in feature["properties"]
    assert "longitude" not in feature["properties"]


BAD = [
    ("lng", {"lng": ""}),
    ("lng", {"lng": "abc"}),
    ("lng", {"lng": "NaN"}),
    ("lng", {"lng": "inf"}),
    ("lng", {"lng": "1e400"}),
    ("lng", {"lng": "180.1"}),
    ("lng", {"lng": "１１７"}),
    ("lng", {"lng": "1_1"}),
    ("lat", {"lat": ""}),
    ("lat", {"lat": "-90.5"}),
    ("lat", {"lat": "117"}),
    ("lat", {"lat": "36;drop"}),
    ("limit", {"limit": "0"}),
    ("limit", {"limit": "-1"}),
    ("limit", {"limit": "101"}),
    ("limit", {"limit": "2.5"}),
    ("limit", {"limit": "9" * 400}),
    ("amenities", {"amenities": "water,beer"}),
    ("amenities", {"amenities": "water,"}),
    ("amenities", {"amenities": "\0"}),
    ("open", {"open": "yes"}),
    ("format", {"format": "xml"}),
]


@pytest.mark.parametrize(("name", "params"), BAD)
def test_a_bad_parameter_is_refused_by_name(db: None, client: Client, name: str, params: dict[str, str]) -> None:
    make_amenity("water")
    response = client.get(NEAREST, {"lng": "117", "lat": "36"} | params)
    assert response.status_code == 400
    error = response.json()["error"]
    assert list(error["fields"]) == [name]
    assert error["message"] == error["fields"][name][0]
    assert error["code"] == "invalid"


def test_a_missing_place_is_named(db: None, client: Client) -> None:
    assert list(client.get(NEAREST).json()["error"]["fields"]) == ["lng"]


def test_other_methods_are_refused(db: None, client: Client) -> None:
    response = client.post(NEAREST)
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_the_answer_may_be_read_from_any_page_and_needs_no_session(db: None, client: Client) -> None:
    make_station()
    publish_everything()
    response = client.get(NEAREST, {"lng": 117, "lat": 36})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in response


def test_the_fast_lane_answers_like_the_documented_view(db: None, client: Client, settings: Any) -> None:
    make_station(schedule=make_schedule())
    publish_everything()
    fast = client.get(NEAREST, {"lng": 117, "lat": 36})
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "fast_lane" not in name]
    slow = Client().get(NEAREST, {"lng": 117, "lat": 36})
    assert (slow.status_code, slow.content) == (200, fast.content)
    assert reverse("api:nearest") == NEAREST == fast_lane.NEAREST
    assert slow["Access-Control-Allow-Origin"] == "*"


def test_a_refusal_is_in_the_readers_language(db: None, client: Client) -> None:
    refusal = client.get(NEAREST, {"lng": 1}, headers={"Accept-Language": "en"}).json()["error"]["message"]
    assert refusal == "lat is missing: degrees, WGS-84."


def test_the_number_of_queries_is_the_same_for_two_stations_and_fifty(db: None, client: Client) -> None:
    counts = []
    for number in (2, 48):
        for _ in range(number):
            make_station(amenities=("water",), schedule=make_schedule())
        publish_everything()
        ask(client, amenities="water", open="1")
        with CaptureQueriesContext(connection) as queries:
            assert len(ask(client, amenities="water", open="1", limit=100)) >= number
        counts.append(len(queries))
    assert counts == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_between_two_requests_costs_nobody_an_error(client: Client) -> None:
    scatter([(117, 36)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(backend,)] = cursor.fetchall()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    other.close()
    assert [round(metres) for metres, _card in nearest(117, 36, 1)] == [0]
