"""The station list, made on the server."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.models import StationDay
from stations.choices import Access, Health, StationStatus
from stations.models import Station, StationAmenity
from tests.factories import make_amenity, make_division, make_plate, make_schedule, make_station
from tests.harbor_portal.portal.conftest import Publish

FRIDAY_TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
FRIDAY_EIGHT_PM = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def _names(client: Client, query: str = "") -> list[str]:
    response = client.get(f"/stations/{query}")
    assert response.status_code == 200
    return [row.name for row in response.context["rows"]]


def test_the_list_shows_published_and_suspended_stations_only(client: Client, publish: Publish) -> None:
    make_station("甲")
    make_station("乙", status=StationStatus.SUSPENDED, suspended_from=date(2026, 1, 1))
    make_station("丙", status=StationStatus.DRAFT)
    make_station("丁", status=StationStatus.CLOSED)
    publish()
    assert set(_names(client)) == {"甲", "乙"}


@pytest.mark.parametrize("text", ["泉城", "历山路9号", "qczh"])
def test_search_finds_by_name_address_and_pinyin_initials(client: Client, publish: Publish, text: str) -> None:
    make_station("泉城支行", address="历山路9号", pinyin="qczh")
    make_station("别处", address="经十路1号", pinyin="bc")
    publish()
    assert _names(client, f"?q={text}") == ["泉城支行"]


def test_every_amenity_asked_for_must_be_usable_now(client: Client, publish: Publish) -> None:
    make_station("全", amenities=("water", "toilet"))
    make_station("无卫生间", amenities=("water",))
    broken = make_station("坏", amenities=("water",))
    absent = make_station("没有", amenities=("water",))
    toilet = make_amenity("toilet")
    StationAmenity.objects.create(station=broken, amenity=toilet, health=Health.OUT_OF_ORDER)
    StationAmenity.objects.create(station=absent, amenity=toilet, access=Access.NONE)
    publish()
    assert _names(client, "?amenity=water,toilet") == ["全"]
    assert _names(client, "?amenity=water&amenity=toilet") == ["全"]


def test_the_list_narrows_to_a_division_and_a_programme(client: Client, publish: Publish) -> None:
    plated = make_station("有牌")
    make_plate(plated)
    make_station("青岛", division=make_division("370202", "市南区"))
    publish()
    assert _names(client, "?division=370102") == ["有牌"]
    assert set(_names(client, "?division=370000")) == {"有牌", "青岛"}
    assert _names(client, "?programme=ccb_harbor") == ["有牌"]
    page = client.get("/stations/?programme=ccb_harbor", headers={"accept-language": "en"}).content.decode()
    assert "(1 set)" in page


@pytest.fixture
def four_states(publish: Publish) -> None:
    hours = make_schedule("Mo-Fr 08:30-17:30")
    make_station("白天", schedule=hours)
    make_station("夜里", schedule=make_schedule("Mo-Su 19:00-23:00"))
    make_station("未知")
    make_station("停", schedule=hours, status=StationStatus.SUSPENDED, suspended_from=date(2026, 1, 1))
    shut = make_station("今天关", schedule=hours)
    extra = make_station("今天开")
    StationDay.objects.create(station=extra, date=date(2026, 11, 20), opened_at=datetime(2026, 11, 20, 1, tzinfo=UTC))
    StationDay.objects.create(
        station=shut,
        date=date(2026, 11, 20),
        opened_at=datetime(2026, 11, 20, 0, 31, tzinfo=UTC),
        closed_at=datetime(2026, 11, 20, 1, tzinfo=UTC),
    )
    with time_machine.travel(FRIDAY_TEN, tick=False):
        publish()


def test_open_now_means_hours_and_what_keepers_did_today(client: Client, four_states: None) -> None:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        assert set(_names(client, "?open=now")) == {"白天", "今天开"}
    with time_machine.travel(FRIDAY_EIGHT_PM, tick=False):
        assert set(_names(client, "?open=now")) == {"夜里", "今天开"}


def test_unknown_hours_are_never_left_out_without_a_word(client: Client, four_states: None) -> None:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        page = client.get("/stations/?open=now").content.decode()
        assert "open=now&amp;unknown=1" in page
        assert set(_names(client, "?open=now&unknown=1")) == {"白天", "今天开", "未知"}


def test_what_open_now_lists_is_what_each_row_says(client: Client, four_states: None) -> None:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        listed = client.get("/stations/?open=now").context["rows"]
        all_rows = client.get("/stations/").context["rows"]
    assert {row.state.state for row in listed} == {"open"}
    assert {row.name for row in all_rows if row.state.state == "open"} == {row.name for row in listed}


def test_pages_follow_each_other_without_a_gap(client: Client, publish: Publish) -> None:
    for number in range(65):
        make_station(f"站{number:02}", division=make_division(["370102", "370103"][number % 2], "区"))
    publish()
    seen: list[str] = []
    query = ""
    while True:
        response = client.get(f"/stations/?{query}")
        seen += [row.name for row in response.context["rows"]]
        query = response.context["page"].following
        if not query:
            break
    assert len(seen) == 65
    assert set(seen) == {f"站{number:02}" for number in range(65)}


@time_machine.travel(FRIDAY_TEN, tick=False)
def test_fifty_stations_cost_as_many_queries_as_two(
    client: Client, publish: Publish, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(2):
        make_plate(make_station(f"站{number}", amenities=("water",), schedule=make_schedule()))
    publish()
    client.get("/stations/?open=now")  # which schedules are open is computed once a minute
    with django_assert_max_num_queries(8) as few:
        client.get("/stations/?open=now&division=370102")
    for number in range(50):
        make_plate(make_station(f"后{number}", amenities=("water", "toilet"), schedule=make_schedule()))
    publish()
    with django_assert_max_num_queries(8) as many:
        client.get("/stations/?open=now&division=370102")
    assert len(few) == len(many)


@pytest.mark.parametrize(
    "query",
    [
        "?amenity=nonsense",
        "?division=999999",
        "?division=%00",
        "?programme=nonsense",
        "?open=maybe",
        "?open=24:00",
        "?open=10:00&unknown=1&day=2026-13-01",
        "?open=10:00&unknown=1&day=2020-01-01",
        "?entry=nonsense",
        "?host_kind=nonsense",
        "?at=nowhere",
        "?at=91,181",
        "?after=%00-1",
        "?after=x",
    ],
)
def test_what_means_nothing_is_left_out_with_a_word(client: Client, publish: Publish, query: str) -> None:
    make_station("甲")
    publish()
    response = client.get(f"/stations/{query}")
    assert [row.name for row in response.context["rows"]] == ["甲"]
    assert response.context["ignored"]


@pytest.mark.parametrize("text", ["%00", "'; drop table", "%25_%5C", "a" * 500])
def test_no_search_text_breaks_the_list(client: Client, publish: Publish, text: str) -> None:
    publish()
    assert client.get(f"/stations/?q={text}").status_code == 200


def test_an_empty_list_says_what_to_try(client: Client) -> None:
    page = client.get("/stations/?q=nowhere", headers={"accept-language": "en"}).content.decode()
    assert "No stations match these filters" in page


def test_a_name_cannot_become_markup(client: Client, publish: Publish) -> None:
    station: Station = make_station("<script>alert(1)</script>")
    publish()
    assert "<script>alert" not in client.get("/stations/").content.decode()
    assert "<script>alert" not in client.get(station.get_absolute_url()).content.decode()
