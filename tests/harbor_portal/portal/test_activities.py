"""The public calendar of activities, the page of each, feeds, sign-up and check-in, as the public uses them."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import vobject
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from harbor_portal.portal import feeds
from services.actions.journeys import Vehicle, add_journey
from services.activity_choices import ActivityKind
from services.activity_codes import venue_address
from services.choices import Method
from services.models import Activity, ActivityStation, AttendanceScan, SignUp
from stations.choices import StationStatus
from stations.models import Station
from tests.conftest import World
from tests.factories import make_activity, make_division, make_partner, make_station

DAY = timedelta(days=1)
IN_ENGLISH = {"accept-language": "en"}
pytestmark = pytest.mark.django_db


def soon(**fields: int) -> datetime:
    """A whole minute, some time from now."""
    return timezone.now().replace(second=0, microsecond=0) + timedelta(**fields)


@pytest.fixture
def activity(world: World) -> Activity:
    return make_activity(
        world.branch,
        world.station,
        starts_at=soon(days=2),
        title_en="Free haircuts",
        description="带工牌",
        takes_sign_ups=True,
        capacity=2,
    )


def events(client: Client, url: str) -> list[Any]:
    response = client.get(url)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = list(Calendar.from_ical(response.content).walk("VEVENT"))
    # Also by a library that did not write it.
    read = getattr(vobject.readOne(response.content.decode()), "vevent_list", [])
    assert [one.uid.value for one in read] == [str(one["UID"]) for one in found]
    assert [one.dtstart.value for one in read] == [one.decoded("DTSTART") for one in found]
    assert [one.summary.value for one in read] == [str(one["SUMMARY"]) for one in found]
    return found


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/activities/{query}").text
    return re.findall(r"<h3>\s*<a href=\"[^\"]+\">([^<]+)</a>", page)


def test_the_calendar_is_filtered_by_kind_place_day_and_station(world: World, client: Client) -> None:
    far = make_division("370202", "市南区")
    make_activity(world.branch, world.station, title="理发", starts_at=soon(days=1))
    make_activity(world.branch, world.sister, title="讲座", kind="lecture", starts_at=soon(days=9))
    make_activity(world.branch, place="广场", title="义诊", kind="health", starts_at=soon(days=3), division=far)
    make_activity(world.branch, world.station, title="内部", is_public=False)
    make_activity(world.branch, world.station, title="昨天", starts_at=soon(days=-2))
    make_activity(world.branch, world.station, title="展览", starts_at=soon(days=-2), ends_at=soon(days=5))
    assert titles(client) == ["展览", "理发", "义诊", "讲座"]
    assert titles(client, "?kind=lecture") == ["讲座"]
    assert titles(client, "?division=370100") == ["展览", "理发", "讲座"]
    assert titles(client, f"?station={world.station.code}") == ["展览", "理发"]
    assert titles(client, f"?date={soon(days=8).date()}") == ["讲座"]
    assert titles(client, "?kind=x&division=9&station=%00&date=never&after=1-x") == ["展览", "理发", "义诊", "讲座"]
    assert titles(client, "?kind=mediation") == []


def test_a_long_calendar_goes_on_page_by_page_at_the_same_cost(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    at = soon(days=1)
    for number in range(3):
        make_activity(world.branch, world.station, title=f"活动{number}", starts_at=at)
    with django_assert_max_num_queries(7) as few:
        titles(client)
    for number in range(3, 33):
        make_activity(world.branch, world.station, world.sister, title=f"活动{number}", starts_at=at)
    with django_assert_max_num_queries(len(few)):
        first = titles(client)
    following = client.get("/activities/").context["following"]
    second = titles(client, f"?{following}")
    assert [*first, *second] == [f"活动{number}" for number in range(33)]
    assert len(first) == 30


def test_the_page_of_an_activity_says_what_search_engines_and_chats_read(
    world: World, client: Client, activity: Activity
) -> None:
    partner = make_partner()
    activity.partners.add(partner)
    page = client.get(activity.get_absolute_url()).text
    data = json.loads(re.search(r'application/ld\+json">(.*?)</script>', page)[1])  # type: ignore[index]  # there is one
    assert (data["@type"], data["name"], data["maximumAttendeeCapacity"]) == ("Event", "义务理发", 2)
    assert data["location"][0]["name"] == world.station.name
    assert datetime.fromisoformat(data["startDate"]) == activity.starts_at
    for words in (partner.name, 'property="og:title"', 'content="义务理发"', "带工牌"):
        assert words in page
    assert client.get(activity.get_absolute_url().lower()).status_code == 301
    assert client.get("/activities/00000000/").status_code == 404
    assert "Free haircuts" in client.get(f"{activity.get_absolute_url()}?lang=en").text


def test_what_is_for_members_has_no_public_page(world: World, client: Client) -> None:
    hidden = make_activity(world.branch, world.station, is_public=False)
    for page in ("", "sign-up/", "activity.ics"):
        assert client.get(f"{hidden.get_absolute_url()}{page}").status_code == 404


def test_a_cancelled_one_says_why_everywhere(world: World, client: Client, activity: Activity) -> None:
    Activity.objects.filter(pk=activity.pk).update(status="cancelled", notice="高温，改期")
    assert "高温，改期" in client.get(activity.get_absolute_url()).text
    assert "is-cancelled" in client.get("/activities/").text
    (event,) = events(client, "/activities.ics")
    assert event["STATUS"] == "CANCELLED"
    assert "高温，改期" in event["DESCRIPTION"]
    assert client.get(f"{activity.get_absolute_url()}sign-up/").status_code == 403


def test_feeds_are_read_by_a_calendar(world: World, client: Client, activity: Activity) -> None:
    make_activity(world.branch, place="人民广场", division=make_division("370202", "市南区"), starts_at=soon(days=5))
    make_activity(world.branch, world.sister, starts_at=soon(days=-60))
    assert len(events(client, "/activities.ics")) == 2
    for url in (
        f"{activity.get_absolute_url()}activity.ics",
        f"/s/{world.station.code}/activities.ics",
        "/activities.ics?division=370102",
    ):
        (event,) = events(client, url)
        assert event["UID"].startswith(activity.code)
        assert event.decoded("DTSTART") == activity.starts_at.astimezone(UTC)
        assert event.decoded("DTEND") == activity.ends_at.astimezone(UTC)
        assert world.station.name in event["LOCATION"]
        assert (event["GEO"].latitude, event["GEO"].longitude) == (36.66, 117.02)
    assert client.get("/activities.ics?division=99").status_code == 404
    assert client.get("/activities.ics?division=%00").status_code == 200
    assert client.get("/s/00000000/activities.ics").status_code == 404


def test_a_calendar_subscribes_to_what_it_shows(world: World, client: Client, activity: Activity) -> None:
    make_activity(world.branch, world.station, title="讲座", kind="lecture", starts_at=soon(days=1))
    make_activity(world.branch, world.sister, title="后来的讲座", kind="lecture", starts_at=soon(days=9))
    later = soon(days=8).date()
    for query, found in {
        "?kind=lecture": ["讲座", "后来的讲座"],
        f"?kind=lecture&division=370102&date={later}": ["后来的讲座"],
        f"?station={world.station.code}&kind=lecture": ["讲座"],
        "?kind=nonsense": ["讲座", activity.title, "后来的讲座"],
    }.items():
        feed = client.get(f"/activities/{query}").context["feed"]
        assert [str(event["SUMMARY"]) for event in events(client, feed)] == found, feed
    calendar: Any = Calendar.from_ical(client.get("/activities.ics?kind=lecture", headers=IN_ENGLISH).content)
    assert calendar["NAME"] == f"Activities · {ActivityKind.LECTURE.label}"


def test_a_station_that_is_not_on_the_map_is_named_nowhere(world: World, client: Client, activity: Activity) -> None:
    draft = make_station("未公布站点", operator=world.branch, status=StationStatus.DRAFT)
    ActivityStation.objects.create(activity=activity, station=draft)
    for url in ("/activities/", activity.get_absolute_url(), f"{activity.get_absolute_url()}sign-up/"):
        assert draft.name not in client.get(url).text
    for url in ("/activities.ics", f"{activity.get_absolute_url()}activity.ics"):
        assert draft.name.encode() not in client.get(url).content


def test_a_full_feed_holds_what_comes_before_what_is_over(
    world: World, client: Client, activity: Activity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST", 3)
    for days in (-20, -3, -2):
        make_activity(world.branch, world.station, title=f"{days}", starts_at=soon(days=days))
    begun = soon(days=-60)
    make_activity(world.branch, world.station, title="展览", starts_at=begun, ends_at=soon(days=5))
    found = [str(event["SUMMARY"]) for event in events(client, "/activities.ics")]
    assert found == ["-2", "展览", activity.title]


def test_whoever_comes_too_late_to_sign_up_is_not_told_to_just_come(world: World, client: Client) -> None:
    running = make_activity(
        world.branch, world.station, starts_at=soon(hours=-1), ends_at=soon(hours=1), takes_sign_ups=True
    )
    page = client.get(running.get_absolute_url(), headers={"accept-language": "en"}).text
    assert "Sign-up has ended" in page
    assert "Nobody needs to sign up" not in page


def test_a_station_shows_its_next_activities(world: World, client: Client, activity: Activity) -> None:
    make_activity(world.branch, world.sister, title="别处")
    page = client.get(f"/s/{world.station.code}/").text
    assert activity.get_absolute_url() in page
    assert "别处" not in page


def sign_up(client: Client, activity: Activity, **said: Any) -> Any:
    return client.post(f"{activity.get_absolute_url()}sign-up/", {"client_key": uuid4(), "people": 1} | said)


def test_somebody_signs_up_looks_and_cancels_without_an_account(client: Client, activity: Activity) -> None:
    assert client.get(f"{activity.get_absolute_url()}sign-up/").status_code == 200
    key = uuid4()
    said = {"client_key": key, "people": 2, "phone": "138-1234-5678", "consent": "1"}
    receipt = sign_up(client, activity, **said)["Location"]
    assert sign_up(client, activity, **said)["Location"] == receipt.removesuffix("?new=1")
    page = client.get(receipt).text
    assert "138****5678" in page
    assert "13812345678" not in page
    waiting = sign_up(client, activity)["Location"]
    assert SignUp.objects.latest("pk").state == "waiting"
    answer = client.post(f"{receipt.removesuffix('?new=1')}cancel/")
    assert client.get(answer["Location"]).context["sign_up"].state == "cancelled"
    assert client.get(waiting).context["sign_up"].state == "booked"
    activity.refresh_from_db()
    assert activity.booked_count == 1


def test_what_cannot_be_is_said_on_the_form(world: World, client: Client, activity: Activity) -> None:
    for said in ({"people": "x"}, {"people": 9}, {"phone": "abc"}, {"phone": "13812345678"}, {"client_key": "x"}):
        response = sign_up(client, activity, **said)
        assert (response.status_code, bool(response.context["problem"])) == (400, True)
    page = sign_up(client, activity, phone="abc").text
    assert page.count('aria-invalid="true" autofocus aria-describedby="problem phone-why"') == 1
    assert not SignUp.objects.exists()
    assert client.post("/activities/sign-up/0000000000/cancel/").status_code == 404
    assert client.get("/activities/sign-up/none/").status_code == 404
    other = make_activity(world.branch, world.station)
    assert sign_up(client, other).status_code == 403


def test_another_site_signs_nobody_up(client: Client, activity: Activity) -> None:
    url = f"{activity.get_absolute_url()}sign-up/"
    assert client.post(url, {"client_key": uuid4()}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_one_network_does_not_take_all_places(world: World, client: Client) -> None:
    activity = make_activity(world.branch, world.station, takes_sign_ups=True)
    assert [sign_up(client, activity).status_code for _time in range(25)] == [302] * 24 + [429]
    bus = make_activity(world.branch, world.station, takes_sign_ups=True, capacity=45)
    assert [sign_up(client, bus, people=5).status_code for _time in range(9)] == [302] * 5 + [429] * 4
    bus.refresh_from_db()
    assert bus.booked_count == 25


def test_a_title_of_two_lines_breaks_no_calendar(world: World, client: Client) -> None:
    broken = make_activity(world.branch, world.station, title="讲座\r\nATTENDEE:x")
    answer = client.get(f"{broken.get_absolute_url()}activity.ics")
    assert answer.status_code == 200
    assert b"\nATTENDEE" not in answer.content
    station = Station.objects.get(pk=world.station.pk)
    station.name = "济西支行\n港湾"
    station.save()
    assert client.get(f"/s/{station.code}/activities.ics").status_code == 200


def test_a_seat_home_is_taken_by_stop(world: World, client: Client) -> None:
    bus = make_activity(world.branch, place="西客站", kind="homeward", takes_sign_ups=True, starts_at=soon(days=9))
    at = soon(days=9)
    vehicle = Vehicle("临沂1号车", "济南西站", at, 1, [("临沂汽车站", at + timedelta(hours=5))])
    stop = add_journey(activity=bus, vehicle=vehicle, by=world.officer).stops.get()
    assert "临沂汽车站" in client.get(bus.get_absolute_url()).text
    assert sign_up(client, bus).status_code == 400
    receipt = sign_up(client, bus, stop=stop.pk)["Location"]
    assert "临沂1号车" in client.get(receipt).text
    assert sign_up(client, bus, stop=stop.pk).status_code == 302
    assert set(SignUp.objects.values_list("state", flat=True)) == {"booked", "waiting"}


def test_one_tap_at_the_venue_counts_once(world: World, client: Client) -> None:
    activity = make_activity(world.branch, world.station, starts_at=soon(hours=-1), ends_at=soon(hours=1))
    url = venue_address(activity).partition("8000")[2]
    assert client.get(url).status_code == 200
    assert client.post(url, {"group": "astronaut"}).status_code == 400
    for _time in range(2):
        assert client.post(url, {"group": "courier"}).status_code == 200
    assert client.get(url).context["is_again"]
    activity.refresh_from_db()
    assert (activity.participant_count, activity.counted_by) == (1, Method.SCAN)
    guessed = client.get(f"/activities/{activity.code}/check-in/?k=guess")
    assert (guessed.status_code, 'class="button button-quiet" href="/activities/"' in guessed.text) == (404, True)
    early = make_activity(world.branch, world.station)
    assert client.post(venue_address(early).partition("8000")[2], {"group": "courier"}).status_code == 403
    assert AttendanceScan.objects.count() == 1


def test_the_poster_is_for_the_back_office(world: World, client: Client, activity: Activity) -> None:
    url = f"{activity.get_absolute_url()}poster.pdf"
    assert client.get(url).status_code == 302
    client.force_login(world.outsider)
    assert client.get(url).status_code == 404
    client.force_login(world.keeper)
    activity.partners.set([make_partner(name="省邮政局"), make_partner(name="未公开的商会", is_public=False)])
    response = client.get(url)
    assert response.content.startswith(b"%PDF-")
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    assert ("邮政局" in printed, "商会" in printed) == (True, False)
