"""One a day for each person, without knowing who they are."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from services.daily_codes import read_code, share_digest
from services.models import DailyShare, SupplyItem


def take_share(*, item: SupplyItem, code: str, day: date) -> None:
    """Note that who shows this code has had theirs of today, wherever that was; refused the second time."""
    if not item.is_once_a_day:
        raise Invalid("code", _("%(item)s is not given by code.") % {"item": item})
    if day != timezone.localdate():
        raise Invalid("code", _("A code of the day counts today only."))
    known = read_code(code, day)
    if known is None:
        raise Invalid("code", _("This is not a code of today. The check-in at the door shows one."))
    try:
        with transaction.atomic():
            DailyShare.objects.create(date=day, digest=share_digest(known, item.pk, day))
    except IntegrityError as error:
        raise Refused(_("%(item)s: this code has had its one of today.") % {"item": item}) from error


def forget_shares(*, today: date) -> int:
    """Delete what was noted on days that are over; how many."""
    deleted, _by_model = DailyShare.objects.filter(date__lt=today).delete()
    return deleted
