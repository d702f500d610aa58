"""A target is given to the units below on a phone; a star is objected to, decided, shown, and read by the public."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from reports.models import AssessmentRound
from stations.choices import Role
from stations.models import User
from tests.browser.conftest import PHONE, NewPage, assert_accessible
from tests.browser.steps import enter
from tests.conftest import World
from tests.factories import make_member
from tests.reports.starring import make_round, make_star, make_target


@pytest.fixture
def world(transactional_db: None, world: World) -> World:
    return world


@pytest.fixture
def chair(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, "chair", name="周处长")


def is_whole(page: Page) -> None:
    """Readable for everybody, and not wider than the phone."""
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_a_target_and_a_proposed_star_to_the_public_page(new_page: NewPage, world: World, chair: User) -> None:
    target = make_target(world.bank, year=timezone.localdate().year)
    found = make_round(world.bank, world.admin, objections_until=timezone.localdate())
    lines = [{"name": "大门", "name_en": "Door", "source": "locked", "detail": "", "weight": 10, "full_at": "0"}]
    lines[0] |= {"zero_at": "3", "veto_at": "5", "veto_star": 2, "part": 2, "whole": 1, "value": "2.00"}
    lines[0] |= {"points": "3.33", "is_vetoed": False}
    star = make_star(world.station, found, 2, star_before=4, lines=lines)

    official = enter(new_page(**PHONE, locale="en-US"), chair, f"/admin/reports/target/{target.pk}/progress/")
    is_whole(official)
    official.get_by_label("Goal of 济南分行").fill("80")
    official.get_by_role("button", name="Give these parts").click()
    expect(official.get_by_text("Together they come to 80 of 100: 20 missing.")).to_be_visible()

    officer = enter(new_page(**PHONE, locale="en-US"), world.officer, f"/admin/reports/assessment/{star.pk}/change/")
    is_whole(officer)
    officer.get_by_label("What is wrong, and how one sees it").fill("closed for repairs, as posted")
    officer.get_by_role("button", name="Object", exact=True).click()
    expect(officer.get_by_text("Those who assess read it and answer")).to_be_visible()

    official.goto(officer.url)
    official.get_by_label("Stars, if you uphold it").select_option("3")
    official.get_by_label("Why", exact=True).fill("the repairs were announced")
    official.get_by_role("button", name="Uphold", exact=True).click()
    expect(official.get_by_text("changed upon an objection")).to_be_visible()
    is_whole(official)

    AssessmentRound.objects.update(objections_until=timezone.localdate() - timedelta(days=1))
    official.goto(official.url.replace(f"assessment/{star.pk}", f"assessmentround/{found.pk}"))
    official.get_by_role("button", name="Decide the stars").click()
    official.get_by_role("button", name="Show to the public").click()
    expect(official.get_by_text("The public sees these stars.")).to_be_visible()
    is_whole(official)

    visitor = new_page(**PHONE, locale="en-US")
    visitor.goto(world.station.get_absolute_url())
    expect(visitor.get_by_text("3 of 5 stars")).to_be_visible()
    assert_accessible(visitor)
