"""An agreement plates eight stations, which the map then shows by its filter, and after its last day they are gone.

What it promises is kept by what the stations hand out, as both sides see.
"""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from partners import tasks
from partners.links import link_key
from partners.models import AgreementLink, Plate
from stations.publishing.publisher import publish_noted
from tests.browser.conftest import PHONE, NewPage, assert_accessible
from tests.browser.steps import enter
from tests.conftest import World
from tests.factories import make_partner, make_programme, make_station
from tests.partners.agreeing import draft, hand_out, promise_cups

MAP = "/?programme=union_station&at=36.66,117.02,14"
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 18, 12, tzinfo=SHANGHAI)
AFTER = datetime(2027, 1, 3, 9, tzinfo=SHANGHAI)


@pytest.fixture
def world(transactional_db: None, world: World, settings: Settings, tmp_path: Path) -> World:
    settings.PUBLISH_ROOT = settings.MEDIA_ROOT = tmp_path
    return world


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def on_map(new_page: NewPage, count: int) -> None:
    """So many stations bear the plate, as a visitor's device reads the published files."""
    page = new_page(**PHONE, locale="en-US")
    page.goto(MAP)
    expect(page.locator("#results h2")).to_have_count(count)


def test_eight_stations_bear_the_plate_until_the_last_day_and_keep_the_promise(new_page: NewPage, world: World) -> None:
    with time_machine.travel(NOON) as clock:
        stations = [
            make_station(f"站{number}", operator=world.branch, longitude=117.02 + number / 1000, latitude=36.66)
            for number in range(8)
        ]
        theirs = make_programme("union_station", "工会驿站")
        facts = {"kind": "recognition", "programme": theirs, "partner": make_partner(world.branch, name="市总工会")}
        agreement = draft(world.officer, world.branch, *stations, **facts)
        promise_cups(agreement, world.officer, since=NOON.date(), until=date(2026, 11, 30))
        call_command("publish_map")

        office = enter(
            new_page(**PHONE, locale="en-US"), world.officer, f"/admin/partners/agreement/{agreement.pk}/change/"
        )
        assert_accessible(office)
        office.get_by_role("button", name="Signed by both sides").click()
        expect(office.get_by_text("8 plates of")).to_be_visible()
        office.get_by_label("For whom").fill("市总工会")
        office.get_by_role("button", name="Make a link").click()
        expect(office.get_by_role("button", name="Withdraw the link")).to_be_visible()
        office.locator(".pace summary").first.click()
        assert_accessible(office)
        assert fits(office)
        publish_noted()
        on_map(new_page, 8)

        other = new_page(**PHONE)
        other.goto(reverse("compliance", args=[link_key(AgreementLink.objects.get())]))
        expect(other.locator("h1")).to_have_text(agreement.title)
        done = other.locator(".kept-figures dd").first
        expect(done).to_have_text("0")
        for station in stations[:3]:
            hand_out(station, world.officer, NOON.date(), 100)
        other.reload()
        expect(done).to_have_text("300")
        assert_accessible(other)
        assert fits(other)
        office.reload()
        office.locator(".kept-figures dd").first.get_by_role("link", name="300").click()
        expect(office.locator("#result_list tbody tr")).to_have_count(3)

        clock.move_to(AFTER)
        tasks.settle_agreements()
        publish_noted()
        assert set(Plate.objects.values_list("until", flat=True)) == {date(2026, 12, 31)}
        page = new_page(**PHONE, locale="en-US")
        page.goto(MAP)
        expect(page.get_by_text("Nothing here matches your filters.").first).to_be_visible()
        expect(page.locator("#results h2")).to_have_count(0)
