"""The pages and buttons of "My station"."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from services import policies
from services.actions.days import open_day
from services.actions.sent import KEPT_DAYS, sweep_keys
from services.choices import Method, WorkerGroup
from services.models import SentWrite, StationDay, SupplyItem, SupplyMovement, SupplyTransfer, Visit, VisitEntry
from services.querysets import LATE_DAYS
from services.tasks import sweep_sent_keys
from services.views.my_station_writes import WRITES
from stations.choices import Health
from stations.models import Keeper, Station, StationAmenity, User
from tests.conftest import World
from tests.factories import make_keeper, make_station
from tests.services.conftest import TODAY, _wednesday_noon, count_visits, locked  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def send(client: Client, station: Station, what: str, *, day: date = TODAY, **fields: Any) -> Any:
    url = reverse(f"admin:my_station_{what}", args=[station.code, day.isoformat()])
    return client.post(url, fields)


def tap(client: Client, station: Station, *, asking: dict[str, str] | None = None, **fields: Any) -> Any:
    url = reverse("admin:my_station_count", args=[station.code, TODAY.isoformat()])
    values = {"group": "courier", "method": "tally", "count": "1", "client_key": str(uuid4())} | fields
    return client.post(url, values, headers=asking or {})


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_keeper_with_one_station_goes_straight_to_it(world: World) -> None:
    response = as_(world.keeper).get("/admin/my-station/")
    assert response["Location"] == f"/admin/my-station/{world.station.code}/"


def test_a_keeper_of_several_chooses(world: World) -> None:
    Keeper.objects.create(user=world.keeper, station=world.sister)
    open_day(station=world.sister, day=TODAY, by=world.keeper)
    page = text_of(as_(world.keeper).get("/admin/my-station/"))
    assert world.station.name in page
    assert "Open since 12:00" in page
    assert "Not opened yet today" in page


def test_somebody_without_a_station_is_told_so(world: World) -> None:
    assert "You keep no station" in text_of(as_(world.officer).get("/admin/my-station/"))


def test_the_page_shows_all_groups_and_the_frequent_ones_first(world: World) -> None:
    count_visits(world.officer, world.station, 9, group=WorkerGroup.TRUCK, day=TODAY - timedelta(days=3))
    page = text_of(as_(world.keeper).get(f"/admin/my-station/{world.station.code}/"))
    assert page.index('value="truck"') < page.index('value="sanitation"')
    assert all(f'value="{group}"' in page for group in WorkerGroup)


def test_the_day_is_opened_closed_and_reopened_by_its_buttons(world: World) -> None:
    client = as_(world.keeper)
    for what in ("open", "close", "reopen"):
        assert send(client, world.station, what).status_code == 302
    record = StationDay.objects.get()
    assert record.opened_at
    assert record.closed_at is None
    assert "Open since" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))


def test_yesterday_is_opened_with_a_typed_time(world: World) -> None:
    yesterday = TODAY - timedelta(days=1)
    client = as_(world.keeper)
    page = f"/admin/my-station/{world.station.code}/{yesterday}/"
    assert send(client, world.station, "open", day=yesterday, time="08:30")["Location"] == page
    send(client, world.station, "close", day=yesterday, time="17:30")
    record = StationDay.objects.get()
    assert record.opened_at
    assert timezone.localtime(record.opened_at).isoformat() == "2026-11-17T08:30:00+08:00"
    assert "Open 08:30–17:30" in text_of(client.get(page))


@pytest.mark.parametrize(
    ("opened", "closed", "ends"), [("20:00", "02:00", "2026-11-18T02:00"), ("08:30", "05:30", None)]
)
def test_a_night_shift_is_closed_afterwards_with_the_time_of_the_next_morning(
    world: World, opened: str, closed: str, ends: str | None
) -> None:
    client, yesterday = as_(world.keeper), TODAY - timedelta(days=1)
    send(client, world.station, "open", day=yesterday, time=opened)
    send(client, world.station, "close", day=yesterday, time=closed)
    at = StationDay.objects.get().closed_at
    assert (at and timezone.localtime(at).isoformat()[:16]) == ends


def test_a_day_too_long_ago_says_so_and_offers_a_keeper_no_button_that_would_be_refused(world: World) -> None:
    page = f"/admin/my-station/{world.station.code}/{TODAY - timedelta(days=LATE_DAYS + 1)}/"
    shown = text_of(as_(world.keeper).get(page))
    assert "ask your officer to add" in shown
    assert 'data-send="count"' not in shown
    assert 'data-send="count"' in text_of(as_(world.officer).get(page))


@pytest.mark.parametrize("time", ["25:00", "noon", "12:61"])
def test_a_time_that_is_none_is_explained(world: World, time: str) -> None:
    client = as_(world.keeper)
    send(client, world.station, "open", time=time)
    assert "A time is written like 08:30." in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert not StationDay.objects.exists()


def test_a_tap_is_of_no_time_to_come(world: World) -> None:
    client, now = as_(world.keeper), timezone.localtime()
    later = f"{now + timedelta(minutes=10):%H:%M}"
    answer = tap(client, world.station, asking=JSON, time=later)
    assert (answer.status_code, "has not come yet" in answer.text) == (400, True)
    assert not VisitEntry.objects.exists()
    assert tap(client, world.station, asking=JSON, time=f"{now + timedelta(minutes=1):%H:%M}").status_code == 200


def test_a_tap_by_script_answers_with_the_new_figures(world: World) -> None:
    answer = json.loads(tap(as_(world.keeper), world.station, asking=JSON).content)
    assert answer["counts"]["courier"] == 1
    assert "Total of the day" in answer["parts"]["live"]
    assert answer["message"] == "Courier: +1"


def test_what_is_sent_again_late_undoes_nothing_that_came_after_it(world: World) -> None:
    client, key = as_(world.keeper), str(uuid4())
    send(client, world.station, "open")
    send(client, world.station, "close", client_key=key)
    send(client, world.station, "reopen", client_key=str(uuid4()))
    send(client, world.station, "close", client_key=key)
    assert "This was done already." in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert StationDay.objects.get().closed_at is None


def test_a_key_is_good_for_one_thing_and_a_refusal_does_not_use_it_up(world: World) -> None:
    client, key = as_(world.keeper), str(uuid4())
    send(client, world.station, "close", client_key=key)
    assert not SentWrite.objects.exists()
    send(client, world.station, "open", client_key=key)
    send(client, world.station, "close", client_key=key)
    assert "This key was used for something else" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert StationDay.objects.get().closed_at is None


def test_keys_are_forgotten_once_no_device_sends_them_again(world: World) -> None:
    send(as_(world.keeper), world.station, "open", client_key=str(uuid4()))
    assert sweep_keys(at=timezone.now() + timedelta(days=KEPT_DAYS)) == 0
    assert sweep_sent_keys() == 0
    assert sweep_keys(at=timezone.now() + timedelta(days=KEPT_DAYS + 1)) == 1


def test_a_day_is_opened_when_it_was_tapped_and_not_when_the_tap_arrived(world: World) -> None:
    client = as_(world.keeper)
    send(client, world.station, "open", waited="12600", client_key=str(uuid4()))
    record = StationDay.objects.get()
    assert record.opened_at
    assert timezone.localtime(record.opened_at).isoformat() == "2026-11-18T08:30:00+08:00"
    send(client, world.station, "close", waited="9" * 30, client_key=str(uuid4()))
    send(client, world.station, "close", waited="-5", client_key=str(uuid4()))
    record.refresh_from_db()
    assert record.closed_at == timezone.now()


def test_opened_and_closed_in_the_same_moment_are_not_turned_round_by_the_network(world: World) -> None:
    client = as_(world.keeper)
    send(client, world.station, "open", waited="10", client_key=str(uuid4()))
    send(client, world.station, "close", waited="100", client_key=str(uuid4()))
    record = StationDay.objects.get()
    assert record.closed_at is None
    send(client, world.station, "close", waited="12", client_key=str(uuid4()))
    record.refresh_from_db()
    assert record.closed_at == record.opened_at


def test_what_waited_on_a_device_is_not_signed_by_whoever_logged_in_there_since(world: World) -> None:
    sister = make_keeper(world.station)
    values: dict[str, Any] = {"as": world.keeper.pk, "client_key": str(uuid4())}
    assert tap(as_(sister), world.station, asking=JSON, **values).status_code == 403
    assert not VisitEntry.objects.exists()
    assert tap(as_(world.keeper), world.station, asking=JSON, **values).status_code == 200


def test_a_tap_sent_twice_counts_once(world: World) -> None:
    client, key = as_(world.keeper), str(uuid4())
    for asking in (JSON, JSON, {}):
        tap(client, world.station, asking=asking, client_key=key)
    assert Visit.objects.get().count == 1


def test_several_are_added_by_another_method(world: World) -> None:
    tap(as_(world.keeper), world.station, count="20", method="ledger", group="construction")
    assert list(Visit.objects.values_list("group", "method", "count")) == [("construction", Method.LEDGER, 20)]


def test_the_last_entry_is_undone(world: World) -> None:
    client = as_(world.keeper)
    entry = count_visits(world.keeper, world.station)
    send(client, world.station, "undo", entry=entry.pk, client_key=str(uuid4()))
    assert Visit.objects.get().count == 0
    assert "undone" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))


def test_an_entry_of_another_station_is_not_there(world: World) -> None:
    entry = count_visits(world.outsider, world.elsewhere)
    answer = send(as_(world.keeper), world.station, "undo", entry=entry.pk, client_key=str(uuid4()))
    assert answer.status_code == 404
    assert Visit.objects.get().count == 1


def test_a_nil_return_is_one_tap_and_can_be_taken_back(world: World) -> None:
    client = as_(world.keeper)
    send(client, world.station, "nil")
    assert StationDay.objects.get().is_nil
    assert "Take the nil return back" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    send(client, world.station, "withdraw_nil")
    assert not StationDay.objects.get().is_nil


def test_the_method_that_counts_is_marked_and_can_be_chosen(world: World) -> None:
    client = as_(world.keeper)
    count_visits(world.keeper, world.station, 3)
    count_visits(world.keeper, world.station, 8, method=Method.GATE)
    page = text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert "<strong>8</strong>" in page
    assert "never added" in page
    send(client, world.station, "method", method="tally")
    assert StationDay.objects.get().counted_by == Method.TALLY
    assert "Chosen by hand" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    send(client, world.station, "method")
    assert StationDay.objects.get().counted_by == Method.GATE


def test_equipment_is_broken_until_a_day_and_repaired(world: World) -> None:
    client = as_(world.keeper)
    water = StationAmenity.objects.get(station=world.station, amenity__code="water")
    send(client, world.station, "broken", amenity=water.pk, due_back="2026-11-25", note="no pressure\0")
    water.refresh_from_db()
    assert (water.health, water.out_since, water.due_back, water.note) == (
        Health.OUT_OF_ORDER,
        TODAY,
        date(2026, 11, 25),
        "no pressure",
    )
    assert "due back 2026-11-25" in text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    for _twice in range(2):
        send(client, world.station, "repaired", amenity=water.pk)
    water.refresh_from_db()
    assert (water.health, water.due_back, water.note) == (Health.OK, None, "")
    assert {line.history_user for line in water.history.all()} == {world.keeper, None}


@pytest.mark.parametrize(
    "fields", [{"due_back": "2026-11-01"}, {"due_back": "tomorrow"}, {"due_back": "2026-02-31"}, {"note": "x" * 101}]
)
def test_a_fault_that_cannot_be_is_refused(world: World, fields: dict[str, str]) -> None:
    water = StationAmenity.objects.get(station=world.station, amenity__code="water")
    send(as_(world.keeper), world.station, "broken", amenity=water.pk, **dict[str, Any](fields))
    water.refresh_from_db()
    assert water.health == Health.OK


@pytest.mark.parametrize(
    "fields",
    [
        {"group": "pirates"},
        {"method": "guess"},
        {"count": "many"},
        {"count": "0"},
        {"count": "9" * 30},
        {"count": "+-1"},
        {"client_key": "mine"},
        {"client_key": ""},
    ],
)
def test_a_tap_that_cannot_be_is_named_and_counts_nothing(world: World, fields: dict[str, str]) -> None:
    response = tap(as_(world.keeper), world.station, asking=JSON, **fields)
    assert response.status_code == 400
    assert json.loads(response.content)["error"]["code"] == "invalid"
    assert not VisitEntry.objects.exists()


def test_a_locked_day_is_explained_and_takes_nothing(world: World, locked: str) -> None:  # noqa: F811  # the fixture
    client = as_(world.keeper)
    page = text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert locked in page
    assert "Open for today" not in page
    response = tap(client, world.station, asking=JSON)
    assert (response.status_code, json.loads(response.content)["error"]["message"]) == (403, locked)
    for what in ("open", "nil"):
        send(client, world.station, what)
    assert not StationDay.objects.exists()


UNLOCKED = {"confirm_open", "broken", "repaired", "note", "settle", "take_over", "checked", "counting"}
"""What is no part of the day's record, and goes on in a month that was handed in."""


@pytest.mark.parametrize("role", ["keeper", "officer", "admin"])
def test_no_button_changes_the_record_of_a_locked_day_for_anybody(
    world: World, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = count_visits(world.keeper, world.station, 3)
    item = SupplyItem.objects.create(code="water", name="水", name_en="Water")
    way = SupplyTransfer(origin=world.station, target=world.station, item=item, quantity=1, sent_by=world.keeper)
    way.sent_at = timezone.now()
    way.save()
    fields = {"entry": entry.pk, "method": "ledger", "item": item.pk, "kind": "in", "quantity": 1}
    fields |= {"counted": 1, "to": world.sister.code, "transfer": way.pk, "arrived": 1}
    record, reason = StationDay.objects.values().get(), "Locked: it was handed in."
    monkeypatch.setattr(policies, "LOCKS", [lambda _station, _day: reason])
    client = as_(getattr(world, role))
    for what in WRITES.keys() - UNLOCKED - {"count"}:
        keyed = fields | {"client_key": uuid4()}
        url = reverse(f"admin:my_station_{what}", args=[world.station.code, TODAY.isoformat()])
        response = client.post(url, keyed, headers=JSON)
        assert (response.status_code, response.json()["error"]["message"]) == (403, reason), what
    assert tap(client, world.station, asking=JSON).status_code == 403
    assert StationDay.objects.values().get() == record
    assert [VisitEntry.objects.count(), SupplyMovement.objects.count(), SentWrite.objects.count()] == [1, 0, 0]


@pytest.mark.parametrize("what", WRITES)
def test_every_button_refuses_those_who_are_not_in(world: World, what: str) -> None:
    response = send(Client(), world.station, what)
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]
    for person in (world.outsider, make_keeper(world.elsewhere)):
        assert send(as_(person), world.station, what).status_code == 404
    for person in (world.official, world.auditor):
        assert send(as_(person), world.station, what).status_code == 403
    assert not StationDay.objects.exists()


@pytest.mark.parametrize("what", WRITES)
def test_no_button_works_by_a_link(world: World, what: str) -> None:
    url = reverse(f"admin:my_station_{what}", args=[world.station.code, TODAY.isoformat()])
    assert as_(world.keeper).get(url).status_code == 405


def test_a_waiting_tap_learns_that_the_station_is_not_hers_any_more(world: World) -> None:
    client = as_(world.keeper)
    assert json.loads(tap(client, world.elsewhere, asking=JSON).content)["error"]["code"] == "not_found"
    assert json.loads(tap(as_(world.official), world.station, asking=JSON).content)["error"]["code"] == "refused"


def test_a_post_without_its_token_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.keeper)
    assert tap(client, world.station).status_code == 403
    assert not VisitEntry.objects.exists()


@pytest.mark.parametrize("day", ["2026-11-19", "2026-13-01", "yesterday", "2026-2-30", "0001-01-01", "1999-12-31"])
def test_days_to_come_and_days_that_are_none_are_not_there(world: World, day: str) -> None:
    assert as_(world.keeper).get(f"/admin/my-station/{world.station.code}/{day}/").status_code == 404


def test_the_date_switch_ends_where_the_keeper_may_write(world: World) -> None:
    client = as_(world.keeper)
    base = f"/admin/my-station/{world.station.code}"
    assert f"{base}/2026-11-17/" in text_of(client.get(f"{base}/"))
    page = text_of(client.get(f"{base}/2026-11-11/"))
    assert f"{base}/2026-11-10/" not in page
    assert f"{base}/2026-11-12/" in page
    assert f"{base}/2026-11-10/" in text_of(as_(world.officer).get(f"{base}/2026-11-11/"))


def test_the_page_asks_as_little_for_many_entries_as_for_few(
    world: World, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_(world.keeper)
    url = f"/admin/my-station/{world.station.code}/"
    count_visits(world.keeper, world.station)
    with django_assert_max_num_queries(32) as few:
        client.get(url)
    for group in WorkerGroup:
        for method in (Method.TALLY, Method.LEDGER, Method.GATE):
            count_visits(world.keeper, world.station, group=group, method=method)
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_the_page_is_chinese_for_whoever_asks_for_nothing_else(world: World) -> None:
    client = Client()
    client.force_login(world.keeper)
    assert 'lang="zh-hans"' in text_of(client.get(f"/admin/my-station/{world.station.code}/"))


def test_a_station_closed_for_good_is_not_opened(world: World) -> None:
    station = make_station("已撤站", status="closed")
    keeper = make_keeper(station)
    client = as_(keeper)
    send(client, station, "open")
    assert "is closed for good" in text_of(client.get(f"/admin/my-station/{station.code}/"))
    assert not StationDay.objects.exists()


def test_the_counters_of_a_station_that_counts_by_the_hour_say_the_hour_and_the_day(world: World) -> None:
    client = as_(world.keeper)
    page = f"/admin/my-station/{world.station.code}/"
    assert "data-by-hour" not in text_of(client.get(page))
    assert send(client, world.station, "counting", by_hour="1").status_code == 302
    tap(client, world.station, waited=str(3 * 3600))
    answer = tap(client, world.station, asking=JSON).json()
    assert (answer["by_hour"], answer["counts"]["courier"], answer["hours"]["courier"]) == (True, 2, {"9": 1, "12": 1})
    shown = text_of(client.get(page))
    assert ("data-by-hour" in shown, "12:00–13:00" in shown, "· 09:00–10:00" in shown) == (True, True, True)
    assert 'name="hour" value="9"' in text_of(client.get(page + "?hour=9"))
    send(client, world.station, "count", group="taxi", method="tally", count="2", client_key=str(uuid4()), hour="9")
    assert Visit.objects.get(group="taxi").hour == 9
    changes = world.station.history.values_list("counts_by_hour", "history_user")
    assert changes[0] == (True, world.keeper.pk)


def test_a_day_with_figures_of_the_whole_day_says_why_its_counters_go_on_by_the_day(world: World) -> None:
    client = as_(world.keeper)
    tap(client, world.station)
    send(client, world.station, "counting", by_hour="1")
    shown = text_of(client.get(f"/admin/my-station/{world.station.code}/"))
    assert "it goes on by the day" in shown
    assert tap(client, world.station).status_code == 302
    assert Visit.objects.get().count == 2
    sheet = text_of(client.get(f"/admin/day-sheet/{world.station.code}/2026-11/"))
    assert "take no figure of the whole day" not in sheet
    send(client, world.station, "counting", by_hour="0")
    assert "goes on by the day" not in text_of(client.get(f"/admin/my-station/{world.station.code}/"))


def test_the_day_sheet_says_that_an_hourly_day_is_corrected_by_its_hours(world: World) -> None:
    Station.objects.update(counts_by_hour=True)
    client = as_(world.keeper)
    tap(client, world.station)
    sheet = text_of(client.get(f"/admin/day-sheet/{world.station.code}/2026-11/"))
    assert "choose the hour, and count there" in sheet
    assert 'name="18-courier"' not in sheet
    yesterday = TODAY - timedelta(days=1)
    page = f"/admin/my-station/{world.station.code}/{yesterday}/"
    assert "data-by-hour" not in text_of(client.get(page))
    assert 'name="hour" value="0"' in text_of(client.get(page + "?hour=0"))
