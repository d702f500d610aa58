"""Telling the officers of an agreement, once by mail, that it ends or that what was promised falls behind.

The desk says both all the time. A notice is a row before it is a mail, so that whatever dies in between nobody is told
twice; of a mail that did not go out the rows are taken back, and the next run tries again.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from harbor_portal.lib.months import Month
from partners.agreement_choices import Verdict
from partners.models import Agreement, AgreementNotice, Obligation, ObligationMonth
from stations.models import User
from stations.responsible import officers_to_tell

DAYS_BEFORE = (7, 30, 60)
TOLD = ("user_id", "agreement_id", "obligation_id", "days_before", "day")

logger = logging.getLogger(__name__)


def tell_of_agreements(*, at: datetime) -> int:
    """One mail for each officer of whom something new is to be told; how many went out. None without a mail server."""
    if not settings.SENDS_MAIL:
        return 0
    return sum(_tell(officer, notices) for officer, notices in _to_tell(at).items())


def _to_tell(at: datetime) -> dict[User, list[AgreementNotice]]:
    """By officer, in the order in which agreements end. Five queries."""
    today = timezone.localdate(at)
    due = [*_ending(today), *_fallen_behind(today)]
    officers = officers_to_tell({one.agreement.unit.path for one in due})
    told = set(AgreementNotice.objects.filter(agreement__in={one.agreement_id for one in due}).values_list(*TOLD))
    found: dict[User, list[AgreementNotice]] = defaultdict(list)
    for one in due:
        for officer in officers[one.agreement.unit.path]:
            notice = AgreementNotice(
                user=officer,
                agreement=one.agreement,
                obligation=one.obligation,
                days_before=one.days_before,
                day=one.day,
                sent_at=at,
            )
            if tuple(getattr(notice, field) for field in TOLD) not in told:
                found[officer].append(notice)
    return found


def _ending(today: date) -> Iterator[AgreementNotice]:
    """With nothing signed that follows: each at the stage that it has reached."""
    rows: Any = Agreement.objects.select_related("unit")
    for agreement in rows.expiring(today).order_by("until", "pk"):
        left = (agreement.until - today).days
        stage = next(days for days in DAYS_BEFORE if left <= days)
        yield AgreementNotice(agreement=agreement, days_before=stage, day=agreement.until)


def _fallen_behind(today: date) -> Iterator[AgreementNotice]:
    """Of this month: those that the last one left behind already were told of then."""
    month = Month.of(today)
    before = ObligationMonth.objects.filter(month=month.plus(-1).first, verdict=Verdict.BEHIND)
    rows: Any = Obligation.objects.exclude(pk__in=before.values("obligation")).select_related("standing")
    for obligation in rows.in_force(today).behind().select_related("agreement__unit").order_by("pk"):
        yield AgreementNotice(agreement=obligation.agreement, obligation=obligation, day=month.first)


def _tell(officer: User, notices: Sequence[AgreementNotice]) -> bool:
    with transaction.atomic():
        taken = [notice for notice in notices if _take(notice)]
    if not taken:
        return False
    try:
        with translation.override(settings.LANGUAGE_CODE):
            send_mail(_subject(taken), _text(officer, taken), None, [officer.email])
    except (OSError, SMTPException) as error:
        AgreementNotice.objects.filter(pk__in=[notice.pk for notice in taken]).delete()
        logger.warning("officer %d could not be told of agreements: %s", officer.pk, type(error).__name__)
        return False
    return True


def _take(notice: AgreementNotice) -> bool:
    """Whether nobody else tells it at this moment."""
    said = {field: getattr(notice, field) for field in TOLD}
    row, is_new = AgreementNotice.objects.get_or_create(**said, defaults={"sent_at": notice.sent_at})
    notice.pk = row.pk
    return is_new


def _subject(notices: Sequence[AgreementNotice]) -> str:
    count = len({notice.agreement_id for notice in notices})
    text = ngettext("%(count)d agreement needs you", "%(count)d agreements need you", count)
    return text % {"count": count}


def _text(officer: User, notices: Sequence[AgreementNotice]) -> str:
    lines = [(notice, f"{settings.PUBLIC_URL}{_address(notice)}") for notice in notices]
    return render_to_string("admin/partners/notice.txt", {"officer": officer, "lines": lines})


def _address(notice: AgreementNotice) -> str:
    if notice.obligation:
        return reverse("admin:partners_obligation_change", args=[notice.obligation.pk])
    return reverse("admin:partners_agreement_change", args=[notice.agreement_id])
