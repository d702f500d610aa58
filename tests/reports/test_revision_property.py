"""Whatever is corrected, what was sealed stays; and the next revision is that one with the changes that it names."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harbor_portal.lib.canonical import canonical_json
from harbor_portal.lib.errors import PortalError, Refused
from reports.actions.months import approve_month, submit_month
from reports.actions.openings import open_for_revision
from reports.actions.sealing import seal_month
from reports.figures import live_figures, row_key
from reports.models import MonthReport
from reports.rollups.adding_up import roll_up
from reports.sealed.comparable import SOURCE
from reports.sealed.seals import seal_of
from reports.subjects import Subject
from services.actions.days import explain_day, nil_return, withdraw_nil_return
from services.choices import Method, WorkerGroup
from services.models import StationDay
from stations.actions.exceptions import add_exception
from stations.choices import StationStatus
from stations.models import Station
from tests.conftest import World
from tests.factories import make_activity
from tests.reports.builders import OCTOBER, october
from tests.services.conftest import count_visits

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
Rows = dict[tuple[str, ...], dict[str, Any]]


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 3, 9, tzinfo=ZONE), tick=False):
        yield


@pytest.fixture
def sealed(ledger: World) -> MonthReport:
    """The branch's October, open to be corrected."""
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.admin)
    report = seal_month(report=approve_month(report=report, by=ledger.admin), by=ledger.admin)
    open_for_revision(report=report, reason="漏记", until=date(2026, 11, 9), by=ledger.admin)
    return report


def _explain(world: World, station: Station, day: int) -> None:
    record = StationDay.objects.filter(station=station, date=october(day)).first()
    explain_day(
        station=station, day=october(day), reason="停电", seen=record.remark if record else "", by=world.officer
    )


def _suspend(station: Station, day: int) -> None:
    station = Station.objects.get(pk=station.pk)
    station.status, station.suspended_from = StationStatus.SUSPENDED, october(day)
    station.save()


EDITS: dict[str, Callable[[World, Station, int], object]] = {
    "courier": lambda world, station, day: count_visits(world.officer, station, day, day=october(day)),
    "by the gate": lambda world, station, day: count_visits(
        world.officer, station, day, group=WorkerGroup.SANITATION, method=Method.GATE, day=october(day)
    ),
    "nobody came": lambda world, station, day: nil_return(station=station, day=october(day), by=world.officer),
    "somebody came": lambda world, station, day: withdraw_nil_return(
        station=station, day=october(day), by=world.officer
    ),
    "explained": _explain,
    "closed": lambda world, station, day: add_exception(
        by=world.admin, owner=station, first=october(day), last=october(day), hours="off", reason="检修"
    ),
    "suspended": lambda _world, station, day: _suspend(station, day),
    "held": lambda world, station, day: make_activity(
        world.branch, station, starts_at=datetime(2026, 10, day, 10, tzinfo=ZONE), status="held"
    ),
}
edits = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.booleans(), st.integers(1, 15)), max_size=6)


def with_changes(rows: list[dict[str, Any]], changes: list[dict[str, Any]]) -> Rows:
    found = by_key(rows)
    for change in changes:
        key = (change["section"], *change["key"])
        match change["kind"]:
            case "added":
                found[key] = change["after"]
            case "removed":
                assert found.pop(key) == change["before"]
            case _:
                assert found[key][change["field"]] == change["before"]
                found[key][change["field"]] = change["after"]
    return found


def by_key(rows: list[dict[str, Any]]) -> Rows:
    """Without when they were added up."""
    return {row_key(row): dict(row) for row in rows if row["section"] != SOURCE}


def stays(report: MonthReport) -> bool:
    """Byte for byte as it was sealed."""
    found = MonthReport.objects.get(pk=report.pk)
    same = canonical_json(found.rows) == canonical_json(report.rows) and found.digest == report.digest
    return same and found.seal == report.seal == seal_of(found)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(edits=edits)
def test_a_revision_is_the_one_before_with_the_changes_that_it_names(
    ledger: World, sealed: MonthReport, edits: list[tuple[str, bool, int]]
) -> None:
    with transaction.atomic():
        for what, is_sister, day in edits:
            with suppress(PortalError):
                EDITS[what](ledger, ledger.sister if is_sister else ledger.station, day)
        try:
            new = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.admin)
        except Refused:
            roll_up(OCTOBER)
            assert by_key(live_figures(Subject(unit=ledger.branch), OCTOBER).rows()) == by_key(sealed.rows)
        else:
            assert new.changes
            assert with_changes(sealed.rows, new.changes) == by_key(new.rows)
            assert stays(sealed)
            new = seal_month(report=approve_month(report=new, by=ledger.admin), by=ledger.admin)
            assert new.revised_seal == sealed.seal
        assert stays(sealed)
        transaction.set_rollback(True)
