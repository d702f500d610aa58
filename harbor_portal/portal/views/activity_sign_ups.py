"""Signing up for an activity without an account, and the page behind the receipt."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from harbor_portal.lib.errors import Invalid, PortalError
from harbor_portal.lib.http import client_address, same_origin_only
from harbor_portal.lib.limits import Limit, seconds_left
from harbor_portal.portal.activity_words import clock_of, where_of
from harbor_portal.portal.calendar import SHOWN
from harbor_portal.portal.views.activities import find_activity
from services.actions.sign_ups import (
    KEPT_DAYS,
    Wanted,
    cancel_sign_up,
    refuse_unless_taking_sign_ups,
    sign_up,
    signed_up,
)
from services.activity_choices import SignUpState
from services.limits import guess_limit, sign_up_limit
from services.models import Activity, JourneyStop, SignUp
from services.models.sign_ups import MOST_PEOPLE
from services.receipts import read_receipt

NUMBER = re.compile(r"[0-9]{1,18}")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@same_origin_only
def sign_up_for(request: HttpRequest, code: str) -> HttpResponse:
    """Asks how many, and if they like for a number; a place, or one on the waiting list."""
    found = find_activity(code)
    try:
        if request.method != "POST":
            refuse_unless_taking_sign_ups(found, timezone.now())
            return _form(request, found)
        wanted = _wanted(request, found)
        if sent := signed_up(found, wanted.client_key):
            return redirect("sign_up_receipt", sent.receipt)
        if limit := sign_up_limit(activity=found.code, address=client_address(request), people=wanted.people):
            return _too_often(request, found, limit)
        row = sign_up(activity=found, wanted=wanted, at=timezone.now())
    except Invalid as error:
        return _form(request, found, str(error), 400, wrong=[error.field])
    except PortalError as error:
        return _unlisted(render(request, "activity_closed.html", {"activity": found, "reason": str(error)}, status=403))
    response = redirect("sign_up_receipt", row.receipt)
    response["Location"] += "?new=1"
    return response


def _wanted(request: HttpRequest, found: Activity) -> Wanted:
    said = request.POST
    try:
        key = UUID(said.get("client_key", ""))
    except ValueError as error:
        raise Invalid("client_key", _("Something is missing. Please load the page once more.")) from error
    people = said.get("people", "1")
    return Wanted(
        client_key=key,
        people=int(people) if NUMBER.fullmatch(people) else 0,
        stop=_stop(said.get("stop", ""), found),
        phone=said.get("phone", "").replace("\0", "")[:40],
        has_consented=said.get("consent") == "1",
    )


def _stop(text: str, found: Activity) -> JourneyStop | None:
    if not NUMBER.fullmatch(text):
        return None
    stop: JourneyStop | None = JourneyStop.objects.filter(pk=int(text), journey__activity=found).first()
    return stop


def _too_often(request: HttpRequest, found: Activity, limit: Limit) -> HttpResponse:
    problem = _("Many people sign up from your network at the moment. Please try again later.")
    response = _form(request, found, problem, 429)
    response["Retry-After"] = str(seconds_left(limit))
    return response


def _form(
    request: HttpRequest, found: Activity, problem: str = "", status: int = 200, wrong: Sequence[str] = ()
) -> HttpResponse:
    context = {
        "activity": found,
        "clock": clock_of(found),
        "where": where_of(found, list(found.stations.all())),
        "journeys": list(found.journeys.order_by("departs_at", "pk").prefetch_related("stops")),
        "people": range(1, MOST_PEOPLE + 1),
        "is_full": found.capacity is not None and found.booked_count >= found.capacity,
        "kept_days": KEPT_DAYS,
        "client_key": uuid4(),
        "said": request.POST,
        "problem": problem,
        "wrong": wrong,
    }
    return _unlisted(render(request, "activity_sign_up.html", context, status=status))


@never_cache
@require_safe
def sign_up_receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """Whether there is a place, and a button to give it back. Whoever holds the receipt may read it."""
    found = _find(receipt)
    if found is None:
        return _unknown(request)
    if found.receipt != receipt:
        return redirect("sign_up_receipt", found.receipt)
    activity, at = found.activity, timezone.now()
    context = {
        "sign_up": found,
        "activity": activity,
        "clock": clock_of(activity),
        "where": where_of(activity, list(activity.stations.filter(status__in=SHOWN).order_by("name", "pk"))),
        "before": _before(found),
        "may_cancel": found.state != SignUpState.CANCELLED and at < activity.ends_at,
        "is_new": request.GET.get("new") == "1",
    }
    return _unlisted(render(request, "activity_receipt.html", context))


def _before(found: SignUp) -> int:
    """How many wait longer."""
    waiting = found.activity.sign_ups.waiting().filter(pk__lt=found.pk)
    return waiting.count() if found.state == SignUpState.WAITING else 0


@require_POST
@never_cache
@same_origin_only
def cancel_own_sign_up(request: HttpRequest, receipt: str) -> HttpResponse:
    found = _find(receipt)
    if found is None:
        return _unknown(request)
    try:
        cancel_sign_up(sign_up=found, at=timezone.now())
    except PortalError as error:
        context: dict[str, Any] = {"activity": found.activity, "reason": str(error)}
        return _unlisted(render(request, "activity_closed.html", context, status=409))
    return redirect("sign_up_receipt", found.receipt)


def _find(receipt: str) -> SignUp | None:
    try:
        code = read_receipt(receipt)
    except ValueError:
        return None
    rows = SignUp.objects.filter(receipt=code).select_related("activity__organiser", "stop__journey")
    found: SignUp | None = rows.first()
    return found


def _unknown(request: HttpRequest) -> HttpResponse:
    """Only what is not found is counted, so that nobody behind the same address is kept from a receipt of their own."""
    limit = guess_limit(client_address(request))
    reason = (
        _("Too many receipts were asked for. Please try again later.")
        if limit
        else _("There is no sign-up with this receipt. Check it for a slip.")
    )
    return _unlisted(render(request, "activity_closed.html", {"reason": reason}, status=429 if limit else 404))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
