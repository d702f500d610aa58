"""Reminding those whose month misses something: on the desk, and by mail where there is an address and a mail server.

A reminder is a row before it is a mail. Whoever sends it takes the row first, so that it is sent once whatever dies in
between; what the mail server refuses is tried again by the next run, until the deadline is over.
"""

from datetime import date, datetime
from smtplib import SMTPException
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from harbor_portal.lib.months import Month
from reports.choices import ReminderState
from reports.models import Reminder
from reports.reminders import who_misses

LONGEST_ERROR = 200


def remind(*, at: datetime) -> int:
    """Note who is to be reminded today of the month that is over, and send what waits; how many mails went out."""
    today = timezone.localdate(at)
    # With its holidays a month may have fewer working days than a deadline counts: then it lies in the next.
    for back in (-2, -1):
        note_reminders(month=Month.of(today).plus(back), today=today, at=at)
    return send_reminders(at=at)


def note_reminders(*, month: Month, today: date, at: datetime) -> int:
    """One row for each person who misses something; none where there is one already for this day."""
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
    return len(Reminder.objects.bulk_create(rows, ignore_conflicts=True))


def send_reminders(*, at: datetime) -> int:
    late = Reminder.objects.waiting().filter(due_date__lt=timezone.localdate(at))
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
    return _("%(month)s is to be handed in by %(day)s") % {
        "month": Month.of(reminder.month),
        "day": reminder.due_date.isoformat(),
    }


def _text(reminder: Reminder) -> str:
    month = Month.of(reminder.month)
    address = f"{reverse('admin:completeness')}?{urlencode({'month': str(month), 'only': 'missing'})}"
    return render_to_string(
        "admin/reports/completeness/reminder.txt",
        {"reminder": reminder, "month": month, "address": f"{settings.PUBLIC_URL}{address}"},
    )
