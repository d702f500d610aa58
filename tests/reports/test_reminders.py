"""Reminders: three and one working days before the deadline, to those who miss something, and once."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.db import connection
from django.template.loader import render_to_string
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from reports.actions import reminders as actions
from reports.actions.months import submit_month
from reports.actions.reminders import remind
from reports.choices import ReminderState
from reports.flow.deadlines import due_days
from reports.flow.reminders import who_has_to_judge, who_misses
from reports.models import Deadline, MonthReport, Reminder
from reports.rollups.adding_up import roll_up
from stations.choices import DayKind, Role
from stations.models import CalendarDay, Station, Unit, User
from tests.conftest import World
from tests.factories import make_keeper, make_member, make_unit
from tests.reports.builders import OCTOBER, count, october, waive

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
THREE_BEFORE = datetime(2026, 11, 3, 8, 5, tzinfo=SHANGHAI)
ONE_BEFORE = THREE_BEFORE + timedelta(days=2)


@pytest.fixture(autouse=True)
def _with_mail() -> Any:
    with override_settings(SENDS_MAIL=True, PUBLIC_URL="https://portal.example", LANGUAGE_CODE="en"):
        yield


@pytest.fixture
def month(world: World) -> World:
    """Everybody has an address but the official. The station misses 22 days; the sister has no hours."""
    for user in (world.keeper, world.officer, world.auditor, world.outsider):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
    roll_up(OCTOBER, at=THREE_BEFORE)
    return world


def told() -> list[str]:
    return sorted(message.to[0].split("@")[0] for message in mail.outbox)


def test_who_misses_something_is_reminded_three_and_one_working_days_before(month: World) -> None:
    keeper_of_sister = make_keeper(month.sister, email="sister@example.org")
    assert remind(at=THREE_BEFORE - timedelta(days=1)) == 0
    assert remind(at=THREE_BEFORE) == 3
    assert told() == ["keeper", "officer", "outsider"], "the outsider's report is missing; auditors only read"
    assert not Reminder.objects.filter(user=keeper_of_sister).exists()
    assert Reminder.objects.get(user=month.official).state == ReminderState.DESK, "who has no address finds it there"
    own = Reminder.objects.get(user=month.keeper)
    assert (own.stations, own.days, own.units, own.days_before) == (1, 22, 0, 3)
    assert Reminder.objects.get(user=month.officer).units == 1
    assert remind(at=THREE_BEFORE + timedelta(hours=1)) == 0, "nobody is reminded twice"
    assert remind(at=ONE_BEFORE - timedelta(days=1)) == 0, "two working days before, nobody is"
    assert remind(at=ONE_BEFORE) == 3
    assert remind(at=ONE_BEFORE + timedelta(days=1)) == 0


def test_nobody_is_reminded_of_a_report_that_is_waived(month: World) -> None:
    today = THREE_BEFORE.date()
    before = who_misses(OCTOBER, today)
    waive(month.branch)
    assert set(before) - set(who_misses(OCTOBER, today)) == {month.officer.pk}
    assert month.keeper.pk in who_misses(OCTOBER, today), "whose days still count for the unit above"


def test_a_reminder_that_nobody_was_there_to_send_goes_out_a_day_later(month: World) -> None:
    assert remind(at=ONE_BEFORE - timedelta(days=1)) == 3
    assert set(Reminder.objects.values_list("days_before", flat=True)) == {3}
    assert remind(at=ONE_BEFORE) == 3
    assert remind(at=ONE_BEFORE + timedelta(days=1)) == 0, "on the last day itself nobody is"


def test_a_late_deadline_of_a_month_with_holidays_lies_two_months_on(month: World) -> None:
    Deadline.objects.create(unit=month.bank, working_day=20)
    for day in range(5, 12):  # so many holidays that November has too few working days
        CalendarDay.objects.create(date=october(day).replace(month=11), kind=DayKind.REST, name="假")
    due = due_days(OCTOBER, [month.bank], THREE_BEFORE.date())[month.bank.pk].day
    assert due.month == 12
    assert remind(at=datetime(2026, 12, due.day - 1, 9, tzinfo=SHANGHAI)) == 2
    assert told() == ["keeper", "officer"]
    assert {row.month for row in Reminder.objects.filter(user=month.officer)} == {OCTOBER.first}


def test_the_mail_says_what_is_missing_by_when_and_where(month: World) -> None:
    remind(at=THREE_BEFORE)
    message = next(message for message in mail.outbox if message.to == ["keeper@example.org"])
    assert message.subject == "2026-10 is to be handed in by 2026-11-06"
    assert "22 days without a record, at 1 station" in message.body
    assert "https://portal.example/admin/reports/completeness/?month=2026-10&only=missing" in message.body
    assert "report of your unit" not in message.body


def in_november(day: int) -> datetime:
    return datetime(2026, 11, day, 9, tzinfo=SHANGHAI)


def hand_in(unit: Unit, by: User | None = None, state: str = "submitted") -> MonthReport:
    values = {"state": state, "digest": "0" * 64, "submitted_by": by}
    return MonthReport.objects.create(unit=unit, month=OCTOBER.first, **values)


def test_who_has_months_to_approve_or_seal_is_told_before_the_day_and_once_after(month: World) -> None:
    head = make_member(month.bank, Role.OFFICER, "head", email="head@example.org")
    report = hand_in(month.branch, month.officer)
    sent = {day: remind(at=in_november(day)) for day in range(9, 19)}
    assert [day for day, count in sent.items() if count] == [10, 12, 14], "the tenth working day is the 13th"
    assert told() == ["head"] * 3
    first, _second, late = mail.outbox
    assert first.subject == "2026-10 is to be approved and sealed by 2026-11-13"
    assert late.subject == "2026-10 was to be approved and sealed by 2026-11-13"
    assert "1 report to approve or return" in first.body
    assert "https://portal.example/admin/reports/monthreport/?waiting=judge" in first.body
    assert list(Reminder.objects.filter(user=head).order_by("pk").values_list("kind", "days_before", "to_approve")) == [
        ("judging", 3, 1),
        ("judging", 1, 1),
        ("judging", 0, 1),
    ]
    MonthReport.objects.filter(pk=report.pk).update(state="approved")
    judging = who_has_to_judge(OCTOBER, in_november(16).date())[head.pk]
    assert (judging.to_approve, judging.to_seal) == (0, 1)
    Reminder.objects.all().delete()
    remind(at=in_november(17))
    assert "1 approved report to seal" in mail.outbox[-1].body
    assert "?waiting=seal" in mail.outbox[-1].body


def test_judging_waits_for_the_nearest_above_and_never_for_who_submitted(month: World) -> None:
    head = make_member(month.bank, Role.REVIEWER, "head")
    make_member(month.bank, Role.AUDITOR, "reader")
    today = in_november(12).date()
    below = hand_in(make_unit("泉城支行", month.branch), head)
    assert set(who_has_to_judge(OCTOBER, today)) == {month.officer.pk}
    MonthReport.objects.filter(pk=below.pk).update(submitted_by=month.officer)
    assert set(who_has_to_judge(OCTOBER, today)) == {head.pk}, "nobody else is at the branch"
    below.delete()
    hand_in(month.bank, head)
    assert who_has_to_judge(OCTOBER, today) == {}
    second = make_member(month.bank, Role.OFFICER, "second")
    assert set(who_has_to_judge(OCTOBER, today)) == {second.pk}
    MonthReport.objects.update(state="draft")
    assert who_has_to_judge(OCTOBER, today) == {}


def test_that_a_deadline_is_over_is_tried_to_be_told_for_a_week(month: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_kwargs: object) -> int:
        raise SMTPException("451 later")

    make_member(month.bank, Role.OFFICER, "head", email="head@example.org")
    hand_in(month.branch, month.officer)
    monkeypatch.setattr(locmem.EmailBackend, "send_messages", away)
    remind(at=in_november(16))
    remind(at=in_november(20))
    assert Reminder.objects.get().state == ReminderState.WAITING
    remind(at=in_november(24))
    assert Reminder.objects.get().state == ReminderState.FAILED


def test_judges_are_found_by_as_many_queries_for_fifty_reports_as_for_two(month: World) -> None:
    def queries(number: int) -> int:
        for each in range(number):
            unit = make_unit(f"{number}-{each}支行", month.branch)
            hand_in(unit)
            make_member(unit, Role.OFFICER)
        with CaptureQueriesContext(connection) as captured:
            assert who_has_to_judge(OCTOBER, in_november(12).date())
        return len(captured)

    assert queries(2) == queries(48) == 5


def test_who_has_handed_in_is_left_in_peace_with_all_below(month: World) -> None:
    submit_month(unit=month.branch, month=OCTOBER, by=month.officer)
    assert set(who_misses(OCTOBER, THREE_BEFORE.date())) == {month.official.pk, month.outsider.pk}
    MonthReport.objects.create(unit=month.union, month=OCTOBER.first, state="submitted", digest="0" * 64)
    assert set(who_misses(OCTOBER, THREE_BEFORE.date())) == {month.outsider.pk}


def test_a_complete_station_and_its_keeper_hear_nothing(month: World) -> None:
    for day in range(1, 32):
        count(month.station, october(day), 1)
    roll_up(OCTOBER, at=THREE_BEFORE)
    assert month.keeper.pk not in who_misses(OCTOBER, THREE_BEFORE.date())


def test_each_unit_has_its_own_deadline(month: World) -> None:
    Deadline.objects.create(unit=month.bank, working_day=8)
    assert set(who_misses(OCTOBER, THREE_BEFORE.date())) == {month.official.pk, month.outsider.pk}
    later = datetime(2026, 11, 6, 9, tzinfo=SHANGHAI).date()
    assert set(who_misses(OCTOBER, later)) == {month.officer.pk, month.keeper.pk}


def test_a_mail_server_that_is_away_is_asked_again_until_the_deadline(
    month: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> int:
        raise SMTPException("451 later")

    with monkeypatch.context() as broken:
        broken.setattr(locmem.EmailBackend, "send_messages", away)
        assert remind(at=THREE_BEFORE) == 0
        waiting = Reminder.objects.get(user=month.keeper)
        assert (waiting.state, waiting.error) == (ReminderState.WAITING, "SMTPException: 451 later")
    assert remind(at=THREE_BEFORE + timedelta(hours=1)) == 3
    assert Reminder.objects.get(user=month.keeper).state == ReminderState.SENT
    with monkeypatch.context() as broken:
        broken.setattr(locmem.EmailBackend, "send_messages", away)
        remind(at=ONE_BEFORE)
        remind(at=ONE_BEFORE + timedelta(days=4))
    assert Reminder.objects.get(user=month.keeper, days_before=1).state == ReminderState.FAILED


def test_whoever_was_quicker_has_sent_it(month: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(*args: Any, **kwargs: Any) -> str:
        actions.send_reminders(at=THREE_BEFORE)
        return render_to_string(*args, **kwargs)

    monkeypatch.setattr(actions, "render_to_string", meanwhile)
    remind(at=THREE_BEFORE)
    assert told() == ["keeper", "officer", "outsider"]


@override_settings(SENDS_MAIL=False)
def test_without_a_mail_server_the_desk_reminds(month: World) -> None:
    assert remind(at=THREE_BEFORE) == 0
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.DESK}
    assert Station.objects.exists()
