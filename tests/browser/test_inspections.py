"""A station is inspected on a phone, what failed is mended by its keeper, and the officer looks again."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.fixtures import Settings

from services.models import Finding, Inspection
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible
from tests.browser.steps import enter
from tests.conftest import World
from tests.pictures import picture_bytes
from tests.services.inspecting import make_form


@pytest.fixture
def world(transactional_db: None, world: World, settings: Settings, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path
    make_form()
    return world


def choose(page: Page, item: int, result: str) -> None:
    page.locator(".inspection-item").nth(item).get_by_role("radio", name=result, exact=True).check()


def test_from_a_failed_item_to_its_settlement(new_page: NewPage, world: World) -> None:
    officer = enter(
        new_page(**PHONE, locale="en-US"), world.officer, f"/admin/services/inspection/start/{world.station.code}/"
    )
    assert_accessible(officer)
    officer.get_by_role("button", name="Begin").click()
    status = officer.locator("[data-status]")
    choose(officer, 0, "Passed")
    expect(status).to_have_text("All saved")

    # Without a network nothing is lost, also if the page is left and opened again.
    officer.context.set_offline(True)
    choose(officer, 1, "Failed")
    officer.locator("[name^=remark-]").nth(1).fill("leaves at the door")
    expect(status).to_contain_text("Kept on this device")
    officer.context.set_offline(False)
    officer.reload()
    expect(officer.locator("[name^=remark-]").nth(1)).to_have_value("leaves at the door")
    expect(status).to_have_text("All saved")

    # What is refused is not called saved, and stays on the device.
    officer.locator("[name^=photo-]").nth(1).set_input_files(
        FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=b"x")
    )
    expect(status).to_have_text("Items refused and not saved: 1")
    assert "leaves at the door" in officer.evaluate("JSON.stringify(localStorage)")
    picture = FilePayload(name="door.jpg", mimeType="image/jpeg", buffer=picture_bytes())
    officer.locator("[name^=photo-]").nth(1).set_input_files(picture)
    expect(officer.locator("[data-photo] img")).to_be_visible()
    expect(status).to_have_text("All saved")
    assert_accessible(officer)
    assert officer.evaluate("document.documentElement.scrollWidth <= innerWidth")
    officer.get_by_role("button", name="Finish").click()
    expect(officer.get_by_text("1 passed, 1 failed")).to_be_visible()
    assert_accessible(officer)
    finding = Finding.objects.get()
    assert (finding.text, bool(finding.photo), Inspection.objects.get().score) == ("leaves at the door", True, 75)

    keeper = enter(new_page(**PHONE, locale="en-US"), world.keeper, f"/admin/my-station/{world.station.code}/")
    keeper.get_by_role("link", name="Hygiene").click()
    assert_accessible(keeper)
    keeper.get_by_label("It is mended: what was done?").fill("swept")
    keeper.get_by_role("button", name="Mended").click()
    expect(keeper.get_by_text("You mended it yourself")).to_be_visible()

    officer.goto("/admin/services/finding/?state=mended")
    assert_accessible(officer)
    officer.get_by_role("link", name="Hygiene").click()
    officer.get_by_role("button", name="It is mended: close").click()
    expect(officer.locator(".report-badge")).to_have_text("Settled")
    assert_accessible(officer)

    for screen in (PHONE, DESK):
        page = enter(new_page(**screen), world.official, "/admin/figures/")
        assert page.locator("#units-title").is_visible()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
