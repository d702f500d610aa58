"""Who signed up for an activity, as those who hold it see it; and the code that is shown at the venue."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from harbor_portal.lib.downloads import taken
from harbor_portal.lib.qr import qr_svg
from harbor_portal.lib.sealed import Unreadable
from services.actions.attendance import EARLY, LATE
from services.activity_codes import venue_address
from services.activity_policies import may_count, may_organise, who_organises
from services.admin.activity_pages import find, page
from services.models import Activity, SignUp
from stations.admin.base import person
from stations.choices import DownloadKind

MOST_SHOWN = 2000


@never_cache
@require_safe
def sign_ups(request: HttpRequest, pk: int) -> HttpResponse:
    """By journey and stop, phone numbers masked: enough to tick off at the door."""
    found = find(request, pk)
    _refuse_unless_counting(request, found)
    return _list(request, found, _shown(request, found), is_open=False)


@never_cache
@require_POST
def call_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The same with the numbers, for whoever has to tell people of a change; that it was read is logged."""
    found = find(request, pk)
    if not may_organise(person(request), found.organiser):
        raise PermissionDenied(who_organises(found.organiser))
    rows = _shown(request, found)
    response = _list(request, found, rows, is_open=True)
    about = _("Call list: %(activity)s") % {"activity": found}
    return taken(response, DownloadKind.LIST, about, sum(bool(row.phone) for row in rows))


def _refuse_unless_counting(request: HttpRequest, found: Activity) -> None:
    if not may_count(person(request), found):
        raise PermissionDenied(who_organises(found.organiser))


def _start(request: HttpRequest) -> int:
    """After how many of them the list begins."""
    text = request.GET.get("from", "")
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _shown(request: HttpRequest, found: Activity) -> list[SignUp]:
    start = _start(request)
    rows = found.sign_ups.coming().select_related("stop__journey").order_by("state", "pk")
    return _in_order(list(rows[start : start + MOST_SHOWN]))


def _list(request: HttpRequest, found: Activity, rows: list[SignUp], *, is_open: bool) -> HttpResponse:
    often, shown = _twice(found), _start(request) + len(rows)
    context = {
        "title": _("Sign-ups: %(activity)s") % {"activity": found},
        "activity": found,
        "rows": [(row, _phone(row, is_open=is_open), row.phone_print in often) for row in rows],
        "start": _start(request),
        "shown": shown,
        "left_out": max(found.sign_ups.coming().count() - shown, 0),
        "is_open": is_open,
        "may_call": not is_open and may_organise(person(request), found.organiser),
    }
    return page(request, "sign_ups", context)


def _twice(found: Activity) -> set[str]:
    """The fingerprints of numbers with which more than one sign-up came: to ask, not to refuse. One query."""
    numbers = found.sign_ups.coming().exclude(phone_print="").order_by().values("phone_print")
    return set(numbers.annotate(times=Count("pk")).filter(times__gt=1).values_list("phone_print", flat=True))


def _in_order(rows: list[SignUp]) -> list[SignUp]:
    """Those with a place first, of a journey by stop."""
    return sorted(rows, key=lambda row: (row.state, row.stop.at.isoformat() if row.stop else "", row.pk))


def _phone(row: SignUp, *, is_open: bool) -> str:
    try:
        return str(row.phone.reveal() if is_open else row.phone.masked())
    except Unreadable:
        return "—"


@never_cache
@require_safe
def venue_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code to show or print at the venue, by which people check in."""
    found = find(request, pk)
    _refuse_unless_counting(request, found)
    context = {
        "title": _("Code for the venue: %(activity)s") % {"activity": found},
        "activity": found,
        "code": qr_svg(venue_address(found)),
        "from": found.starts_at - EARLY,
        "until": found.ends_at + LATE,
        "is_over": timezone.now() > found.ends_at + LATE,
    }
    return page(request, "venue", context)
