"""Bottom-up: what a unit waits for, what is given back, opened again, waived, sealed and revised."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from reports.actions.months import (
    approve_month,
    approve_months,
    return_month,
    return_months,
    submit_month,
    submit_months,
)
from reports.actions.moves import Moved
from reports.actions.openings import drop_revision, end_opening, open_for_revision, open_more
from reports.actions.sealing import seal_month, seal_months
from reports.actions.waivers import waive_reports, withdraw_waiver
from reports.figures import digest_of
from reports.flow.locks import lock_of
from reports.models import MonthOpening, MonthReport, ReportWaiver
from reports.sealed.seals import seal_of
from services.models import Visit
from services.policies import refuse_if_locked
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_member, make_station, make_unit
from tests.reports.builders import OCTOBER, count, october, waive

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=SHANGHAI)
WEEK = date(2026, 11, 10)
MONTH_AFTER = datetime(2026, 12, 5, tzinfo=SHANGHAI)
"""The midnight after the thirty-first day."""


@pytest.fixture(autouse=True)
def _november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@pytest.fixture
def head(world: World) -> User:
    """An officer of the bank's head office."""
    return make_member(world.bank, Role.OFFICER, "head", name="钱总")


@pytest.fixture
def second(world: World) -> User:
    """Another official there, who judges what the first submits."""
    return make_member(world.bank, Role.REVIEWER, "second", name="孙总")


@pytest.fixture
def sealed(ledger: World, head: User) -> MonthReport:
    """The branch's October."""
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    return seal_month(report=approve_month(report=report, by=head), by=head)


def revise(sealed: MonthReport, by: User, **more: object) -> MonthReport:
    return open_for_revision(report=sealed, reason="漏记两天", until=WEEK, by=by, **more)  # type: ignore[arg-type]  # of a test


# What a unit above waits for


def test_a_unit_waits_until_the_units_below_are_approved_or_waived(ledger: World, head: User, second: User) -> None:
    with pytest.raises(Refused, match="中国建设银行 waits for 济南分行"):
        submit_month(unit=ledger.bank, month=OCTOBER, by=head)
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    with pytest.raises(Refused, match="waits for"):
        submit_month(unit=ledger.bank, month=OCTOBER, by=head)
    approve_month(report=report, by=second)
    assert submit_month(unit=ledger.bank, month=OCTOBER, by=head).state == "submitted"


def test_a_unit_without_stations_in_the_month_is_not_waited_for(ledger: World, head: User) -> None:
    make_unit("空分行", ledger.bank)
    waive(ledger.branch)
    assert submit_month(unit=ledger.bank, month=OCTOBER, by=head)


def test_what_a_unit_above_has_handed_in_goes_back_from_the_top(ledger: World, head: User, second: User) -> None:
    below = approve_month(report=submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer), by=second)
    above = submit_month(unit=ledger.bank, month=OCTOBER, by=head)
    with pytest.raises(Refused, match="中国建设银行 has handed in a report that contains the figures of 济南分行"):
        return_month(report=below, reason="改", by=second)
    return_month(report=above, reason="改", by=second)
    assert return_month(report=below, reason="改", by=second).state == "draft"


def test_a_unit_is_sealed_after_those_below_it(ledger: World, head: User, second: User) -> None:
    below = approve_month(report=submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer), by=second)
    above = approve_month(report=submit_month(unit=ledger.bank, month=OCTOBER, by=head), by=second)
    with pytest.raises(Refused, match="waits for 济南分行"):
        seal_month(report=above, by=second)
    seal_month(report=below, by=second)
    assert seal_month(report=above, by=second).state == "sealed"


def test_a_report_is_waived_with_a_reason_by_whoever_waits_for_it(ledger: World, head: User) -> None:
    for person in (ledger.officer, ledger.auditor, ledger.outsider, ledger.keeper):
        with pytest.raises(Refused, match="above 济南分行"):
            waive_reports(units=[ledger.branch], month=OCTOBER, reason="无人", by=person)
    for reason in (" ", "x" * 201):
        with pytest.raises(Invalid):
            waive_reports(units=[ledger.branch], month=OCTOBER, reason=reason, by=head)
    assert waive_reports(units=[ledger.branch], month=OCTOBER, reason="无人", by=head).count == 1
    second = waive_reports(units=[ledger.branch], month=OCTOBER, reason="也无人", by=ledger.admin)
    assert (second.count, [(unit, str(error)) for unit, error in second.left]) == (
        0,
        [(ledger.branch, "钱总 has seen to it already that nobody waits for 济南分行: 无人")],
    )
    waiver = ReportWaiver.objects.get()
    assert (waiver.by, waiver.history.count()) == (head, 1)
    with pytest.raises(Refused):
        withdraw_waiver(waiver=waiver, by=ledger.officer)
    report = submit_month(unit=ledger.bank, month=OCTOBER, by=head)
    with pytest.raises(Refused, match="has handed in without the report of 济南分行"):
        withdraw_waiver(waiver=waiver, by=head)
    return_month(report=report, reason="改", by=ledger.admin)
    withdraw_waiver(waiver=waiver, by=head)
    with pytest.raises(StaleState):
        withdraw_waiver(waiver=waiver, by=head)
    assert not ReportWaiver.objects.exists()


# Given back for some stations


def test_returned_for_one_station_only_its_days_are_open(ledger: World, head: User) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    with pytest.raises(Invalid):
        return_month(report=report, reason="", stations={ledger.elsewhere.pk: "缺"}, by=head)
    with pytest.raises(Invalid):
        return_month(report=report, reason="", stations={}, by=head)
    returned = return_month(report=report, reason="", stations={ledger.station.pk: "3日无记录"}, by=head)
    assert (returned.state, returned.returned_reason) == ("draft", "3日无记录")
    assert lock_of(ledger.station.pk, october(5)) is None
    assert "these days are not open" in (lock_of(ledger.sister.pk, october(5)) or "")
    opening = MonthOpening.objects.get()
    assert (opening.reason, opening.by, opening.station) == ("3日无记录", head, ledger.station)
    assert opening.ends_at == MONTH_AFTER, "where nobody says until when"
    submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert lock_of(ledger.station.pk, october(5))
    opening.refresh_from_db()
    assert opening.ended_by == ledger.officer


# Sealed


def test_a_seal_binds_the_rows_the_month_and_what_was_sealed_before(ledger: World, head: User) -> None:
    september = submit_month(unit=ledger.branch, month=OCTOBER.plus(-1), by=ledger.officer)
    october_ = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    approve_months(reports=[september], by=head)
    approve_month(report=october_, by=head)
    october_.refresh_from_db()
    with pytest.raises(Refused, match="济南分行's 2026-09 is sealed first"):
        seal_month(report=october_, by=head)
    september.refresh_from_db()
    first = seal_month(report=september, by=head)
    then = seal_month(report=october_, by=head)
    assert (first.previous_seal, then.previous_seal) == ("", first.seal)
    assert then.seal == seal_of(then) != first.seal
    assert then.digest == digest_of(then.rows)
    then.previous_seal = ""
    assert seal_of(then) != then.seal


def test_a_month_that_is_handed_in_late_follows_what_was_sealed_before_it(
    sealed: MonthReport, ledger: World, head: User
) -> None:
    """So the next seal follows it in turn, and none is left outside of the chain."""
    september = submit_month(unit=ledger.branch, month=OCTOBER.plus(-1), by=ledger.officer)
    with time_machine.travel(NOVEMBER + timedelta(hours=1), tick=False):
        late = seal_month(report=approve_month(report=september, by=head), by=head)
    assert (late.previous_seal, late.seal) == (sealed.seal, seal_of(late))
    revise(sealed, head)
    count(ledger.station, october(9), 5)
    again = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    with time_machine.travel(NOVEMBER + timedelta(hours=2), tick=False):
        new = seal_month(report=approve_month(report=again, by=head), by=head)
    assert (new.previous_seal, new.revised_seal) == (late.seal, sealed.seal)
    assert seal_of(sealed) == sealed.seal


def test_no_program_changes_what_is_sealed_or_frozen(sealed: MonthReport, ledger: World) -> None:
    other = submit_month(unit=ledger.district_union, month=OCTOBER, by=ledger.official)
    changes: list[tuple[MonthReport, dict[str, object]]] = [
        (sealed, {"rows": []}),
        (sealed, {"seal": "0" * 64}),
        (sealed, {"state": "draft"}),
        (sealed, {"revision": 7}),
        (other, {"rows": []}),
        (other, {"digest": "0" * 64}),
    ]
    for report, values in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            MonthReport.objects.filter(pk=report.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthReport.objects.filter(pk=sealed.pk).delete()
    MonthReport.objects.filter(pk=sealed.pk).update(sealed_by=None)


def test_rows_that_are_not_those_that_were_submitted_are_not_sealed(ledger: World, head: User) -> None:
    report = approve_month(report=submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer), by=head)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_monthreport DISABLE TRIGGER reports_month_report_stays")
        cursor.execute("""UPDATE reports_monthreport SET rows = '[{"section": "overview"}]'""")
        cursor.execute("ALTER TABLE reports_monthreport ENABLE TRIGGER reports_month_report_stays")
    with pytest.raises(Refused, match="not those that were submitted"):
        seal_month(report=report, by=head)


# Opened again, and revised


def test_a_sealed_month_is_opened_for_a_revision_with_reason_and_end(
    ledger: World, sealed: MonthReport, head: User
) -> None:
    for person in (ledger.officer, ledger.auditor, ledger.outsider):
        with pytest.raises(Refused):
            revise(sealed, person)
    for until in (WEEK - timedelta(days=30), WEEK + timedelta(days=30)):
        with pytest.raises(Invalid):
            open_for_revision(report=sealed, reason="漏记", until=until, by=head)
    draft = revise(sealed, head)
    assert (draft.revision, draft.state, draft.revision_reason) == (2, "draft", "漏记两天")
    assert lock_of(ledger.station.pk, october(5)) is None
    sealed.refresh_from_db()
    assert (sealed.state, sealed.superseded_at) == ("sealed", None)
    with time_machine.travel(datetime(2026, 11, 11, tzinfo=SHANGHAI), tick=False):
        assert "these days are not open" in (lock_of(ledger.station.pk, october(5)) or "")
        with pytest.raises(StaleState):
            end_opening(opening=MonthOpening.objects.get(), by=head)


def test_a_revision_may_open_one_station_and_be_ended_or_given_up(
    ledger: World, sealed: MonthReport, head: User
) -> None:
    draft = revise(sealed, head, stations=[ledger.station.pk])
    assert lock_of(ledger.station.pk, october(5)) is None
    assert lock_of(ledger.sister.pk, october(5))
    opening = MonthOpening.objects.get()
    with pytest.raises(Refused):
        end_opening(opening=opening, by=ledger.officer)
    end_opening(opening=opening, by=head)
    assert lock_of(ledger.station.pk, october(5))
    assert open_more(report=draft, reasons={None: "再查"}, by=head).pk == draft.pk
    with pytest.raises(Refused):
        drop_revision(report=draft, by=ledger.officer)
    back = drop_revision(report=draft, by=head)
    assert (back.pk, back.holds_days, back.openings.count()) == (sealed.pk, True, 2)
    assert "was sealed by" in (lock_of(ledger.station.pk, october(5)) or "")
    with pytest.raises(StaleState):
        drop_revision(report=back, by=head)


def test_a_report_given_back_whole_is_open_until_a_day_and_can_be_opened_once_more(
    ledger: World, head: User, second: User
) -> None:
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    with pytest.raises(Invalid):
        return_month(report=report, reason="改", until=WEEK + timedelta(days=30), by=head)
    returned = return_month(report=report, reason="改", until=WEEK, by=head)
    opening = MonthOpening.objects.get()
    assert (opening.reason, opening.by, opening.station, opening.ends_at) == (
        "改",
        head,
        None,
        datetime(2026, 11, 11, tzinfo=SHANGHAI),
    )
    assert lock_of(ledger.station.pk, october(5)) is None
    with time_machine.travel(datetime(2026, 11, 11, tzinfo=SHANGHAI), tick=False):
        assert "these days are not open" in (lock_of(ledger.station.pk, october(5)) or "")
        for person in (ledger.officer, ledger.auditor, ledger.outsider):
            with pytest.raises(Refused):
                open_more(report=returned, reasons={None: "再给几天"}, by=person)
        with pytest.raises(Invalid):
            open_more(report=returned, reasons={None: " "}, by=head)
        open_more(report=returned, reasons={None: "再给几天"}, by=head)
        assert lock_of(ledger.station.pk, october(5)) is None
        assert submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer).state == "submitted"
        assert not MonthOpening.objects.filter(ended_at=None, ends_at__gt=timezone.now()).exists()
        with pytest.raises(StaleState):
            open_more(report=returned, reasons={None: "再给几天"}, by=second)


def test_two_people_open_the_same_days_once(ledger: World, sealed: MonthReport, head: User, second: User) -> None:
    draft = revise(sealed, head, stations=[ledger.station.pk])
    with pytest.raises(StaleState, match="is Draft by now"):
        revise(sealed, second)
    with pytest.raises(StaleState, match=r"钱总 has opened these days of .+: 漏记两天"):
        open_more(report=draft, reasons={ledger.station.pk: "也想改", ledger.sister.pk: "改"}, until=WEEK, by=second)
    assert MonthOpening.objects.count() == 1, "nothing half-written"
    open_more(report=draft, reasons={ledger.station.pk: "久一些"}, until=WEEK + timedelta(days=1), by=second)
    open_more(report=draft, reasons={None: "都改"}, by=head)
    with pytest.raises(StaleState, match="钱总 has opened these days of 济南分行"):
        open_more(report=draft, reasons={ledger.sister.pk: "改"}, by=second)


def test_no_opening_is_without_an_end(sealed: MonthReport) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthOpening.objects.create(report=sealed, reason="改", at=NOVEMBER)


def test_a_revision_supersedes_what_was_sealed_and_says_what_changed(
    ledger: World, sealed: MonthReport, head: User, second: User
) -> None:
    revise(sealed, head)
    with pytest.raises(Refused, match="Nothing of 济南分行 differs from revision 1"):
        submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    count(ledger.station, october(9), 5)
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert (report.revision, report.state) == (2, "submitted")
    cells = {(one["section"], *one["key"], one["field"]): (one["before"], one["after"]) for one in report.changes}
    assert cells["station", ledger.station.code, "value"] == (20, 25)
    assert cells["overview", "visits", "value"] == (30, 35)
    assert ("station", ledger.sister.code, "value") not in cells
    with pytest.raises(StaleState):
        revise(sealed, head)
    new = seal_month(report=approve_month(report=report, by=second), by=second)
    sealed.refresh_from_db()
    assert sealed.superseded_at == NOVEMBER
    assert (new.revised_seal, new.previous_seal) == (sealed.seal, sealed.seal)
    assert digest_of(sealed.rows) == sealed.digest
    assert "was sealed by" in (lock_of(ledger.station.pk, october(9)) or "")


def test_a_revision_that_is_given_back_is_open_again(
    ledger: World, sealed: MonthReport, head: User, second: User
) -> None:
    revise(sealed, head)
    count(ledger.station, october(9), 5)
    report = submit_month(unit=ledger.branch, month=OCTOBER, by=ledger.officer)
    assert lock_of(ledger.station.pk, october(9))
    returned = return_month(report=report, reason="再查", by=second)
    assert (returned.revision, returned.state) == (2, "draft")
    assert lock_of(ledger.station.pk, october(9)) is None


def test_days_that_both_lines_hold_are_open_when_both_have_opened_them(
    ledger: World, sealed: MonthReport, head: User
) -> None:
    union = submit_month(unit=ledger.district_union, month=OCTOBER, by=ledger.official)
    chair = make_member(ledger.union, Role.REVIEWER)
    union = seal_month(report=approve_month(report=union, by=chair), by=chair)
    revise(sealed, head)
    with pytest.raises(Refused, match="历下区总工会"):
        refuse_if_locked(ledger.station, october(5))
    revise(union, chair)
    refuse_if_locked(ledger.station, october(5))


# Everything at once


def test_two_hundred_units_take_as_many_queries_as_two(ledger: World, head: User, second: User) -> None:
    """One press each; what one lacks does not keep the others."""

    def press(number: int, *moves: Callable[..., Moved]) -> list[int]:
        units = [make_unit(f"第{number}-{each}分行", ledger.bank) for each in range(number)]
        reports = []
        for unit in units:
            make_station(operator=unit)
            frozen = {"state": "submitted", "rows": [], "digest": digest_of([]), "submitted_by": head}
            reports.append(MonthReport.objects.create(unit=unit, month=OCTOBER.first, **frozen))
        counted = []
        for move in moves:
            with CaptureQueriesContext(connection) as captured:
                moved = move(reports=reports, by=second)
            assert (len(moved.done), moved.refused) == (number, [])
            reports = moved.done
            counted.append(len(captured))
        return counted

    returned = partial(return_months, reason="改")
    for last in (seal_months, returned):
        assert press(2, approve_months, last) == press(20, approve_months, last)


def test_one_press_tells_what_could_not_be_moved(ledger: World, head: User, second: User) -> None:
    other = make_unit("青岛分行", ledger.bank)
    count(make_station(operator=other), october(1), 1)
    moved = submit_months(units=[ledger.branch, other, ledger.other_bank], month=OCTOBER, by=head)
    assert [report.unit for report in moved.done] == [ledger.branch, other]
    assert [str(unit) for unit, _error in moved.refused] == ["中国工商银行"]
    first, then = moved.done
    return_month(report=first, reason="改", by=second)
    moved = approve_months(reports=[first, then], by=second)
    assert [report.unit for report in moved.done] == [other]
    assert isinstance(moved.refused[0][1], StaleState)
    assert Visit.objects.exists()
