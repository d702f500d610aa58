"""Month reports and roll-up runs in the back office."""

import pytest
from django.test import Client

from reports.models import MonthReport, RollupRun
from stations.models import User
from tests.conftest import World
from tests.reports.builders import OCTOBER
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


def test_runs_are_read_by_the_operator_alone(world: World, run: RollupRun) -> None:
    assert status(world.admin, RUNS) == status(world.admin, f"{RUNS}{run.pk}/change/") == 200
    assert status(world.admin, f"{RUNS}add/") == 403
    for person in (world.officer, world.official, world.keeper):
        assert status(person, RUNS) == status(person, f"{RUNS}{run.pk}/change/") == 403
