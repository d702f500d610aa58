"""A keeper's phone: tapping with a bad connection, with none, and without JavaScript."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from services.actions.desk import hand_over, write_note
from services.actions.supplies import Supply, move_supply
from services.choices import Method, SupplyMove, WorkerGroup
from services.models import StationDay, SupplyItem, SupplyStock, Visit, VisitEntry
from stations.choices import Health
from stations.models import Station, StationAmenity
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.browser.steps import bring_back, content, enter, lose_an_answer, take_down
from tests.conftest import World
from tests.factories import make_keeper
from tests.pictures import picture_bytes
from tests.services.conftest import count_visits

WAITED = timedelta(minutes=65)
"""For so long the first taps wait on the device, so that another hour begins in between."""


def courier(page: Page, button: str = "counter-more") -> None:
    page.locator(f"form:has([name=group][value=courier]) .{button}").click()


def figure(page: Page) -> str:
    return page.locator("form:has([name=group][value=courier]) output").inner_text()


def counted() -> int:
    return sum(Visit.objects.filter(group=WorkerGroup.COURIER).values_list("count", flat=True))


@pytest.fixture
def mine(phone: Page, world: World) -> Page:
    """The keeper's page, reached as she reaches it."""
    return enter(phone, world.keeper, "/admin/my-station/")


def test_the_first_button_is_on_the_first_screen_and_opens_the_day(mine: Page) -> None:
    button = mine.locator(".day-opening button")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["viewport"]["height"]  # type: ignore[index]
    assert box["height"] >= 44
    button.click()
    expect(mine.locator(".day-state.is-open")).to_be_visible()
    expect(mine.locator("[data-sending]")).to_contain_text("✓")
    assert StationDay.objects.get().opened_at


def test_taps_count_at_once_and_say_when_they_are_sent(mine: Page) -> None:
    for _tap in range(3):
        courier(mine)
    courier(mine, "counter-less")
    expect(mine.locator("[data-sending]")).to_contain_text("✓")
    expect(mine.locator("#totals-title strong")).to_have_text("2")
    assert figure(mine) == "2"
    assert counted() == 2


def test_a_tap_whose_answer_gets_lost_is_sent_again_and_counts_once(mine: Page) -> None:
    sent = lose_an_answer(mine, "**/count/")
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    assert len(sent) == 2
    assert content(sent[0]) == content(sent[1])
    assert (counted(), VisitEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(("device", "by_hour"), [(PHONE, True), (DESK, False)], ids=["phone by hour", "desk"])
def test_a_day_opened_and_counted_without_a_network_is_recorded_once_though_all_is_sent_twice(
    new_page: NewPage, world: World, device: dict[str, object], by_hour: bool
) -> None:
    Station.objects.update(counts_by_hour=by_hour)
    page = enter(new_page(**device), world.keeper, "/admin/my-station/")
    noon = timezone.localtime().replace(hour=12, minute=58)
    page.clock.set_fixed_time(noon)
    page.reload()
    network = take_down(page, "**/my-station/**")
    for _tap in range(15):
        courier(page)
    page.clock.set_fixed_time(noon + WAITED)
    page.locator(".day-opening button").click()
    expect(page.locator(".day-state.is-open")).to_be_visible()
    for _tap in range(15):
        courier(page)
    expect(page.locator("[data-sending]")).to_contain_text("31")
    assert figure(page) == ("15" if by_hour else "30")
    expect(page.locator("form:has([name=group][value=courier]) [data-of-day]")).to_have_text("30")
    begun = timezone.localtime()
    expect(page.locator(".counter-count.is-waiting")).to_have_count(1)
    assert (StationDay.objects.count(), VisitEntry.objects.count()) == (0, 0)
    bring_back(page, network)
    expect(page.locator("[data-sending]")).to_contain_text("✓", timeout=60_000)
    times = Counter(parse_qs(body or "")["client_key"][0] for body in network.sent)
    assert len(times) == 31
    assert min(times.values()) >= 2
    assert (counted(), VisitEntry.objects.count()) == (30, 30)
    assert StationDay.objects.get().opened_at
    moments = [begun, begun - WAITED, timezone.localtime(), timezone.localtime() - WAITED]
    hours = set(Visit.objects.values_list("hour", flat=True))
    assert hours <= ({moment.hour if moment.date() == begun.date() else 0 for moment in moments} if by_hour else {None})
    assert len(hours) >= (2 if by_hour and begun.hour else 1)
    expect(page.locator("#totals-title strong")).to_have_text("30")
    expect(page.locator(".counter-count.is-waiting")).to_have_count(0)


def test_a_whole_day_without_a_network_is_kept_in_the_order_in_which_it_was_tapped(
    phone: Page, world: World, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    SupplyItem.objects.create(code="cups", name="纸杯", name_en="Cups")
    mine = enter(phone, world.keeper, "/admin/my-station/")
    mine.context.set_offline(True)
    mine.locator(".day-opening button").click()
    mine.locator(".day-totals button").click()
    mine.locator(".equipment summary").first.click()
    mine.locator(".equipment [name=note]").first.fill("不出水")
    photo = {"name": "fault.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()}
    mine.locator(".equipment [name=photo]").first.set_input_files(photo)  # type: ignore[arg-type]  # a file by its bytes
    mine.locator(".equipment button").first.click()
    mine.locator(".day-opening button").click()
    expect(mine.locator(".day-state.is-closed")).to_be_visible()
    mine.locator("details:has([data-for=supplies]) summary").first.click()
    mine.locator("[data-for=supplies] [name=quantity]").first.fill("8")
    mine.locator("[data-for=supplies] [value=in]").click()
    mine.locator("[data-for=supplies] [name=quantity]").first.fill("3")
    mine.locator("[data-for=supplies] [value=out]").click()
    expect(mine.locator(".waits")).to_have_count(4)
    mine.context.set_offline(False)
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    expect(mine.locator(".waits")).to_have_count(0)
    record = StationDay.objects.get()
    assert record.is_nil
    assert record.opened_at
    assert record.closed_at
    assert record.opened_at <= record.closed_at
    assert StationAmenity.objects.get(health=Health.OUT_OF_ORDER).note == "不出水"
    expect(mine.locator(".equipment .is-out")).to_contain_text("不出水")
    mine.wait_for_function("() => document.querySelector('.fault-photo').naturalWidth === 800")
    assert SupplyStock.objects.get().quantity == 5
    expect(mine.locator(".stock strong")).to_have_text("5")


def test_at_one_desk_each_keeper_signs_their_own_taps(mine: Page, world: World) -> None:
    colleague = make_keeper(world.station, name="李站长")
    mine.reload()
    mine.route("**/count/", lambda route: route.abort())
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("1")
    mine.locator("details:has([data-hand-over]) summary").click()
    mine.locator("[data-hand-over] [name=text]").fill("药箱空了")
    expect(mine.locator("[data-not-yet]")).to_be_hidden()
    mine.locator("[data-hand-over] button").click()
    expect(mine.locator("[data-not-yet]")).to_be_visible()
    # She goes all the same; who comes finds that something of hers is still here.
    mine.locator("#logout-form button").click()
    enter(mine, colleague, "/admin/my-station/")
    expect(mine.locator("[data-others]")).to_contain_text("1")
    mine.locator("#logout-form button").click()
    mine.unroute("**/count/")
    enter(mine, world.keeper, "/admin/my-station/")
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    assert VisitEntry.objects.get().by == world.keeper
    mine.locator("details:has([data-hand-over]) summary").click()
    mine.locator("[data-hand-over] [name=text]").fill("药箱空了")
    mine.locator("[data-hand-over] button").click()
    mine.wait_for_url("**/login/**")
    enter(mine, colleague, "/admin/my-station/")
    expect(mine.locator(".hand-over .said")).to_have_text("药箱空了")
    mine.locator(".hand-over button").click()
    expect(mine.locator(".hand-over")).to_have_count(0)
    expect(mine.locator("[data-part=duty]")).to_contain_text("李站长")
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("✓")
    assert VisitEntry.objects.latest("pk").by == colleague


def test_waiting_taps_survive_closing_the_page(mine: Page) -> None:
    mine.route("**/count/", lambda route: route.abort())
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("1")
    here = mine.url
    mine.goto("about:blank")  # while nothing gets through, or it would be sent on the way out
    mine.unroute("**/count/")
    mine.goto(here)
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=15_000)
    assert counted() == 1


def test_a_refused_tap_is_taken_off_the_figure_and_explained(mine: Page) -> None:
    courier(mine, "counter-less")
    expect(mine.locator(".day-line .errornote")).to_be_visible()
    assert figure(mine) == "0"
    assert counted() == 0


def test_a_session_that_ended_keeps_the_taps_until_the_next_login_in_any_window(mine: Page, world: World) -> None:
    mine.context.clear_cookies()
    courier(mine)
    expect(mine.locator("[data-sending].is-waiting")).not_to_be_empty()
    assert counted() == 0
    log_in(mine.context.new_page(), world.keeper)
    expect(mine.locator("[data-sending]")).to_contain_text("✓", timeout=20_000)
    assert counted() == 1


def test_the_last_entry_is_undone_with_one_tap(mine: Page) -> None:
    courier(mine)
    mine.locator(".day-lines button").first.click()
    expect(mine.locator(".day-lines .is-undone")).to_have_count(2)
    assert counted() == 0
    assert figure(mine) == "0"


def test_a_nil_return_is_one_tap_and_a_visit_takes_it_back(mine: Page) -> None:
    mine.locator(".day-totals button").click()
    expect(mine.locator(".day-state.is-nil")).to_be_visible()
    assert StationDay.objects.get().is_nil
    courier(mine)
    expect(mine.locator(".day-state.is-nil")).to_have_count(0)
    assert not StationDay.objects.get().is_nil


def test_what_is_tapped_on_a_page_left_open_overnight_is_not_yesterdays(mine: Page, world: World) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    mine.context.set_offline(True)
    mine.clock.set_fixed_time(tomorrow.replace(hour=9))
    courier(mine)
    courier(mine)
    expect(mine.locator(".day-line .errornote")).to_have_count(1)
    assert figure(mine) == "0"
    mine.context.set_offline(False)
    mine.wait_for_load_state()
    expect(mine.locator(".day-line .errornote")).to_have_count(0)
    assert not VisitEntry.objects.exists()


def test_a_night_shift_closes_after_midnight(mine: Page) -> None:
    mine.locator(".day-opening button").click()
    expect(mine.locator("[data-sending]")).to_contain_text("✓")
    mine.clock.set_fixed_time((timezone.localtime() + timedelta(days=1)).replace(hour=1))
    mine.locator(".day-opening button").click()
    expect(mine.locator(".day-state.is-closed")).to_contain_text("–")
    assert StationDay.objects.get().closed_at


def test_every_group_is_within_reach(mine: Page) -> None:
    mine.locator(".counters summary").click()
    assert mine.locator(".counter:visible").count() == len(WorkerGroup)


def test_the_page_can_be_put_on_the_home_screen_and_begins_there_with_the_station(mine: Page) -> None:
    devtools = mine.context.new_cdp_session(mine)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/my-station.webmanifest?language=zh-hans")
    # What an incognito window refuses in any case is no fault of ours.
    faults = {fault["errorId"] for fault in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert faults <= {"in-incognito"}


def test_yesterday_is_one_tap_away(mine: Page) -> None:
    mine.locator(".day-switch a").first.click()
    mine.wait_for_url("**/my-station/*/2*/")
    courier(mine)
    expect(mine.locator("[data-sending]")).to_contain_text("✓")
    assert Visit.objects.get().date == timezone.localdate() - timedelta(days=1)


def test_everything_works_without_javascript_and_a_double_press_counts_once(new_page: NewPage, world: World) -> None:
    page = new_page(**PHONE, java_script_enabled=False)
    enter(page, world.keeper, "/admin/my-station/")
    page.locator(".day-opening button").click()
    expect(page.locator(".day-state.is-open")).to_be_visible()
    key = page.locator("form:has([name=group][value=courier]) [name=client_key]").get_attribute("value")
    courier(page)
    assert figure(page) == "1"
    # The browser's back button shows the form with the key that was used already.
    page.go_back()
    again = page.locator("form:has([name=group][value=courier]) [name=client_key]").get_attribute("value")
    courier(page)
    assert counted() == (1 if again == key else 2)


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_pages_of_a_keeper_are_accessible(new_page: NewPage, world: World, language: str) -> None:
    phone = new_page(**PHONE | {"locale": language})
    phone.goto("/admin/login/")
    assert_accessible(phone)
    log_in(phone, world.keeper)
    assert_accessible(phone)
    count_visits(world.keeper, world.station, day=timezone.localdate())
    count_visits(world.keeper, world.station, method=Method.GATE, day=timezone.localdate())
    hand_over(station=world.station, by=make_keeper(world.station, name="李站长"), text="药箱空了")
    write_note(station=world.station, text="门口的灯坏了", by=world.keeper)
    vials = SupplyItem.objects.create(code="vials", name="藿香正气水", name_en="Heatstroke remedy")
    today = timezone.localdate()
    move_supply(station=world.station, supply=Supply(vials, SupplyMove.IN, 3, today), day=today, by=world.keeper)
    phone.goto("/admin/my-station/")
    phone.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert_accessible(phone)


def test_the_pages_of_an_officer_are_accessible(desk: Page, world: World) -> None:
    log_in(desk, world.officer)
    assert_accessible(desk)
    desk.goto("/admin/stations/station/")
    assert_accessible(desk)
    desk.goto(f"/admin/stations/station/{world.station.pk}/change/")
    assert_accessible(desk)
