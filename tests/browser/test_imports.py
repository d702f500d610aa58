"""A list is sent, its errors are read, and what was entered is taken back, on a phone and at a desk."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from harbor_portal.lib import queue
from stations.actions import uploads
from stations.models import Station, Upload
from tests.browser.conftest import DESK, PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.stations.imports.conftest import catalogue, city
from tests.stations.imports.lists import NAME, ROW, csv_list, planted_list

__all__ = ["catalogue", "city"]
pytestmark = pytest.mark.usefixtures("city", "catalogue")


def check(page: Page, name: str, data: bytes, folder: Path) -> None:
    (folder / name).write_bytes(data)
    page.goto("/admin/imports/stations/")
    page.set_input_files("input[name=file]", folder / name)
    page.locator(".import-card button[type=submit]").first.click()
    page.wait_for_url(lambda url: url.count("-") >= 4)


def assert_fits(page: Page) -> None:
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_forty_planted_errors_are_shown_and_nothing_is_changed(
    new_page: NewPage, world: World, tmp_path: Path, screen: dict[str, object]
) -> None:
    page = new_page(**screen)
    log_in(page, world.officer)
    before = list(Station.objects.order_by("pk").values())
    page.goto("/admin/imports/stations/")
    assert_fits(page)
    check(page, "坏表.xlsx", planted_list(), tmp_path)
    expect(page.locator(".import-figures .is-error dd")).to_have_text("40")
    assert_fits(page)
    with page.expect_download() as download:
        page.locator("a[href$='problems.xlsx']").click()
    assert download.value.suggested_filename.startswith("坏表-")
    assert list(Station.objects.order_by("pk").values()) == before
    check(page, "好表.csv", csv_list(ROW), tmp_path)
    page.locator("form[action$='/enter/'] button").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert_fits(page)
    assert Station.objects.filter(name=NAME).exists()
    page.locator("form[action$='/undo/'] button").click()
    expect(page.locator("form[action$='/undo/']")).to_have_count(0)
    assert not Station.objects.filter(name=NAME).exists()


def test_the_page_of_a_large_list_waits_for_the_worker_and_shows_what_it_found(
    new_page: NewPage, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(queue, "_send", lambda _task, _args: None)
    page = new_page(**PHONE)
    log_in(page, world.officer)
    check(page, "大表.csv", csv_list(ROW), tmp_path)
    expect(page.locator(".job-progress progress")).to_be_visible()
    assert_fits(page)
    Upload.objects.update(rows_done=500, rows=1200)
    page.wait_for_function("() => document.querySelector('progress').value === 500")
    uploads.work_on(Upload.objects.get().pk)
    expect(page.locator("form[action$='/enter/'] button")).to_be_visible()
