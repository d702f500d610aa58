"""What everybody reads of partners, programmes, special stations, activities and wishes: public facts, page by page."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners.choices import PartnerKind
from partners.models import PartnerContact
from services.activity_choices import ActivityKind, ActivityStatus
from services.models import Activity, OnlineService, Story
from stations.api import lists
from stations.choices import DivisionLevel, Role, StationStatus
from stations.models import Division, Station, WeatherAlert
from tests.conftest import World
from tests.factories import (
    make_activity,
    make_division,
    make_member,
    make_partner,
    make_programme,
    make_special,
    make_station,
)
from tests.services.telling import publish
from tests.services.wishing import SECRETS, family, on_wall

API = "/api/v1/"
NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def results(client: Client, path: str, **params: Any) -> list[dict[str, Any]]:
    response = client.get(f"{API}{path}", params)
    assert response.status_code == 200, response.content
    assert response["Access-Control-Allow-Origin"] == "*"
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def all_pages(client: Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following = f"{API}{path}"
    while following:
        page = client.get(following).json()
        found, following = [*found, *page["results"]], page["next"]
    return found


def test_partners_tell_what_is_public_and_never_whom_to_call(world: World, client: Client) -> None:
    known = make_partner(world.branch, name="快递协会", kind=PartnerKind.ASSOCIATION, member_count=80)
    PartnerContact.objects.create(partner=known, name="张三丰", phone="13800000000")
    make_partner(world.branch, name="不公开", is_public=False)
    make_partner(world.branch, name="并掉的", merged_into=known)
    special = make_special(world.station, partner=known)
    make_special(world.sister, partner=known, theme="往年", since=date(2020, 1, 1), until=date(2021, 1, 1))
    (told,) = results(client, "partners/")
    assert (told["code"], told["member_count"], told["logo"]) == (known.code, 80, None)
    one = client.get(f"{API}partners/{known.code}/").json()
    assert one["special_stations"] == [world.station.code]
    assert "张三丰" not in str(one)
    assert "13800000000" not in str(one)
    assert results(client, "special-stations/", partner=known.code)[0]["theme"] == special.theme
    assert results(client, "partners/", kind="bank") == results(client, "partners/", q="无此") == []
    assert client.get(f"{API}partners/{'0' * 8}/").json()["error"]["code"] == "not_found"


def test_a_special_station_off_the_map_or_of_a_partner_that_is_not_public_tells_nothing_of_it(
    world: World, client: Client
) -> None:
    make_special(world.station, partner=make_partner(world.branch, is_public=False))
    make_special(world.sister)
    Station.objects.filter(pk=world.sister.pk).update(status=StationStatus.DRAFT)
    assert [(row["station"], row["partner"]) for row in results(client, "special-stations/")] == [
        (world.station.code, None)
    ]


def test_programmes_name_their_owner_and_rules(world: World, client: Client) -> None:
    make_programme(owner=world.bank, rules="有水")
    make_programme("bee", "小蜜蜂驿站")
    told = {row["code"]: (row["owner"], row["rules"]) for row in results(client, "programmes/")}
    assert told == {"ccb_harbor": ("中国建设银行", "有水"), "bee": (None, "")}
    assert client.get(f"{API}programmes/bee/").json()["name"] == "小蜜蜂驿站"


def test_the_calendar_begins_today_and_is_narrowed_by_day_kind_place_and_station(world: World, client: Client) -> None:
    partner, inside = make_partner(world.branch), make_partner(world.branch, is_public=False)
    soon = make_activity(world.branch, world.station, starts_at=NOW + timedelta(days=1), kind=ActivityKind.HAIRCUT)
    soon.partners.add(partner, inside)
    late = make_activity(world.branch, starts_at=NOW + timedelta(days=9), kind=ActivityKind.LEGAL, division=None)
    gone = make_activity(world.branch, world.station, starts_at=NOW - timedelta(days=9), kind=ActivityKind.LEGAL)
    make_activity(world.branch, starts_at=NOW + timedelta(days=2), is_public=False, title="内部")
    Activity.objects.filter(pk=gone.pk).update(participant_count=40, counted_by="tally")

    def codes(**params: Any) -> list[str]:
        return [row["code"] for row in results(client, "activities/", **params)]

    assert codes() == [soon.code, late.code]
    assert codes(since="2026-11-01") == [gone.code, soon.code, late.code]
    assert codes(since="2026-11-01", until="2026-11-21") == [gone.code, soon.code]
    assert codes(kind="legal") == [late.code]
    assert codes(division="370100") == codes(station=world.station.code.lower()) == [soon.code]
    told = results(client, "activities/")[0]
    assert (told["stations"], told["partners"], told["organiser"]) == ([world.station.code], [partner.code], "济南分行")
    one = client.get(f"{API}activities/{gone.code}/").json()
    assert one["participant_count"] is None
    Activity.objects.filter(pk=gone.pk).update(status=ActivityStatus.REPORTED)
    assert client.get(f"{API}activities/{gone.code}/").json()["participant_count"] == 40


def test_the_wall_tells_wishes_and_no_family(world: World, client: Client) -> None:
    wish = on_wall(world, family())
    (told,) = results(client, "wishes/", kind=wish.kind, state="published")
    assert (told["code"], told["title"], told["organiser"]) == (wish.code, wish.title, wish.unit.name)
    one = client.get(f"{API}wishes/{wish.code}/").content.decode()
    assert all(secret not in one for secret in (*SECRETS, wish.receipt))


def test_online_services_tell_what_holds_today_and_whose_product_it_is(world: World, client: Client) -> None:
    partner = make_partner(world.branch, name="建行")
    held: dict[str, Any] = {"kept_by": world.branch, "is_published": True, "url": "https://example.com/"}
    OnlineService.objects.create(name="法律援助", kind="legal", **held)
    OnlineService.objects.create(name="旧活动", kind="legal", last=date(2020, 1, 1), **held)
    OnlineService.objects.create(name="小哥贷", kind="product", partner=partner, **held)
    told = [(row["name"], row["partner"]) for row in results(client, "online-services/")]
    assert told == [("法律援助", None), ("小哥贷", "建行")]
    assert [row["name"] for row in results(client, "online-services/", kind="product")] == ["小哥贷"]


def test_a_story_is_told_as_long_as_it_is_published(world: World, client: Client) -> None:
    reviewer = make_member(world.bank, Role.OFFICER, "reviewer")
    story = publish(world.officer, reviewer, world.branch, world.station)
    (told,) = results(client, "stories/")
    assert (told["title"], told["station"], told["organiser"]) == (story.title, world.station.code, "济南分行")
    Story.objects.filter(pk=story.pk).update(state="withdrawn", withdrawn_at=NOW)
    assert results(client, "stories/") == []


def test_notices_are_told_from_the_moment_on_at_which_the_public_reads_them(world: World, client: Client) -> None:
    def notice(code: str, **facts: Any) -> WeatherAlert:
        days = {"first": NOW.date(), "last": NOW.date() + timedelta(days=3), "kind": "heat"}
        return WeatherAlert.objects.create(division_id=code, by=world.official, **days | facts)

    province, city = Division.objects.get(code="370000"), Division.objects.get(code="370100")
    make_division("370200", "青岛市", level=DivisionLevel.CITY, parent=province)
    notice(city.code, message="避开正午")
    notice(province.code, kind="other", title="盘点", last=NOW.date())
    notice(city.code, kind="cold", first=NOW.date() + timedelta(days=2), publish_at=NOW)
    notice(city.code, kind="holiday", first=NOW.date() + timedelta(days=2), publish_at=NOW + timedelta(minutes=1))
    notice(city.code, kind="typhoon", ended_at=NOW)
    told = results(client, "notices/")
    assert [row["kind"] for row in told] == ["other", "heat", "cold"]
    assert told[1] == {
        "kind": "heat", "title": "", "message": "避开正午", "division": "370100", "place": city.name,
        "first": "2026-11-20", "last": "2026-11-23",
    }  # fmt: skip
    assert len(results(client, "notices/", division="370102")) == len(results(client, "notices/", division="370000"))
    assert [row["kind"] for row in results(client, "notices/", division="370200")] == ["other"]
    assert [row["kind"] for row in results(client, "notices/", kind="cold")] == ["cold"]


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("partners/", {"kind": "x"}, "kind"),
        ("partners/", {"division": "999999"}, "division"),
        ("partners/", {"after": "a~b"}, "after"),
        ("activities/", {"since": "morgen"}, "since"),
        ("activities/", {"until": "0001-01-01"}, "until"),
        ("activities/", {"station": "0"}, "station"),
        ("activities/", {"after": "2026-11-20~x"}, "after"),
        ("activities/", {"after": "2026-11-20T10:00:00~7"}, "after"),
        ("activities/", {"after": "2026-11-20~7"}, "after"),
        ("activities/", {"after": "2026-11-20T10:00:00+08:00~"}, "after"),
        ("wishes/", {"state": "nominated"}, "state"),
        ("notices/", {"kind": "x"}, "kind"),
        ("wishes/", {"after": "\0~1"}, "after"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(
    db: None, client: Client, path: str, params: dict[str, str], field: str
) -> None:
    response = client.get(f"{API}{path}", params)
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, [field])


def test_pages_follow_each_other_and_ask_as_little_for_fifty_as_for_two(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(count: int) -> None:
        for number in range(count):
            partner = make_partner(world.branch)
            make_special(make_station(), partner=partner)
            activity = make_activity(world.branch, world.station, starts_at=NOW + timedelta(days=1 + number % 3))
            activity.partners.add(partner)
            make_programme(f"p{partner.pk}")

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert results(client, path)
        return len(captured)

    paths = ("partners/", "programmes/", "special-stations/", "activities/")
    make(2)
    few = {path: queries(path) for path in paths}
    make(15)
    assert {path: queries(path) for path in paths} == few
    monkeypatch.setattr(lists, "PAGE_SIZE", 5)
    for path in paths:
        seen = [tuple(map(str, row.values())) for row in all_pages(client, path)]
        assert (len(seen), len(set(seen))) == (17, 17)
