"""What is handed in is of one moment, whoever works beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import transaction

from harbor_portal.lib.months import Month
from reports.actions.months import approve_month, submit_month
from reports.actions.openings import open_for_revision
from reports.actions.sealing import seal_month
from reports.figures import digest_of, live_figures
from reports.flow.locks import hold_month, lock_of
from reports.models import MonthOpening, MonthReport
from reports.sections import SECTIONS
from reports.sections.base import Asked
from reports.subjects import Subject
from stations.choices import Role
from tests.beside import beside, done_beside, wait_until_it_waits
from tests.conftest import World
from tests.factories import make_activity, make_member
from tests.reports.builders import OCTOBER, count, october
from tests.reports.by_hand import MOMENT, SHANGHAI

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def submit(world: World) -> str:
    return submit_month(unit=world.branch, month=OCTOBER, by=world.officer).state


def before(monkeypatch: pytest.MonkeyPatch, key: str, happens: Callable[[], object]) -> None:
    """Let that happen right before the section is read."""
    section = SECTIONS[key]

    def rows(asked: Asked) -> Sequence[dict[str, Any]]:
        happens()
        return section.rows(asked)

    monkeypatch.setitem(SECTIONS, key, replace(section, rows=rows))


def activities(rows: Sequence[dict[str, Any]]) -> list[int]:
    """By the overview, by territory and by station, each of which counts them for itself."""
    overview = next(row["value"] for row in rows if row.get("measure") == "activities")
    territory = next(row["activities"] for row in rows if row["section"] == "standing" and row["level"] == "total")
    return [overview, territory, sum(row["activities"] for row in rows if row["section"] == "station")]


def test_what_is_committed_between_two_sections_is_in_none_of_them(
    ledger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"starts_at": datetime(2026, 10, 9, 10, tzinfo=SHANGHAI), "status": "held"}
    before(
        monkeypatch,
        "standing",
        lambda: done_beside(lambda: make_activity(ledger.branch, ledger.station, **held)),
    )
    submit(ledger)
    assert activities(MonthReport.objects.get().rows) == [0, 0, 0]
    monkeypatch.undo()
    assert activities(live_figures(Subject(unit=ledger.branch), OCTOBER).rows()) == [1, 1, 1]


def test_who_was_just_writing_a_day_is_waited_for_and_seen(ledger: World) -> None:
    with transaction.atomic():
        assert lock_of(ledger.station.pk, october(5)) is None
        submitting, came = beside(lambda: submit(ledger))
        wait_until_it_waits(submitting)
        count(ledger.station, october(5), 3)
    submitting.join()
    assert "Visits were recorded" in str(came)
    assert not MonthReport.objects.exists()
    assert submit(ledger) == "submitted"


def test_of_two_who_submit_at_once_one_does_and_the_other_is_told(ledger: World) -> None:
    with transaction.atomic():
        hold_month(OCTOBER)
        first, came_first = beside(lambda: submit(ledger))
        wait_until_it_waits(first)
        second, came_second = beside(lambda: submit(ledger))
        wait_until_it_waits(second, 2)
    first.join()
    second.join()
    answers = [*came_first, *came_second]
    assert "submitted" in answers
    assert any("is Submitted by now" in str(answer) for answer in answers), answers
    assert MonthReport.objects.count() == 1


def test_a_report_that_changes_meanwhile_is_not_written_over(ledger: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = MonthReport.objects.create(unit=ledger.branch, month=OCTOBER.first)
    changed = MonthReport.objects.filter(pk=report.pk)
    before(monkeypatch, "standing", lambda: done_beside(lambda: changed.update(returned_reason="请补记")))
    thread, came = beside(lambda: submit(ledger))
    thread.join()
    assert "this very moment" in str(came)
    assert (changed.get().state, changed.get().returned_reason) == ("draft", "请补记")


def test_what_is_sealed_at_once_follows_each_other(ledger: World) -> None:
    """A revision of September and the first of October: none is left outside of the unit's chain."""
    rows = [{"section": "overview", "measure": "visits", "value": 7}]

    def approved(month: Month, revision: int = 1) -> MonthReport:
        frozen = {"rows": rows, "digest": digest_of(rows), "state": "approved", "holds_days": True}
        return MonthReport.objects.create(unit=ledger.branch, month=month.first, revision=revision, **frozen)

    seal_month(report=approved(OCTOBER.plus(-1)), by=ledger.admin)
    again, then = approved(OCTOBER.plus(-1), 2), approved(OCTOBER)
    with transaction.atomic():
        first = seal_month(report=again, by=ledger.admin)
        thread, came = beside(lambda: seal_month(report=then, by=ledger.admin).previous_seal)
        wait_until_it_waits(thread)
    thread.join()
    assert came == [first.seal]


def test_the_same_days_are_opened_once_by_two_at_once(ledger: World) -> None:
    head = make_member(ledger.bank, Role.OFFICER)
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    sealed = seal_month(report=approve_month(report=report, by=head), by=head)
    revise = partial(open_for_revision, report=sealed, until=MOMENT.date())
    with transaction.atomic():
        revise(reason="漏记", by=head)
        thread, came = beside(lambda: revise(reason="也漏", by=ledger.admin))
        wait_until_it_waits(thread)
    thread.join()
    assert came == ["The report of 济南分行 is Draft by now; nothing was changed."]
    assert [opening.reason for opening in MonthOpening.objects.all()] == ["漏记"]
