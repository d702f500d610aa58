"""The filters of the station list: the same parameters as on the map, with the same meaning."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from harbor_portal.portal.criteria import Opening
from services.models import StationDay
from stations.choices import Access, CalendarPolicy, EntryMode, Health, HostKind, StationStatus, Tier
from stations.models import Station, StationAmenity, StationCard
from stations.open_now import OpenAt
from tests.factories import make_amenity, make_schedule, make_station
from tests.harbor_portal.portal.conftest import Publish

FRIDAY_TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def _names(client: Client, query: str) -> set[str]:
    response = client.get(f"/stations/{query}")
    assert response.status_code == 200
    return {row.name for row in response.context["rows"]}


@pytest.fixture
def step_free(publish: Publish) -> None:
    """With a ramp, with a broken one, with nothing of the kind, and three of which little is known."""
    ramp, toilet = make_amenity("ramp", tier=Tier.ACCESSIBLE), make_amenity("accessible_toilet", tier=Tier.ACCESSIBLE)
    make_station("坡道", amenities=("ramp",))
    broken, none = make_station("坏"), make_station("都没有")
    StationAmenity.objects.create(station=broken, amenity=ramp, health=Health.OUT_OF_ORDER)
    StationAmenity.objects.create(station=none, amenity=ramp, access=Access.NONE)
    StationAmenity.objects.create(station=none, amenity=toilet, access=Access.NONE)
    make_station("不知道")
    publish()


def test_step_free_means_any_amenity_of_the_accessible_tier_that_works(client: Client, step_free: None) -> None:
    assert _names(client, "?step_free=1") == {"坡道"}
    assert _names(client, "?step_free=1&unknown=1") == {"坡道", "坏", "不知道"}


def test_an_amenity_of_which_nobody_knows_is_left_out_with_a_word(client: Client, step_free: None) -> None:
    assert _names(client, "?amenity=ramp") == {"坡道"}
    assert _names(client, "?amenity=ramp&unknown=1") == {"坡道", "不知道"}
    english = {"accept-language": "en"}
    assert "are left out" in client.get("/stations/?amenity=ramp", headers=english).content.decode()
    page = client.get("/stations/?amenity=ramp&unknown=1", headers=english).content.decode()
    assert "Ramp: nobody knows" in page
    assert 'href="?amenity=ramp"' in page


def test_host_and_entry_narrow_the_list(client: Client, publish: Publish) -> None:
    make_station("直接进", host_kind=HostKind.SHOP, entry_mode=EntryMode.WALK_IN)
    make_station("扫码", host_kind=HostKind.SHOP, entry_mode=EntryMode.SCAN)
    make_station("银行", entry_mode=EntryMode.WALK_IN)
    publish()
    assert _names(client, "?entry=walk_in") == {"直接进", "银行"}
    assert _names(client, "?entry=scan") == {"扫码"}
    assert _names(client, "?entry=walk_in&host_kind=shop") == {"直接进"}


@pytest.fixture
def times(publish: Publish) -> None:
    make_station("白天", schedule=make_schedule("Mo-Fr 08:30-12:00,13:30-17:30"))
    make_station("快关门", schedule=make_schedule("Mo-Fr 08:00-10:20"))
    make_station("全天", schedule=make_schedule("24/7", CalendarPolicy.EVERY_DAY))
    make_station("周六", schedule=make_schedule("Sa 09:00-12:00"))
    make_station("未知")
    opened = make_station("早开", schedule=make_schedule("Mo-Fr 13:00-18:00"))
    extra = make_station("加开")
    for station in (opened, extra):
        StationDay.objects.create(station=station, date=date(2026, 11, 20), opened_at=FRIDAY_TEN)
    with time_machine.travel(FRIDAY_TEN, tick=False):
        publish()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?open=now", {"白天", "快关门", "全天", "早开", "加开"}),
        ("?open=30min", {"白天", "全天", "早开"}),
        ("?open=30min&unknown=1", {"白天", "全天", "早开", "加开", "未知"}),
        ("?open=24h", {"全天"}),
        ("?open=24h&unknown=1", {"全天", "加开", "未知"}),
        ("?open=12:30", {"全天", "早开", "加开"}),
        ("?open=16:00", {"白天", "全天", "早开", "加开"}),
        ("?open=09:00", {"全天", "周六"}),
        ("?open=09:00&day=2026-11-23", {"白天", "快关门", "全天"}),
    ],
)
def test_open_may_be_asked_for_a_span_and_for_an_hour(client: Client, times: None, query: str, names: set[str]) -> None:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        assert _names(client, query) == names


def test_the_rows_say_how_it_will_be_at_the_hour(client: Client, times: None) -> None:
    with time_machine.travel(FRIDAY_TEN, tick=False):
        response = client.get("/stations/?open=09:10&day=2026-11-23", headers={"accept-language": "en"})
    page = response.content.decode()
    assert "What follows is how it will be: Mon 09:10." in page
    assert {row.name: row.sentence for row in response.context["rows"]}["快关门"] == "Open until 10:20"
    assert "<option selected>09:10</option>" in page


def test_an_announced_suspension_counts_from_its_first_day_on(client: Client, times: None, publish: Publish) -> None:
    first = date(2026, 11, 22)
    Station.objects.filter(name="全天").update(status=StationStatus.SUSPENDED, suspended_from=first)
    with time_machine.travel(FRIDAY_TEN, tick=False):
        publish()
        assert "全天" in _names(client, "?open=10:00&day=2026-11-21")
        assert "全天" not in _names(client, "?open=10:00&day=2026-11-22&unknown=1")
        assert _names(client, "?open=24h") == {"全天"}
    with time_machine.travel(FRIDAY_TEN + timedelta(days=1), tick=False):
        assert "全天" in _names(client, "?open=30min")
        assert "全天" not in _names(client, "?open=24h&unknown=1")


def test_a_report_of_a_locked_door_makes_unknown_every_span_that_the_hours_would_last(times: None) -> None:
    StationCard.objects.filter(station__name__in=["快关门", "早开"]).update(
        reported_closed_at=FRIDAY_TEN + timedelta(minutes=5)
    )
    at = FRIDAY_TEN + timedelta(minutes=6)

    def found(wanted: str) -> set[str]:
        cards = StationCard.objects.filter(OpenAt(at, wanted, 30))  # type: ignore[arg-type]  # one of the two
        return set(cards.values_list("station__name", flat=True))

    assert found("open") == {"白天", "全天"}
    assert found("not_closed") == {"白天", "全天", "早开", "加开", "未知"}


def test_an_hour_without_a_day_is_its_next_time() -> None:
    morning = Opening("09:00")
    assert timezone.localtime(morning.moment(FRIDAY_TEN)) == timezone.localtime(FRIDAY_TEN).replace(day=21, hour=9)
    assert Opening("10:00").moment(FRIDAY_TEN) == FRIDAY_TEN
    assert Opening("09:00", date(2026, 11, 20)).moment(FRIDAY_TEN) == FRIDAY_TEN - timedelta(hours=1)


def test_a_place_brings_the_nearest_first_with_the_way(client: Client, publish: Publish) -> None:
    make_station("远", longitude=117.30)
    make_station("近", longitude=117.0205, latitude=36.6605, checked_at=datetime(2026, 10, 3, tzinfo=UTC))
    make_station("中", longitude=117.05)
    publish()
    response = client.get("/stations/?at=36.66,117.02,15", headers={"accept-language": "en"})
    rows = response.context["rows"]
    assert [(row.name, row.way) for row in rows] == [
        ("近", "70 m · about 1 min on foot"),
        ("中", "2.7 km · about 46 min on foot"),
        ("远", "25 km"),
    ]
    assert [row.fresh for row in rows[:2]] == ["Checked 3 Oct 2026", "Not checked yet"]
    assert response.context["page"].following == ""
    assert 'value="36.66000,117.02000"' in response.content.decode()


def test_every_filter_stays_in_the_form_and_in_the_address_of_the_next_page(client: Client, publish: Publish) -> None:
    for number in range(31):
        make_station(f"站{number}", amenities=("water",), schedule=make_schedule("24/7"), entry_mode=EntryMode.SCAN)
    publish()
    query = "amenity=water&open=30min&entry=scan&host_kind=bank_branch&unknown=1"
    response = client.get(f"/stations/?{query}")
    assert response.context["page"].following.startswith(query)
    page = response.content.decode()
    assert 'type="hidden" name="entry" value="scan"' in page
    assert page.count(" selected>") >= 2


@time_machine.travel(FRIDAY_TEN, tick=False)
def test_all_filters_together_cost_as_many_queries_for_fifty_stations_as_for_two(
    client: Client, publish: Publish, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    query = (
        "/stations/?amenity=water&step_free=1&entry=walk_in&host_kind=bank_branch&open=12:00&unknown=1&at=36.66,117.02"
    )
    ramp = make_amenity("ramp", tier=Tier.ACCESSIBLE).code

    def make(count: int) -> None:
        for _number in range(count):
            make_station(amenities=("water", ramp), schedule=make_schedule("24/7"))
        publish()
        client.get(query)  # what schedules say at an hour is computed once a minute

    counts = []
    for size in (2, 48):
        make(size)
        with django_assert_max_num_queries(9) as asked:
            assert client.get(query).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Station.objects.count() == 50
