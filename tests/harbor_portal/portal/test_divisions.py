"""The page of a division: what it holds, and its stations."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from stations.choices import DivisionLevel
from stations.models import Division
from tests.factories import make_amenity, make_division, make_schedule, make_station
from tests.harbor_portal.portal.conftest import Publish

FRIDAY_TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(publish: Publish) -> None:
    """Three stations in 历下区, one in 市中区, one in Qingdao, one in a county of another province without a city."""
    day, always = make_schedule("Mo-Fr 08:30-17:30"), make_schedule("24/7")
    make_amenity("toilet")
    make_station("甲", schedule=day, amenities=("water", "toilet"))
    make_station("乙", schedule=always, amenities=("water",))
    make_station("丙")
    make_station("丁", division=make_division("370103", "市中区"), schedule=make_schedule("Mo-Fr 20:00-22:00"))
    province = Division.objects.get(pk="370000")
    qingdao = Division.objects.create(code="370200", name="青岛市", level=DivisionLevel.CITY, parent=province)
    make_station("戊", division=make_division("370202", "市南区", parent=qingdao))
    henan = Division.objects.create(code="410000", name="河南省", level=DivisionLevel.PROVINCE)
    make_station("己", division=make_division("419001", "济源市", parent=henan))
    publish()


def _parts(client: Client, path: str) -> dict[str, tuple[int, int]]:
    territory = client.get(path).context["territory"]
    return {part.name: (part.stations, part.open) for part in territory.parts}


@time_machine.travel(FRIDAY_TEN, tick=False)
def test_each_level_counts_its_parts_and_what_is_open_in_them(client: Client, places: None) -> None:
    assert _parts(client, "/stations/") == {"山东省": (5, 2), "河南省": (1, 0)}
    assert _parts(client, "/stations/370000/") == {"济南市": (4, 2), "青岛市": (1, 0)}
    assert _parts(client, "/stations/370100/") == {"历下区": (3, 2), "市中区": (1, 0)}
    assert _parts(client, "/stations/410000/") == {"济源市": (1, 0)}


@time_machine.travel(FRIDAY_TEN, tick=False)
def test_the_shares_are_of_all_stations_of_the_division(client: Client, places: None) -> None:
    territory = client.get("/stations/370102/", headers={"accept-language": "en"}).context["territory"]
    assert territory.stations == 3
    assert [(share.stations, share.percent) for share in territory.shares] == [
        *((2, 67), (2, 67), (1, 33), (1, 33), (2, 67)),
    ]
    assert [share.query for share in territory.shares if share.query] == [
        *("open=now", "amenity=water", "amenity=toilet"),
    ]


def test_a_division_names_itself_and_those_above_it_and_leads_to_those_below(client: Client, places: None) -> None:
    page = client.get("/stations/370100/").content.decode()
    title = re.search("<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert "济南市" in title[1]
    assert '<a href="/stations/370000/">山东省</a>' in page
    assert '<span aria-current="page">济南市</span>' in page
    assert 'href="/stations/370102/"' in page


def test_a_division_lists_its_own_stations_and_its_filters_stay_in_it(client: Client, places: None) -> None:
    response = client.get("/stations/370102/?amenity=toilet")
    assert [row.name for row in response.context["rows"]] == ["甲"]
    assert response.context["territory"] is None
    assert '<option value="370102"\n' in response.content.decode()


@pytest.mark.parametrize("code", ["999999", "jinan", "37"])
def test_a_division_that_does_not_exist_is_not_found(client: Client, places: None, code: str) -> None:
    assert client.get(f"/stations/{code}/").status_code == 404


def test_a_division_without_stations_says_so(client: Client, publish: Publish) -> None:
    make_division()
    response = client.get("/stations/370102/", headers={"accept-language": "en"})
    assert response.status_code == 200
    assert "No stations match these filters" in response.content.decode()


@time_machine.travel(FRIDAY_TEN, tick=False)
def test_a_division_costs_as_many_queries_for_fifty_stations_as_for_two(
    client: Client, publish: Publish, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def grow(districts: range) -> None:
        for number in districts:
            make_station(f"站{number}", division=make_division(f"3701{number:02}", f"区{number}"), amenities=("water",))
        publish()

    grow(range(2, 4))
    client.get("/stations/370100/")
    with django_assert_num_queries(7):
        client.get("/stations/370100/")
    grow(range(4, 52))
    with django_assert_num_queries(7):
        client.get("/stations/370100/")


def _walk(client: Client, path: str, direction: str) -> list[list[str]]:
    pages = []
    query = ""
    while True:
        response = client.get(f"{path}?{query}")
        pages.append([row.name for row in response.context["rows"]])
        query = getattr(response.context["page"], direction)
        if not query:
            return pages
        assert f'rel="{"next" if direction == "following" else "prev"}" href="?{query}"' in response.content.decode()


def test_pages_of_a_division_lead_forth_and_back(client: Client, publish: Publish) -> None:
    for number in range(65):
        make_station(f"站{number:02}", division=make_division(["370102", "370103"][number % 2], "区"))
    publish()
    forth = _walk(client, "/stations/370100/", "following")
    assert [len(page) for page in forth] == [30, 30, 5]
    third = client.get("/stations/370100/")
    for _page in range(2):
        third = client.get(f"/stations/370100/?{third.context['page'].following}")
    second = client.get(f"/stations/370100/?{third.context['page'].previous}")
    first = client.get(f"/stations/370100/?{second.context['page'].previous}")
    assert [row.name for row in second.context["rows"]] == forth[1]
    assert [row.name for row in first.context["rows"]] == forth[0]
    assert first.context["page"].previous == ""


@pytest.mark.parametrize(
    ("path", "canonical", "is_hidden"),
    [
        ("/stations/", "/stations/", False),
        ("/stations/?division=370102", "/stations/370102/", False),
        ("/stations/370102/", "/stations/370102/", False),
        ("/stations/370102/?after=370102-T0000001", "/stations/370102/?after=370102-T0000001", False),
        ("/stations/370102/?before=370102-T0000001", "/stations/370102/", True),
        ("/stations/370102/?open=now", "/stations/370102/", True),
        ("/stations/?q=x&lang=en", "/stations/?lang=en", True),
    ],
)
def test_one_page_has_one_address_and_what_is_filtered_is_not_indexed(
    client: Client, publish: Publish, path: str, canonical: str, is_hidden: bool
) -> None:
    make_division()
    page = client.get(path).content.decode()
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{canonical}" />' in page
    assert ('content="noindex, follow"' in page) == is_hidden
