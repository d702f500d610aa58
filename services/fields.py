"""Reading the fields that forms of the back office send: a value, or the sentence that says what is wrong."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.images import clean_image
from services.limits import LONGEST_SIDE
from services.querysets import LATE_DAYS

C = TypeVar("C", bound=TextChoices)

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
"""As many digits as a database integer holds."""
MONEY = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
CLOCKS_DIFFER = timedelta(minutes=2)
LONGEST_WAIT = timedelta(days=LATE_DAYS + 1)
"""For how long before its arrival something may claim to have been tapped; older days are not a keeper's any more."""


def text_of(request: HttpRequest, field: str) -> str:
    """In one line, without what the database refuses."""
    return " ".join(request.POST.get(field, "").replace("\0", "").split())


def lines_of(request: HttpRequest, field: str) -> str:
    """In as many lines as it was typed."""
    return request.POST.get(field, "").replace("\0", "").replace("\r\n", "\n").strip()


def key_of(request: HttpRequest) -> UUID | None:
    """The key that the device gave it; none where a form was sent without a script."""
    text = request.POST.get("client_key", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid("client_key", _("The entry came without its key; load the page again.")) from error


def needed_key(request: HttpRequest) -> UUID:
    if (key := key_of(request)) is None:
        raise Invalid("client_key", _("The entry came without its key; load the page again."))
    return key


def moment_of(request: HttpRequest, day: date) -> datetime | None:
    """The time of day that was typed for `day`, else when it was tapped; None means now.

    A device says how long something waited on it, not since when: a clock that is wrong is wrong at both ends.
    """
    if text := request.POST.get("time", ""):
        return _come(timezone.make_aware(datetime.combine(day, _clock(text))))
    waited = request.POST.get("waited", "")
    if not waited.isdecimal():
        return None
    seconds = min(int(waited[:9]), int(LONGEST_WAIT.total_seconds()))
    return timezone.now() - timedelta(seconds=seconds) if seconds else None


def _come(typed: datetime) -> datetime:
    """A clock that is a little fast means now."""
    now = timezone.now()
    if typed > now + CLOCKS_DIFFER:
        raise Invalid("time", _("This time has not come yet."))
    return min(typed, now)


def _clock(text: str) -> time:
    try:
        clock = parse_time(text)
    except ValueError:
        clock = None
    if clock is None:
        raise Invalid("time", _("A time is written like 08:30."))
    return time(clock.hour, clock.minute)


def date_of(request: HttpRequest, field: str) -> date | None:
    if not (text := request.POST.get(field, "")):
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Invalid(field, _("A date is written like 2026-11-18."))
    return day


def whole_number(request: HttpRequest, field: str) -> int:
    text = request.POST.get(field, "").strip()
    if not WHOLE_NUMBER.fullmatch(text):
        raise Invalid(field, _("A whole number is needed."))
    return int(text)


def choice_of(request: HttpRequest, field: str, choices: type[C]) -> C:
    try:
        return choices(request.POST.get(field, ""))
    except ValueError as error:
        raise Invalid(field, _("Choose from the list.")) from error


def picture_of(request: HttpRequest, field: str) -> bytes:
    """The picture as it is kept, or nothing where none was sent."""
    upload = request.FILES.get(field)
    return clean_image(upload, longest_side=LONGEST_SIDE, field=field) if upload else b""


def money_of(request: HttpRequest, field: str) -> Decimal | None:
    """Yuan, with at most two decimals; None where nothing was said."""
    text = request.POST.get(field, "").strip().replace(",", "").replace("，", "")
    if not text:
        return None
    if not MONEY.fullmatch(text):
        raise Invalid(field, _("An amount is written like 350 or 350.50."))
    return Decimal(text)
