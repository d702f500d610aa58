"""An activity from its plan to the figures: an officer plans it, a courier signs up and checks in, it is reported."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Page, expect

from services.activity_codes import venue_address
from services.models import Activity, SignUp
from tests.browser.conftest import PHONE, NewPage, assert_accessible
from tests.browser.steps import enter
from tests.conftest import World


def plan(page: Page, world: World) -> Activity:
    start = timezone.localtime() + timedelta(days=1)
    enter(page, world.officer, f"{reverse('admin:services_activity_add')}?stations={world.station.pk}")
    page.locator("#id_title").fill("义务理发")
    page.locator("#id_kind").select_option("haircut")
    page.locator("#id_organiser").select_option(str(world.branch.pk))
    page.locator("#id_starts_at").fill(f"{start:%Y-%m-%dT%H:%M}")
    page.locator("#id_ends_at").fill(f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.locator("#id_takes_sign_ups").check()
    page.locator("#id_capacity").fill("20")
    assert_accessible(page)
    page.locator(".activity-plan button[type=submit]").click()
    expect(page.locator(".report-badge")).to_be_visible()
    assert_accessible(page)
    return Activity.objects.get()


def sign_up(page: Page) -> None:
    page.goto("/activities/")
    assert_accessible(page)
    page.locator(".activity-row h3 a").click()
    expect(page.locator(".activity-page h1")).to_have_text("义务理发")
    assert_accessible(page)
    page.locator("a[href$='/sign-up/']").click()
    page.locator("#phone").fill("13812345678")
    page.locator("[name=consent]").check()
    assert_accessible(page)
    page.locator(".sign-up button[type=submit]").click()
    expect(page.locator(".receipt-code")).to_be_visible()
    assert_accessible(page)


def test_an_activity_goes_from_its_plan_to_the_figures(new_page: NewPage, world: World) -> None:
    office, courier = new_page(**PHONE), new_page(**PHONE)
    activity = plan(office, world)
    sign_up(courier)
    assert SignUp.objects.get().phone.masked() == "138****5678"

    feed = courier.request.get(reverse("activity_feed", args=[activity.code]))
    (event,) = Calendar.from_ical(feed.body()).walk("VEVENT")
    assert event.decoded("DTSTART") == activity.starts_at

    now = timezone.now()
    Activity.objects.update(starts_at=now - timedelta(minutes=30), ends_at=now + timedelta(minutes=30))
    activity.refresh_from_db()
    courier.goto(venue_address(activity).removeprefix(venue_address(activity).split("/activities/")[0]))
    assert_accessible(courier)
    courier.locator("button[value=courier]").click()
    expect(courier.locator(".checkin-thanks")).to_be_visible()

    office.reload()
    office.locator("[name=count-courier]").fill("12")
    office.locator("[name=count-sanitation]").fill("5")
    office.locator("#report-summary").fill("排了两个小时的队")
    office.locator(".activity-report button[type=submit]").first.click()
    expect(office.locator(".report-badge.is-answered")).to_be_visible()
    assert_accessible(office)
    office.goto(reverse("admin:activity_month"))
    expect(office.locator(".activity-entry")).to_be_visible()
    assert_accessible(office)
    office.goto(f"{reverse('admin:figures')}?of=activities")
    expect(office.locator("main, #content").first).to_contain_text("17")
    activity.refresh_from_db()
    assert (activity.status, activity.participant_count) == ("reported", 17)
