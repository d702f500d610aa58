"""The way of a month report, and who may send it on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import OperationalError, connection, transaction

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from reports.actions import months
from reports.actions.months import approve_month, return_month, submit_month, submit_months
from reports.actions.sealing import seal_month
from reports.choices import ReportState
from reports.figures import digest_of, live_figures, month_figures
from reports.flow.locks import LOCK_SPACE, lock_of
from reports.models import MonthReport
from reports.rollups.adding_up import roll_up
from reports.sealed.frozen import FrozenStations
from reports.subjects import Subject
from services.models import Visit
from services.policies import refuse_if_locked
from stations.actions.postings import save_postings
from stations.choices import Role
from stations.models import Station, User
from tests.conftest import World
from tests.factories import make_member
from tests.reports.builders import OCTOBER, count, mark, october, waive

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _november() -> object:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def head(world: World) -> User:
    """An officer of the bank's head office."""
    return make_member(world.bank, Role.OFFICER, "head", name="钱总")


@pytest.fixture
def submitted(ledger: World) -> MonthReport:
    return submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)


def test_submitting_freezes_the_figures(ledger: World, submitted: MonthReport) -> None:
    assert (submitted.state, submitted.moved_by, submitted.moved_at) == ("submitted", ledger.officer, NOVEMBER)
    assert submitted.digest == digest_of(submitted.rows)
    Visit.objects.filter(station=ledger.station).update(count=1000)
    roll_up(OCTOBER, full=True)
    assert month_figures(Subject(unit=ledger.branch), OCTOBER).total["value"] == 30
    assert live_figures(Subject(unit=ledger.branch), OCTOBER).total["value"] > 1000
    submitted.refresh_from_db()
    assert digest_of(submitted.rows) == submitted.digest, "also after the way through the database"
    assert [entry.state for entry in submitted.history.order_by("pk")] == ["draft", "submitted"]


def test_submitting_first_brings_the_figures_up_to_date(ledger: World) -> None:
    count(ledger.station, october(9), 5)
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert month_figures(Subject(unit=ledger.branch), OCTOBER).total["value"] == 35
    assert report.digest


def test_only_officers_and_officials_of_the_unit_or_above_submit(ledger: World, head: User) -> None:
    for person in (ledger.keeper, ledger.auditor, ledger.official, ledger.outsider):
        with pytest.raises(Refused, match="济南分行"):
            submit_month(unit=ledger.branch, month=OCTOBER, by=person)
    assert not MonthReport.objects.exists()
    assert submit_month(unit=ledger.branch, month=OCTOBER, by=head)
    assert submit_month(unit=ledger.district_union, month=OCTOBER, by=ledger.official)


def test_a_month_is_submitted_when_it_is_over(ledger: World) -> None:
    with time_machine.travel(datetime(2026, 10, 31, 23, 59, tzinfo=NOVEMBER.tzinfo)), pytest.raises(Refused):
        submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)


def test_a_unit_without_stations_has_nothing_to_submit(world: World) -> None:
    with pytest.raises(Refused):
        submit_month(unit=world.branch, month=OCTOBER.plus(-100), by=world.officer)


def test_submitting_twice_is_told(ledger: World, submitted: MonthReport) -> None:
    with pytest.raises(StaleState):
        submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)


def test_of_many_units_those_are_left_for_which_there_is_no_time(
    ledger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months, "TOGETHER", 1)
    monkeypatch.setattr(months, "PATIENCE", -1)
    units = [ledger.branch, ledger.other_bank]
    moved = submit_months(units=units, month=OCTOBER, by=ledger.admin)
    assert [report.unit for report in moved.done] == [ledger.branch]
    assert [(unit, "once more" in str(error)) for unit, error in moved.refused] == [(ledger.other_bank, True)]
    again = submit_months(units=units, month=OCTOBER, by=ledger.admin)
    assert [unit for unit, _error in again.refused] == [ledger.branch], "who is handed in takes nobody's time"
    assert [report.unit for report in again.done] == [ledger.other_bank]


@pytest.mark.parametrize(
    "happens",
    [
        lambda station: mark(station, october(5)),
        lambda station: station.postings.update(until=october(20)),
    ],
    ids=["visit", "posting"],
)
def test_what_happens_at_the_very_moment_stops_the_submission(
    ledger: World, monkeypatch: pytest.MonkeyPatch, happens: Callable[[Station], object]
) -> None:
    @contextmanager
    def too_late(month: object) -> Iterator[None]:
        happens(ledger.station)
        yield

    monkeypatch.setattr(months, "month_held", too_late)
    with pytest.raises(StaleState):
        submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert not MonthReport.objects.exists()


def test_a_month_with_a_station_that_cannot_be_added_up_is_not_submitted(ledger: World) -> None:
    for hour in (8, 9):
        count(ledger.station, october(25), 2**31 - 1, hour=hour)
    with pytest.raises(Refused):
        submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)


def test_the_unit_above_approves_and_seals(ledger: World, submitted: MonthReport, head: User) -> None:
    approved = approve_month(report=submitted, by=head)
    assert (approved.state, approved.moved_by) == (ReportState.APPROVED, head)
    assert seal_month(report=approved, by=head).state == ReportState.SEALED
    assert approved.history.count() == 4


def test_nobody_below_beside_or_without_a_role_judges(ledger: World, submitted: MonthReport) -> None:
    for person in (ledger.officer, ledger.keeper, ledger.auditor, ledger.official, ledger.outsider):
        for judge in (approve_month, seal_month):
            with pytest.raises(Refused, match="中国建设银行"):
                judge(report=submitted, by=person)
        with pytest.raises(Refused):
            return_month(report=submitted, reason="x", by=person)
    submitted.refresh_from_db()
    assert submitted.state == ReportState.SUBMITTED


def test_nobody_judges_what_they_submitted_themselves(ledger: World, head: User) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=head)
    with pytest.raises(Refused):
        approve_month(report=report, by=head)
    approved = approve_month(report=report, by=make_member(ledger.bank, Role.REVIEWER))
    for judge in (seal_month, partial(return_month, reason="更正")):
        with pytest.raises(Refused):
            judge(report=approved, by=head)
    returned = return_month(report=approved, reason="更正", by=ledger.admin)
    again = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert returned.submitted_by is None
    assert approve_month(report=again, by=head).submitted_by == ledger.officer


def test_a_unit_with_none_above_is_judged_by_a_second_person_of_its_own(ledger: World, head: User) -> None:
    waive(ledger.branch)
    report = submit_month(unit=ledger.bank, month=OCTOBER, by=head)
    second = make_member(ledger.bank, Role.REVIEWER)
    assert approve_month(report=report, by=second).state == ReportState.APPROVED


def test_a_returned_report_says_why_and_can_be_submitted_again(
    ledger: World, submitted: MonthReport, head: User
) -> None:
    with pytest.raises(Invalid):
        return_month(report=submitted, reason="  ", by=head)
    with pytest.raises(Invalid):
        return_month(report=submitted, reason="x" * 201, by=head)
    returned = return_month(report=submitted, reason="3日无记录", by=head)
    assert (returned.state, returned.returned_reason, returned.rows, returned.digest) == ("draft", "3日无记录", [], "")
    again = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert (again.pk, again.state, again.returned_reason) == (submitted.pk, ReportState.SUBMITTED, "")


def test_an_approved_report_can_be_returned_and_a_sealed_one_cannot(
    ledger: World, submitted: MonthReport, head: User
) -> None:
    approve_month(report=submitted, by=head)
    submitted.refresh_from_db()
    return_month(report=submitted, reason="更正", by=head)
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    seal_month(report=approve_month(report=report, by=head), by=head)
    report.refresh_from_db()
    with pytest.raises(StaleState):
        return_month(report=report, reason="更正", by=head)


def test_of_two_who_judge_at_once_the_second_is_told(ledger: World, submitted: MonthReport, head: User) -> None:
    seen = MonthReport.objects.get(pk=submitted.pk)
    return_month(report=submitted, reason="更正", by=head)
    with pytest.raises(StaleState):
        approve_month(report=seen, by=head)
    with pytest.raises(StaleState):
        seal_month(report=seen, by=head)


def test_the_days_of_a_submitted_month_are_locked_with_who_when_and_whom_to_ask(
    ledger: World, submitted: MonthReport
) -> None:
    sentence = lock_of(ledger.station.pk, october(5)) or ""
    for part in ("济南分行", "2026-10", str(ReportState.SUBMITTED.label), "李专员", "中国建设银行"):
        assert part in sentence
    with pytest.raises(Refused, match="李专员"):
        refuse_if_locked(ledger.station, october(5))
    assert lock_of(ledger.station.pk, OCTOBER.plus(1).first) is None
    assert lock_of(ledger.elsewhere.pk, october(5)) is None


def test_a_handed_over_station_is_locked_for_the_days_of_the_unit_that_submitted(
    ledger: World, submitted: MonthReport
) -> None:
    assert lock_of(ledger.sister.pk, october(15))
    assert lock_of(ledger.sister.pk, october(16)) is None
    assert lock_of(ledger.sister.pk, october(16).replace(year=2001)) is None


def test_a_return_opens_the_days_unless_the_other_line_holds_them(
    ledger: World, submitted: MonthReport, head: User
) -> None:
    submit_month(unit=ledger.district_union, month=OCTOBER, by=ledger.official)
    return_month(report=submitted, reason="更正", by=head)
    assert "历下区总工会" in (lock_of(ledger.station.pk, october(5)) or "")
    union = MonthReport.objects.get(unit=ledger.district_union)
    return_month(report=union, reason="更正", by=ledger.admin)
    assert lock_of(ledger.station.pk, october(5)) is None


def test_a_report_of_a_unit_above_locks_everything_below(ledger: World, head: User) -> None:
    waive(ledger.branch)
    submit_month(unit=ledger.bank, month=OCTOBER, by=head)
    assert "中国建设银行" in (lock_of(ledger.station.pk, october(5)) or "")


def repost(ledger: World, **values: Any) -> None:
    posting = ledger.station.postings.get()
    for name, value in values.items():
        setattr(posting, name, value)
    save_postings(by=ledger.admin, station=ledger.station, postings=[posting])


@pytest.mark.parametrize("reporter", ["branch", "other_bank", "bank"])
def test_a_submitted_month_holds_who_ran_its_stations(ledger: World, reporter: str) -> None:
    """Otherwise its visits would be counted once more for another unit, and its days would be open again."""
    unit = getattr(ledger, reporter)
    if reporter == "bank":
        waive(ledger.branch)
    report = submit_month(unit=unit, month=OCTOBER, by=ledger.admin)
    with pytest.raises(Refused, match=f"Posting since .*: Locked: {unit}'s 2026-10 was Submitted"):
        repost(ledger, operator=ledger.other_bank)
    assert ledger.station.postings.get().operator == ledger.branch
    return_month(report=report, reason="改", by=ledger.admin)
    repost(ledger, operator=ledger.other_bank)


def test_whoever_hands_a_station_over_waits_for_whoever_submits(ledger: World) -> None:
    submitting = connection.copy()
    try:
        with submitting.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE, OCTOBER.year * 12 + OCTOBER.number])
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            repost(ledger, operator=ledger.other_bank)
    finally:
        submitting.close()
    repost(ledger, operator=ledger.other_bank)


def test_a_station_does_not_leave_within_a_submitted_month(ledger: World, submitted: MonthReport) -> None:
    with pytest.raises(Refused, match="Locked"):
        repost(ledger, until=october(30))
    repost(ledger, until=october(31))
    assert lock_of(ledger.station.pk, october(31))


def test_the_line_that_has_not_submitted_can_still_be_corrected(ledger: World, submitted: MonthReport) -> None:
    repost(ledger, supervisor=ledger.union)
    assert ledger.station.postings.get().supervisor == ledger.union


def test_of_frozen_stations_only_those_that_are_asked_for_are_read(ledger: World) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    whole = [{key: row[key] for key in row if key != "section"} for row in report.rows if row["section"] == "station"]
    figures = month_figures(Subject(unit=ledger.branch), OCTOBER)
    stations = figures.of("station")
    assert isinstance(stations, FrozenStations)
    assert (len(stations), stations[:1], stations[1:9], stations[5:]) == (2, whole[:1], whole[1:], [])
    assert stations.of_station(ledger.sister.code) == [row for row in whole if row["code"] == ledger.sister.code]
    assert stations.of_station("'") == []
    assert [*stations] == whole
    assert stations[1] == whole[1]
    assert figures.report
    assert "rows" in figures.report.get_deferred_fields()
    assert digest_of(figures.rows()) == report.digest, "read piece by piece they are the same rows, in the same order"
