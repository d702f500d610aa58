"""Month reports on their way: the month before last is sealed, the last one stands in every state there is."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.actions.bundles import ask_for_bundle
from reports.actions.months import approve_months, return_month, submit_months
from reports.actions.openings import open_for_revision
from reports.actions.reminders import note_reminders
from reports.actions.sealing import seal_months
from reports.actions.waivers import waive_reports
from reports.choices import ReminderState
from reports.flow.deadlines import usual_due
from reports.models import MonthReport, Reminder
from reports.subjects import Subject
from stations.models import Posting, Unit, User

BRANCH = "CCB-370100"
SUB_BRANCHES = ("CCB-370102", "CCB-370103", "CCB-370104", "CCB-370105", "CCB-370112")
UNIONS = ("U370102", "U370103", "U370104")
CITY_UNION = "U370100"
SAMPLE = "（示例）"


def hand_in_months(today: date) -> None:
    """The administrator hands in for the units, whose officer and official then judge."""
    admin, officer, official = (User.objects.get(username=name) for name in ("admin", "officer", "official"))
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[BRANCH, *SUB_BRANCHES, *UNIONS])}
    last = Month.of(today).plus(-1)
    sealed = _seal_all([units[code] for code in SUB_BRANCHES[:3]], last.plus(-1), admin, officer)
    _hand_in([units[code] for code in SUB_BRANCHES[:3]], last, admin, officer)
    waive_reports(units=[units[SUB_BRANCHES[3]]], month=last, reason=f"网点装修，当月停业{SAMPLE}", by=officer)
    _hand_in([units[code] for code in UNIONS], last, admin, official)
    # The worker makes it, in its first minute.
    subject = Subject(unit=Unit.objects.get(code=CITY_UNION))
    ask_for_bundle(by=official, subject=subject, month=last, formats=["xlsx"])
    _remind(last)
    open_for_revision(report=sealed[0], reason=f"漏记两天台账{SAMPLE}", until=today + timedelta(days=7), by=officer)


def _remind(month: Month) -> None:
    """As three working days before the deadline, on the desks alone: nobody is written to about samples."""
    day = month.plus(1).first
    while usual_due(month, day).reminder is None:
        day += timedelta(days=1)
    at = timezone.make_aware(datetime.combine(day, time(8, 5)))
    note_reminders(month=month, today=day, at=at)
    Reminder.objects.waiting().filter(month=month.first).update(state=ReminderState.DESK)


def _seal_all(units: list[Unit], month: Month, by: User, judge: User) -> list[MonthReport]:
    reports = submit_months(units=units, month=month, by=by).done
    return seal_months(reports=approve_months(reports=reports, by=judge).done, by=judge).done


def _hand_in(units: list[Unit], month: Month, by: User, judge: User) -> None:
    """The first is approved, the second waits, the third went back for one of its stations."""
    reports = submit_months(units=units, month=month, by=by).done
    approve_months(reports=reports[:1], by=judge)
    for report in reports[2:]:
        held = Posting.objects.filter(operator=report.unit, until=None) | Posting.objects.filter(
            supervisor=report.unit, until=None
        )
        station = held.order_by("pk").values_list("station", flat=True).first()
        if station:
            return_month(report=report, reason="", stations={station: f"3日至5日无记录{SAMPLE}"}, by=judge)
