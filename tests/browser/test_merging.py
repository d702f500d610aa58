"""Two plates on one door: from the desk to one station, on a narrow phone and at a desk."""

from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from services.doors import door_key
from services.models import Visit, VisitEntry
from stations.models import PossibleDuplicate, Station
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.services.conftest import count_visits

NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1440, "height": 900}
LIST = "/admin/stations/possibleduplicate/"


def assert_fits_on_both(page: Page) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dictionary is what it takes
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), size


def test_two_stations_on_one_door_become_one(
    new_page: NewPage, world: World, settings: Settings, tmp_path: Path
) -> None:
    settings.PUBLISH_ROOT = tmp_path
    kept, old = world.station, world.sister
    Station.objects.filter(pk=old.pk).update(longitude=117.02009, phone="0531-8888")
    count_visits(world.officer, old, 7, day=timezone.localdate())
    count_visits(world.keeper, kept, 5, day=timezone.localdate())
    call_command("publish_map")
    page = new_page(**PHONE | {"viewport": NARROW})
    log_in(page, world.officer)
    page.locator(f"a[href='{LIST}?state=waiting']").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    assert_fits_on_both(page)
    page.locator("#result_list a[href*='merge']").click()
    expect(page.locator(".merging-facts thead a").first).to_have_text(kept.code)
    expect(page.locator("input[name=taking][value=phone]")).to_be_checked()
    assert_fits_on_both(page)
    page.fill("input[name=reason]", "一个门口两块牌子")
    page.locator("#merge button[type=submit]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    kept.refresh_from_db()
    assert (kept.phone, Visit.objects.get().count) == ("0531-8888", 12)
    assert not PossibleDuplicate.objects.all().waiting().exists()
    visitor = new_page(**DESK)
    visitor.goto(f"/s/{old.code}/")
    assert visitor.url.endswith(f"/s/{kept.code}/")
    expect(visitor.locator("h1")).to_have_text(kept.name)
    visitor.goto(f"/s/{old.code}/checkin/?k={door_key(old, 1)}")
    visitor.locator("button[name=group]").first.click()
    expect(visitor.locator("button[name=group]")).to_have_count(0)
    assert VisitEntry.objects.get(by=None).station == kept


def test_the_other_station_is_asked_for_and_hours_of_many_are_looked_at_before(new_page: NewPage, world: World) -> None:
    page = new_page(**PHONE)
    log_in(page, world.officer, f"/admin/stations/station/merge/?duplicate={world.sister.code}")
    assert_fits_on_both(page)
    page.fill("input[name=into]", world.station.code)
    page.locator(".merging-form button").click()
    expect(page.locator(".merging-facts thead a").first).to_have_text(world.station.code)
    page.goto(f"/admin/stations/station/hours/?unit={world.branch.code}")
    assert_fits_on_both(page)
    page.fill("input[name=opening_hours]", "周一至周五 9:00-17:00")
    page.fill("input[name=reason]", "冬季作息")
    page.locator("button[value=preview]").click()
    expect(page.locator(".merging-hours")).to_contain_text("Mo-Fr 09:00-17:00")
    assert_fits_on_both(page)
    page.locator("button[value=change]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert set(Station.objects.in_units((world.branch.path,)).values_list("schedule__opening_hours", flat=True)) == {
        "Mo-Fr 09:00-17:00"
    }
