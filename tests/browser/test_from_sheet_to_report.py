"""The whole way: a spreadsheet, the map, a keeper's day, the roll-up by Celery, and the official's figure."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from python_calamine import CalamineWorkbook

from harbor_portal.lib import queue
from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column, Sheet, write_xlsx
from reports.choices import RunState
from reports.models import RollupRun
from reports.tasks import roll_up_month
from services.choices import WorkerGroup
from services.models import Visit, VisitEntry
from stations.models import Station
from stations.publishing.publisher import publish_everything
from tests.browser.conftest import DESK, PHONE, NewPage, log_in
from tests.browser.steps import content, lose_an_answer
from tests.conftest import World
from tests.factories import make_keeper
from tests.processes import celery_worker, send, until

ENGLISH_DESK = DESK | {"locale": "en-GB"}
ENGLISH_PHONE = PHONE | {"locale": "en-GB", "service_workers": "allow"}
NAME = "经十路劳动者港湾"
ROW = {
    "name": NAME,
    "address": "济南市历下区经十路88号",
    "operator": "中国建设银行/济南分行",
    "division": "370102",
    "longitude": "117.03",
    "latitude": "36.66",
    "opening_hours": "24小时",
    "amenities": "water, toilet",
    "status": "published",
}


@pytest.fixture
def worker(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker that publishes where the live server reads, and gets what actions send on commit."""
    settings.PUBLISH_ROOT = tmp_path / "published"
    monkeypatch.setattr(queue, "_send", send)
    with celery_worker(tmp_path) as process:
        yield process


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "stations.xlsx"
    write_xlsx(path, [Sheet("Stations", [Column(key, key) for key in ROW], [ROW])])
    return path


def test_from_a_sheet_of_stations_to_the_figure_in_the_report(
    new_page: NewPage, world: World, worker: subprocess.Popen[bytes], sheet: Path, tmp_path: Path
) -> None:
    publish_everything()

    station = _officer_enters_the_sheet(new_page(**ENGLISH_DESK), world, sheet)
    _worker_finds_it(new_page, station)
    keeper = make_keeper(station, name="周站长")
    phone = new_page(**ENGLISH_PHONE)
    log_in(phone, keeper)
    _keeper_counts_three_couriers(phone)
    assert Visit.objects.get(station=station, group=WorkerGroup.COURIER).count == 3

    send(roll_up_month, (str(Month.of(timezone.localdate())),))
    until(lambda: RollupRun.objects.filter(state=RunState.DONE).exists())
    assert worker.poll() is None
    assert _figure_of_the_official(new_page(**ENGLISH_DESK), world, station, tmp_path) == 3


def _officer_enters_the_sheet(page: Page, world: World, sheet: Path) -> Station:
    log_in(page, world.officer, "/admin/imports/stations/")
    page.set_input_files("input[name=file]", sheet)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Enter all of it").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    station: Station = Station.objects.get(name=NAME)
    return station


def _worker_finds_it(new_page: NewPage, station: Station) -> None:
    """On the map, among what has water and is open now; published by the worker within seconds."""
    page = new_page(**ENGLISH_PHONE)

    def is_listed() -> bool:
        page.goto("/?at=36.66,117.03,15")
        page.get_by_label("Water").check()
        page.get_by_label("Open now").check()
        expect(page.locator("#status")).not_to_be_empty()
        return page.locator("#results h2 a", has_text=NAME).count() == 1

    until(is_listed)
    page.locator("#results h2 a", has_text=NAME).click()
    expect(page.locator("#detail-name")).to_have_text(NAME)


def _keeper_counts_three_couriers(page: Page) -> None:
    """She opens the day and taps three times; the answer to the second tap gets lost, so it is sent twice."""
    page.goto("/admin/my-station/")
    page.locator(".day-opening button").click()
    expect(page.locator(".day-state.is-open")).to_be_visible()
    page.wait_for_load_state()  # before its script runs, a tap is a plain form, which the route below would break
    sent = lose_an_answer(page, "**/count/", number=2)
    for _tap in range(3):
        page.locator("form:has([name=group][value=courier]) .counter-more").click()
    expect(page.locator("#totals-title strong")).to_have_text("3", timeout=20_000)
    expect(page.locator("[data-sending]")).to_contain_text("✓")
    assert len(sent) == 4
    assert content(sent[1]) == content(sent[2])
    assert VisitEntry.objects.count() == 3


def _figure_of_the_official(page: Page, world: World, station: Station, folder: Path) -> object:
    """The visits of the station in the workbook that the official of the district union downloads."""
    log_in(page, world.official)
    month = Month.of(timezone.localdate())
    page.goto(f"/admin/reports/month/?unit={world.district_union.code}&month={month}")
    with page.expect_download() as download:
        page.get_by_role("link", name="xlsx").click()
    path = folder / "report.xlsx"
    download.value.save_as(path)
    workbook = CalamineWorkbook.from_path(path)
    rows = workbook.get_sheet_by_name("By station").to_python()
    header = next(row for row in rows if str(month) in row)
    figures = next(row for row in rows if station.name in row)
    return figures[header.index(str(month))]
