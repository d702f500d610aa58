"""A visitor's phone: two taps, with a network, without one, and without JavaScript."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from services.choices import FeedbackKind
from services.models import Feedback
from stations.choices import Access
from stations.models import StationAmenity
from tests.browser.conftest import PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.factories import make_amenity
from tests.services.feedback import tell


@pytest.fixture
def form(phone: Page, world: World) -> Page:
    phone.goto(f"/s/{world.station.code}/tell/")
    return phone


def choose(page: Page, kind: str) -> None:
    page.locator(f".kind:has([value={kind}])").click()


def send(page: Page) -> None:
    page.locator(".send-bar button").click()


def picture() -> dict[str, object]:
    content = BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(content, "JPEG")
    return {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_two_taps_tell_it_and_the_device_remembers_the_receipt(form: Page, world: World) -> None:
    choose(form, "arrived_but_closed")
    send(form)
    form.wait_for_url("**/feedback/*/?sent=1")
    receipt = Feedback.objects.get().spelt_receipt
    expect(form.locator("h1")).to_contain_text(receipt)
    form.goto("/feedback/")
    expect(form.locator(".mine-list a")).to_have_text(receipt)
    form.locator(".mine-list button").click()
    expect(form.locator(".mine-list a")).to_have_count(0)


def test_the_form_fits_the_narrowest_phone(new_page: NewPage, world: World) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    page.goto(f"/s/{world.station.code}/tell/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_report_without_network_is_kept_with_its_photo_and_sent_once_later(form: Page, world: World) -> None:
    """The first sending arrives and its answer is lost; the second meets its own key."""
    sent: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(1)
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    form.context.set_offline(True)
    choose(form, "broken")
    form.fill("#tell-text", "没水")
    form.set_input_files("#tell-photo", picture())  # type: ignore[arg-type]  # a file by its bytes
    send(form)
    expect(form.locator("#tell-done")).to_have_text(form.locator("#tell-done").get_attribute("data-waiting") or "")
    assert not Feedback.objects.exists()
    form.context.route("**/tell/", lose_the_answer)
    form.context.set_offline(False)
    form.wait_for_url("**/feedback/*/?sent=1", timeout=30_000)
    feedback = Feedback.objects.get()
    assert (feedback.kind, feedback.text, len(sent)) == ("broken", "没水", 2)
    with feedback.photo.open() as file, Image.open(file) as kept:
        assert (kept.format, kept.size) == ("WEBP", (1600, 800))


def test_what_waits_is_sent_from_any_other_page(form: Page, world: World) -> None:
    form.context.route("**/tell/", lambda route: route.abort())
    choose(form, "praise")
    send(form)
    expect(form.locator("#tell-done")).to_be_visible()
    form.goto("/feedback/")
    expect(form.locator(".mine-list strong")).to_be_visible()
    form.context.unroute("**/tell/")
    with form.expect_response(lambda response: response.request.method == "POST" and response.ok):
        form.goto("/stations/")
    assert Feedback.objects.get().kind == FeedbackKind.PRAISE


def test_a_refused_report_says_why_and_can_be_sent_after_all(form: Page, world: World) -> None:
    choose(form, "wrong_place")
    form.fill("#tell-longitude", "517")
    send(form)
    expect(form.locator("#tell-problems")).to_contain_text("180")
    form.fill("#tell-longitude", "")
    send(form)
    form.wait_for_url("**/feedback/*/?sent=1")
    assert Feedback.objects.get().longitude is None


def leave_unsent(page: Page, world: World, **report: str) -> None:
    """Say something while nothing gets through, until `page.context.unroute("**/tell/")`."""
    page.context.route("**/tell/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.goto(f"/s/{world.station.code}/tell/")
    choose(page, report["kind"])
    page.fill("#tell-text", report["text"])
    if "amenity" in report:
        page.locator(f".chip:has([value={report['amenity']}])").click()
        page.set_input_files("#tell-photo", picture())  # type: ignore[arg-type]  # a file by its bytes
    send(page)
    expect(page.locator("#tell-done")).to_have_text(page.locator("#tell-done").get_attribute("data-waiting") or "")


def test_what_is_refused_while_nobody_looks_is_kept_with_the_reason_and_can_be_changed_and_sent(
    new_page: NewPage, world: World
) -> None:
    phone, reason = new_page(**PHONE | {"locale": "en-US"}), "does not have this equipment"
    leave_unsent(phone, world, kind="broken", amenity="toilet", text="门坏了")
    StationAmenity.objects.filter(station=world.station, amenity__code="toilet").update(access=Access.NONE)
    phone.context.unroute("**/tell/")
    phone.goto("/stations/")
    expect(phone.locator("#my-reports")).to_contain_text("1")
    phone.locator("#my-reports").click()
    refused = phone.locator(".mine-refused")
    expect(refused).to_contain_text("门坏了")
    expect(refused.locator(".notice")).to_contain_text(reason)
    assert_accessible(phone)
    refused.locator("a").click()
    expect(phone.locator("#tell-problems")).to_contain_text(reason)
    expect(phone.locator("[value=broken]")).to_be_checked()
    expect(phone.locator("#tell-text")).to_have_value("门坏了")
    expect(phone.locator("#tell-kept-photo input")).to_be_visible()
    assert_accessible(phone)
    send(phone)
    phone.wait_for_url("**/feedback/*/?sent=1")
    found = Feedback.objects.get()
    assert (found.kind, found.amenity, found.text, bool(found.photo)) == ("broken", None, "门坏了", True)
    phone.goto("/feedback/")
    expect(phone.locator(".mine-list a")).to_have_text(found.spelt_receipt)
    expect(refused).to_have_count(0)


def test_a_report_that_cannot_be_delivered_holds_up_no_other_and_can_be_dropped(phone: Page, world: World) -> None:
    """A proxy, or a station that has gone since, answers with a page; a broken server does so, too."""
    for text in ("gone", "broken", "fine"):
        leave_unsent(phone, world, kind="praise", text=text)
    statuses = {"gone": 404, "broken": 500}

    def answer(route: Route) -> None:
        body = (route.request.post_data_buffer or b"").decode()
        status = next((status for text, status in statuses.items() if text in body), 0)
        if status:
            route.fulfill(status=status, content_type="text/html", body="<h1>no</h1>")
        else:
            route.continue_()

    phone.context.unroute("**/tell/")
    phone.context.route("**/tell/", answer)
    phone.goto("/feedback/")
    expect(phone.locator(".mine-list a.target")).to_have_count(1)
    expect(phone.locator(".mine-refused")).to_contain_text("gone")
    expect(phone.locator(".mine-list li > strong")).to_have_count(1)
    assert Feedback.objects.get().text == "fine"
    phone.locator(".mine-refused button").click()
    expect(phone.locator(".mine-refused")).to_have_count(0)


def test_what_waits_is_sent_once_by_a_page_that_sends_itself(phone: Page, world: World) -> None:
    leave_unsent(phone, world, kind="praise", text="很好")
    phone.goto("about:blank")
    phone.context.unroute("**/tell/")
    posts: list[str] = []
    phone.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    with phone.expect_response(lambda response: response.request.method == "POST" and response.ok):
        phone.goto(f"/s/{world.station.code}/tell/")
    choose(phone, "refused")
    send(phone)
    phone.wait_for_url("**/feedback/*/?sent=1")
    assert len(posts) == 2
    assert {found.kind for found in Feedback.objects.all()} == {"praise", "refused"}


def test_a_photo_that_an_old_browser_cannot_read_waits_as_it_is(form: Page, world: World) -> None:
    form.add_init_script("delete window.createImageBitmap")
    leave_unsent(form, world, kind="broken", amenity="water", text="没水")
    form.context.unroute("**/tell/")
    with form.expect_response(lambda response: response.request.method == "POST" and response.ok):
        form.reload()
    assert Feedback.objects.get().photo


def test_back_from_the_receipt_there_is_a_form_again(form: Page, world: World) -> None:
    """As a browser does it that keeps the page as it was left."""
    form.route("**/feedback/**", lambda route: route.fulfill(status=204))  # which leaves the page where it is
    choose(form, "praise")
    with form.expect_response("**/feedback/**"):
        send(form)
    expect(form.locator("#tell-done")).to_be_visible()
    form.evaluate("() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(form.locator("#tell-done")).to_be_hidden()
    expect(form.locator(".send-bar button")).to_be_enabled()
    expect(form.locator("[value=praise]")).not_to_be_checked()


def test_the_pin_is_moved_by_keys_buttons_and_position(form: Page, world: World) -> None:
    form.context.grant_permissions(["geolocation"])
    form.context.set_geolocation({"longitude": 117.03, "latitude": 36.67})
    choose(form, "wrong_place")
    pin = form.locator(".tell-pin")
    expect(pin).to_be_visible()
    assert form.input_value("#tell-longitude") == ""
    pin.focus()
    form.keyboard.press("ArrowUp")
    expect(form.locator("#pin-moved")).to_contain_text("5")
    assert float(form.input_value("#tell-latitude")) == pytest.approx(36.660045, abs=2e-6)
    form.locator("[data-pin=east]").click()
    assert float(form.input_value("#tell-longitude")) == pytest.approx(117.020056, abs=2e-6)
    form.locator("[data-pin=here]").click()
    expect(form.locator("#tell-longitude")).to_have_value("117.030000")
    assert_accessible(form)
    send(form)
    form.wait_for_url("**/feedback/*/?sent=1")
    found = Feedback.objects.get()
    assert (found.longitude, found.latitude) == (117.03, 36.67)


def test_everything_works_without_javascript(new_page: NewPage, world: World) -> None:
    page = new_page(**PHONE, java_script_enabled=False)
    page.goto(f"/s/{world.station.code}/tell/")
    expect(page.locator("[data-kinds='broken short']")).to_be_hidden()
    choose(page, "broken")
    page.locator(".chip:has([value=water])").click()
    page.set_input_files("#tell-photo", picture())  # type: ignore[arg-type]  # a file by its bytes
    send(page)
    page.wait_for_url("**/feedback/*/?sent=1")
    found = Feedback.objects.get()
    assert found.amenity is not None
    assert (found.amenity.code, bool(found.photo)) == ("water", True)
    page.goto("/feedback/")
    page.fill("#receipt", found.spelt_receipt.lower())
    page.locator("form button").click()
    page.wait_for_url(f"**/feedback/{found.receipt}/")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_pages_of_a_visitor_are_accessible(new_page: NewPage, world: World, language: str) -> None:
    page = new_page(**PHONE, locale=language)
    page.goto(f"/s/{world.station.code}/tell/?kind=broken")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans" if language == "zh-CN" else "en")
    assert_accessible(page)
    send(page)
    page.wait_for_url("**/feedback/*/?sent=1")
    assert_accessible(page)
    page.goto("/feedback/")
    expect(page.locator(".mine-list a")).to_be_visible()
    assert_accessible(page)


def test_the_pages_of_an_officer_are_accessible(desk: Page, world: World) -> None:
    entry = tell(world.station, FeedbackKind.BROKEN, amenity=make_amenity("water"), text="没水")
    tell(world.station, FeedbackKind.REFUSED)
    log_in(desk, world.officer, "/admin/services/feedback/")
    assert_accessible(desk)
    desk.goto(f"/admin/services/feedback/{entry.pk}/change/?say=0")
    assert_accessible(desk)
