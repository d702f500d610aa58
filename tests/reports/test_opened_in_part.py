"""Days that were opened for some stations: what lists may write then, what may follow, and what is still known."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.actions.months import approve_month, return_month, submit_month
from reports.actions.openings import drop_revision, open_for_revision
from reports.actions.sealing import seal_month
from reports.models import MonthOpening, MonthReport, ReportFile
from services.models import Visit
from stations.choices import Role, UploadState
from stations.models import Station, Upload, User
from tests.conftest import World
from tests.factories import make_member
from tests.reports.builders import OCTOBER, count, hand_over, october

pytestmark = pytest.mark.django_db
FLOW, RETURN = (f"/admin/reports/month/{name}/" for name in ("flow", "return"))
OF_BRANCH = {"unit": "CCB-JN", "month": "2026-10"}


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


@pytest.fixture
def head(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, "head", name="钱总")


@pytest.fixture
def given_back(ledger: World, head: User) -> MonthReport:
    """For the station alone; the sister's days stay locked."""
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    return return_month(report=report, reason="", stations={ledger.station.pk: "漏记"}, by=head)


def as_(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(by: User, *days: tuple[Station, int]) -> Upload:
    """A list of visits, nine on each of these days of October."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["站点编码", "日期", "人群", "计数方式", "人次"])
    writer.writerows([station.code, october(day), "快递员", "台账", 9] for station, day in days)
    client = as_(by)
    sent = SimpleUploadedFile("台账.csv", file.getvalue().encode())
    checked: Any = client.post("/admin/imports/visits/", {"file": sent})
    client.post(f"{checked.url}enter/")
    return Upload.objects.get(pk=checked.url.split("/")[-2])


def written(station: Station) -> int:
    return sum(Visit.objects.filter(station=station, method="ledger").values_list("count", flat=True))


def test_a_list_writes_the_station_that_was_opened_and_no_other(ledger: World, given_back: MonthReport) -> None:
    for stations in ((ledger.station, ledger.sister), (ledger.sister, ledger.station)):
        refused = send(ledger.admin, *((station, 8) for station in stations))
        assert refused.state == UploadState.CHECKED
        assert "these days are not open" in str(refused.found)
    assert written(ledger.sister) == written(ledger.station) == 0
    assert send(ledger.officer, (ledger.station, 8)).state == UploadState.ENTERED
    assert written(ledger.station) == 9


def test_a_list_is_not_taken_back_where_one_of_its_days_is_sealed(ledger: World, head: User) -> None:
    hand_over(ledger.station, october(16), ledger.district_union, ledger.district_union)
    upload = send(ledger.admin, (ledger.station, 8), (ledger.station, 20))
    assert written(ledger.station) == 18
    submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)  # who ran it until the 15th
    as_(ledger.admin).post(f"/admin/imports/{upload.pk}/undo/")
    upload.refresh_from_db()
    assert (upload.state, written(ledger.station)) == (UploadState.ENTERED, 18)
    assert "Locked: 济南分行's 2026-10" in upload.failure


def test_who_judges_opens_more_stations_until_it_is_handed_in_again(
    ledger: World, given_back: MonthReport, head: User
) -> None:
    asked = OF_BRANCH | {f"why-{ledger.sister.pk}": "也漏了", "digest": ""}
    assert "Open the days of further stations" in as_(head).get(FLOW, OF_BRANCH).text
    assert "Open the days of further stations" not in as_(ledger.officer).get(FLOW, OF_BRANCH).text
    assert as_(ledger.officer).post(RETURN, asked).status_code == 403
    assert as_(ledger.outsider).post(RETURN, asked).status_code == 404
    assert "Choose the stations" in as_(head).post(RETURN, OF_BRANCH | {"digest": ""}).text
    assert as_(head).post(RETURN, asked).status_code == 302
    assert MonthOpening.objects.filter(
        station=ledger.sister, reason="也漏了", by=head, ends_at__gt=timezone.now()
    ).exists()
    assert send(ledger.admin, (ledger.station, 8), (ledger.sister, 8)).state == UploadState.ENTERED
    submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert not MonthOpening.objects.filter(ended_at=None).exists()
    late = as_(head).post(RETURN, asked | {f"why-{ledger.station.pk}": "再看"}, follow=True)
    assert "frozen anew since you looked" in late.text


def test_a_file_of_a_revision_that_was_given_up_is_still_known(ledger: World, head: User) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    sealed = seal_month(report=approve_month(report=report, by=head), by=head)
    draft = open_for_revision(report=sealed, reason="漏记", until=october(31).replace(month=11, day=9), by=head)
    count(ledger.station, october(9), 5)
    handed_in = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    asked: Any = OF_BRANCH | {"format": "csv", "revision": "2"}
    content = as_(ledger.officer).get("/admin/reports/month/download/", asked).content
    drop_revision(report=return_month(report=handed_in, reason="不改了", by=head), by=head)
    assert not MonthReport.objects.filter(pk=draft.pk).exists()
    assert ReportFile.objects.get().report == sealed
    told = Client(headers={"accept-language": "en"}).post("/verify/", {"file": SimpleUploadedFile("r.csv", content)})
    assert "given back to be corrected" in told.text
    assert "<dt>Revision</dt>" not in told.text


@pytest.mark.parametrize("page", ["/admin/reports/monthreport/", "/admin/reports/monthopening/", FLOW])
def test_pages_about_months_leave_the_frozen_rows_where_they_are(
    ledger: World, given_back: MonthReport, page: str
) -> None:
    """A province's are tens of megabytes."""
    with CaptureQueriesContext(connection) as asked:
        assert as_(ledger.admin).get(page, OF_BRANCH if page == FLOW else {}).status_code == 200
    assert not any('"reports_monthreport"."rows"' in query["sql"] for query in asked)
