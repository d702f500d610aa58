"""Search beyond what a device has already seen."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import make_division, make_station
from tests.harbor_portal.portal.conftest import Publish

pytestmark = pytest.mark.django_db


def test_stations_are_found_by_name_and_initials(client: Client, publish: Publish) -> None:
    station = make_station("泉城支行", pinyin="qczh")
    publish()
    for text in ("泉城", "QCZH"):
        assert client.get("/search/", {"q": text}).json()["stations"] == [
            {
                "code": station.code,
                "name": "泉城支行",
                "address": "济南市历下区泉城路1号",
                "longitude": 117.02,
                "latitude": 36.66,
            }
        ]


def test_places_are_found_with_what_lies_above_them(client: Client) -> None:
    make_division()
    assert client.get("/search/", {"q": "历下"}).json()["places"] == [
        {"name": "历下区", "path": "山东省 济南市", "longitude": 117.08, "latitude": 36.67, "zoom": 12}
    ]


def test_a_place_without_a_known_centre_is_not_offered(client: Client) -> None:
    make_division()
    assert client.get("/search/", {"q": "山东"}).json()["places"] == []


def test_the_answer_may_be_cached_and_costs_two_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        response = client.get("/search/", {"q": "泉"})
    assert "public" in response["Cache-Control"]


@pytest.mark.parametrize("text", ["", " ", "泉" * 61])
def test_a_search_for_nothing_or_too_much_is_refused_with_the_parameter(client: Client, text: str) -> None:
    response = client.get("/search/", {"q": text})
    assert response.status_code == 400
    assert "q" in response.json()["error"]["fields"]
