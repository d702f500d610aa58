"""Search beyond what a device has already seen."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stations.models import StationCard
from tests.factories import make_division, make_station
from tests.harbor_portal.portal.conftest import Publish

pytestmark = pytest.mark.django_db
CASES = json.loads((Path(__file__).parents[2] / "data" / "search_cases.json").read_text())


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


def test_words_are_found_whatever_their_case_and_order(publish: Publish) -> None:
    for station in CASES["stations"]:
        make_station(**station)
    publish()
    for case in CASES["cases"]:
        names = {card.record["name"] for card in StationCard.objects.matching(case["text"])}
        assert names == {CASES["stations"][number]["name"] for number in case["found"]}, case


def test_words_of_three_letters_are_found_by_the_indexes(publish: Publish) -> None:
    make_station()
    publish()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")  # few rows need no index
    plan = StationCard.objects.matching("jinan West").explain()
    assert "station_text_trgm" in plan
    assert "station_pinyin_trgm" in plan


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


@pytest.mark.parametrize("text", ["lxq", "lx", "lixia", "LiXiaQu", "li xia"])
def test_divisions_are_found_by_pinyin(client: Client, text: str) -> None:
    make_division()
    make_division("370103", "市中区")
    assert [place["name"] for place in client.get("/search/", {"q": text}).json()["places"]] == ["历下区"]


def test_stations_are_found_by_their_name_spelled_out(client: Client, publish: Publish) -> None:
    make_station("建行济西支行", pinyin="jhjxzh")
    make_station("建行金象支行", pinyin="jhjxzh")
    publish()
    for text in ("jixi", "JixiZhihang", "ji xi"):
        assert [station["name"] for station in client.get("/search/", {"q": text}).json()["stations"]] == [
            "建行济西支行"
        ]
    assert client.get("/search/", {"q": "xyzzy"}).json()["stations"] == []


@pytest.mark.parametrize(
    "address", ["济南市历下区泉城路180号", "历下区泉城路", "泉城路180号附近", "山东省济南市历下区泉城路 180 号"]
)
def test_a_typed_address_leads_to_its_road(client: Client, publish: Publish, address: str) -> None:
    make_station("甲", address="济南市历下区泉城路1号", longitude=117.02, latitude=36.66)
    make_station("乙", address="济南市历下区泉城路99号", longitude=117.04, latitude=36.68)
    make_station("丙", address="济南市历下区经十路1号")
    publish()
    found = client.get("/search/", {"q": address}).json()
    place = found["places"][0]
    assert (place["name"], place["path"], place["zoom"]) == ("泉城路", "济南市 历下区", 15)
    assert (place["longitude"], place["latitude"]) == pytest.approx((117.03, 36.67))
    assert {station["name"] for station in found["stations"]} == {"甲", "乙"}


def test_a_road_of_many_districts_is_offered_in_each(client: Client, publish: Publish) -> None:
    make_station("甲", address="济南市历下区解放路1号")
    make_station("乙", address="济南市历下区解放路2号")
    make_station("丙", address="青岛市市南区解放路1号", division=make_division("370202", "市南区"))
    publish()
    places = client.get("/search/", {"q": "解放路"}).json()["places"]
    assert [place["path"].split()[-1] for place in places] == ["历下区", "市南区"]


def test_an_address_without_stations_leads_to_its_division(client: Client) -> None:
    make_division()
    found = client.get("/search/", {"q": "济南市历下区无人街7号"}).json()
    assert ([place["name"] for place in found["places"]], found["stations"]) == (["历下区"], [])


@pytest.mark.parametrize(("text", "most"), [("lixia", 4), ("济南市历下区泉城路180号", 8)])
def test_pinyin_and_addresses_cost_as_many_queries_for_many_stations_as_for_few(
    client: Client, publish: Publish, django_assert_max_num_queries: DjangoAssertNumQueries, text: str, most: int
) -> None:
    counts = []
    for size in (2, 30):
        for _number in range(size):
            make_station(pinyin="lxq")
        publish()
        client.get("/search/", {"q": "lx"})  # divisions are spelled once a minute
        with django_assert_max_num_queries(most) as asked:
            client.get("/search/", {"q": text})
        counts.append(len(asked))
    assert counts[0] == counts[1]
