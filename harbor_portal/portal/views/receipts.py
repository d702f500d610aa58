"""What became of a report: the page behind its receipt, and the page to type one in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.http import client_address
from harbor_portal.lib.limits import seconds_left
from services.limits import guess_limit
from services.models import Feedback
from services.receipts import read_receipt


@never_cache
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """Type a receipt in; the ones of this device are listed by the device itself."""
    typed = request.GET.get("receipt", "")
    if not typed:
        return _form(request)
    try:
        return redirect("receipt", read_receipt(typed))
    except ValueError:
        return _form(request, typed, _("A receipt has ten characters, like 7Q2K9-F3MAB."), 400)


@never_cache
@require_safe
def receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """State, answer and dates. Whoever holds the receipt may read it; nobody else finds it."""
    try:
        code = read_receipt(receipt)
    except ValueError:
        return _unknown(request, receipt)
    if code != receipt:
        return redirect("receipt", code)
    found = Feedback.objects.filter(receipt=code).select_related("same_as", "station", "amenity").first()
    if found is None:
        return _unknown(request, receipt)
    context = {
        "feedback": found,
        "entry": found.entry,
        "is_new": request.GET.get("sent") == "1",
        "without_photo": _without_photo(request.GET.get("without_photo", "")),
    }
    return _unlisted(render(request, "receipt.html", context))


def _without_photo(reason: str) -> str:
    """Why the photo of a report that has just arrived is missing."""
    return {
        "limit": _("Too many photos come from your network at the moment, so the report was taken without yours."),
        "device": _("Your device could not keep the photo, so the report came without it."),
    }.get(reason, "")


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    """Only what is not found is counted, so that nobody behind the same address is kept from a receipt of their own."""
    if limit := guess_limit(client_address(request)):
        response = _form(request, typed, _("Too many receipts were asked for. Please try again later."), 429)
        response["Retry-After"] = str(seconds_left(limit))
        return response
    return _form(request, typed, _("There is no report with this receipt. Check it for a slip."), 404)


def _form(request: HttpRequest, typed: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    context = {"typed": typed[:20], "problem": problem, "wrong": ["receipt"] if problem else []}
    return _unlisted(render(request, "receipts.html", context, status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
