"""Reminding those whose month misses something, or who are to judge it: on the desk, and by mail where it can be.

A reminder is a row before it is a mail. Whoever sends it takes the row first, so that it is sent once whatever dies in
between; what the mail server refuses is tried again by the next run, until the deadline is over, or for a week after.
"""

from datetime import date, datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from reports.choices import ReminderKind, ReminderState
from reports.flow.reminders import who_has_to_judge, who_misses
from reports.models import Reminder

LONGEST_ERROR = 200
PATIENCE = timedelta(days=7)
"""So long one tries to tell somebody that a deadline is over."""


def remind(*, at: datetime) -> int:
    """Note who is to be reminded today of the month that is over, and send what waits; how many mails went out."""
    today = timezone.localdate(at)
    # With its holidays a month may have fewer working days than a deadline counts: then it lies in the next.
    for back in (-2, -1):
        note_reminders(month=Month.of(today).plus(back), today=today, at=at)
    return send_reminders(at=at)


def note_reminders(*, month: Month, today: date, at: datetime) -> int:
    """One row for each person who misses something, or has to judge; none where there is one already for this day."""
    rows = [
        Reminder(
            user_id=user,
            month=month.first,
            days_before=missing.due.reminder or missing.due.working_days,
            due_date=missing.due.day,
            stations=missing.stations,
            days=missing.days,
            units=missing.units,
            made_at=at,
        )
        for user, missing in sorted(who_misses(month, today).items())
    ]
    rows += [
        Reminder(
            user_id=user,
            month=month.first,
            kind=ReminderKind.JUDGING,
            days_before=judging.due.last_reminder or 0,
            due_date=judging.due.day,
            to_approve=judging.to_approve,
            to_seal=judging.to_seal,
            made_at=at,
        )
        for user, judging in sorted(who_has_to_judge(month, today).items())
    ]
    return len(Reminder.objects.bulk_create(rows, ignore_conflicts=True))


def send_reminders(*, at: datetime) -> int:
    is_over = Q(due_date__lt=timezone.localdate(at), days_before__gt=0) | Q(made_at__lt=at - PATIENCE)
    late = Reminder.objects.waiting().filter(is_over)
    late.exclude(error="").update(state=ReminderState.FAILED)
    late.update(state=ReminderState.DESK)
    rows = Reminder.objects.waiting().select_related("user").order_by("pk")
    return sum(_send(reminder, at) for reminder in rows.iterator(chunk_size=500))


def _send(reminder: Reminder, at: datetime) -> bool:
    has_mail = bool(settings.SENDS_MAIL and reminder.user.email and reminder.user.is_active)
    taken = Reminder.objects.waiting().filter(pk=reminder.pk)
    if not has_mail:
        taken.update(state=ReminderState.DESK)
        return False
    if not taken.update(state=ReminderState.SENT, sent_at=at, error=""):
        return False
    try:
        with translation.override(settings.LANGUAGE_CODE):
            send_mail(_subject(reminder), _text(reminder), None, [reminder.user.email])
    except (OSError, SMTPException) as error:
        said = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        Reminder.objects.filter(pk=reminder.pk).update(state=ReminderState.WAITING, sent_at=None, error=said)
        return False
    return True


def _subject(reminder: Reminder) -> str:
    values = {"month": Month.of(reminder.month), "day": reminder.due_date.isoformat()}
    if reminder.kind == ReminderKind.MISSING:
        return _("%(month)s is to be handed in by %(day)s") % values
    if reminder.days_before:
        return _("%(month)s is to be approved and sealed by %(day)s") % values
    return _("%(month)s was to be approved and sealed by %(day)s") % values


def _text(reminder: Reminder) -> str:
    month = Month.of(reminder.month)
    if reminder.kind == ReminderKind.MISSING:
        template, address = "completeness/reminder.txt", reverse("admin:completeness")
        query = {"month": str(month), "only": "missing"}
    else:
        template, address = "month/judging.txt", reverse("admin:reports_monthreport_changelist")
        query = {"waiting": "judge" if reminder.to_approve else "seal"}
    context = {"reminder": reminder, "month": month, "address": f"{settings.PUBLIC_URL}{address}?{urlencode(query)}"}
    return render_to_string(f"admin/reports/{template}", context)
