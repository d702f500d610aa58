"""Month reports and roll-up runs in the back office."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client

from reports.models import MonthReport, RollupRun
from stations.models import User
from tests.conftest import World
from tests.reports.builders import OCTOBER
from tests.reports.by_hand import SHANGHAI
from tests.reports.test_views import as_

pytestmark = pytest.mark.django_db

REPORTS, RUNS = "/admin/reports/monthreport/", "/admin/reports/rolluprun/"


@pytest.fixture
def report(world: World) -> MonthReport:
    return MonthReport.objects.create(unit=world.branch, month=OCTOBER.first)


@pytest.fixture
def run(world: World) -> RollupRun:
    return RollupRun.objects.create(month=OCTOBER.first, started_at="2026-11-01T02:00+08:00")


def status(person: User, path: str) -> int:
    return as_(person).get(path).status_code


def test_reports_are_listed_for_those_who_read_them_and_nobody_writes_them(world: World, report: MonthReport) -> None:
    page = f"{REPORTS}{report.pk}/change/"
    for person in (world.officer, world.auditor, world.admin):
        listed = as_(person).get(REPORTS).content.decode()
        assert "/admin/reports/month/?unit=CCB-JN&amp;month=2026-10" in listed
        assert status(person, page) == 200
        assert as_(person).post(page, {"state": "sealed"}).status_code == 403
        assert status(person, f"{REPORTS}add/") == 403
    for person in (world.outsider, world.official):
        assert "CCB-JN" not in as_(person).get(REPORTS).content.decode()
        assert status(person, page) in (302, 404)
    assert Client().get(REPORTS).status_code == 302


def test_reports_are_listed_by_month(world: World, report: MonthReport, run: RollupRun) -> None:
    RollupRun.objects.update(state="done")
    client = as_(world.officer)
    with time_machine.travel(datetime(2026, 11, 18, 12, tzinfo=SHANGHAI), tick=False):
        for address, count in ((REPORTS, 1), (f"{REPORTS}?month=2026-10", 1), (f"{REPORTS}?month=nonsense", 1)):
            shown = client.get(address)
            assert shown.context["cl"].result_count == count
            assert 'field-of_month">2026-10</td>' in shown.text
        report.month = OCTOBER.plus(-1).first
        report.save()
        assert client.get(f"{REPORTS}?month=2026-10").context["cl"].result_count == 0


def test_runs_are_read_by_the_operator_alone(world: World, run: RollupRun) -> None:
    assert status(world.admin, RUNS) == status(world.admin, f"{RUNS}{run.pk}/change/") == 200
    assert status(world.admin, f"{RUNS}add/") == 403
    for person in (world.officer, world.official, world.keeper):
        assert status(person, RUNS) == status(person, f"{RUNS}{run.pk}/change/") == 403
