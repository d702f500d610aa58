"""The page of coverage: its map, and everything on it without one, by keyboard and on a phone."""

from playwright.sync_api import Page, expect

from stations.models import User
from tests.browser.conftest import PHONE, NewPage, assert_accessible, log_in
from tests.factories import make_division, make_schedule, make_station, make_user

ADDRESS = "/admin/reports/coverage/?division=370100&date=2026-11-24&time=14:00"


def lay_out() -> User:
    """Two districts, of which one has a street with an open station and one without any."""
    admin = make_user("admin", is_superuser=True, is_staff=True)
    lixia, shizhong = make_division(), make_division("370103", "市中区", longitude=116.99, latitude=36.65)
    streets = {
        "370102001": ("泉城路街道", lixia),
        "370102002": ("姚家街道", lixia),
        "370103001": ("大观园街道", shizhong),
    }
    for code, (name, district) in streets.items():
        make_division(code, name, level="township", parent=district, longitude=None, latitude=None)
    make_station("泉城路驿站", division=make_division("370102001"), schedule=make_schedule())
    return admin


def test_coverage_is_read_on_a_map_and_as_well_without(transactional_db: None, phone: Page, new_page: NewPage) -> None:
    admin = lay_out()
    log_in(phone, admin, ADDRESS)
    county = phone.locator(".coverage-mark span", has_text="1/2")
    expect(county).to_be_visible()
    expect(phone.locator(".coverage-mark")).to_have_count(2)
    wider = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    assert_accessible(phone)
    heading = phone.get_by_role("columnheader", name="街道乡镇").get_by_role("link").last
    heading.focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**order=name**")
    expect(phone.locator("th[aria-sort=ascending]")).to_have_count(1)
    county.click()
    phone.wait_for_url("**place=370102**")
    expect(phone.locator(".coverage-dot-open")).to_be_visible()
    page = new_page(**PHONE, java_script_enabled=False)
    log_in(page, admin, ADDRESS)
    expect(page.locator("#coverage-map")).to_be_hidden()
    expect(page.get_by_role("link", name="姚家街道")).to_be_visible()
    page.get_by_role("link", name="历下区").click()
    expect(page.get_by_role("link", name="泉城路驿站")).to_be_visible()
