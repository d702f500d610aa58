"""The wall of wishes, for everybody: no page here knows whose wish it is."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from harbor_portal.lib.errors import Invalid, PortalError
from harbor_portal.lib.http import client_address, same_origin_only
from harbor_portal.lib.limits import Limit, seconds_left
from services.actions.wish_claims import answer_for_family, offer_for_unit, offer_to_fulfil
from services.limits import wish_answer_limit, wish_offer_limit
from services.models import Wish, WishClaim
from services.models.families import MAX_SITUATION
from services.receipts import read_receipt
from services.wish_choices import CAME_TRUE, WishKind, WishState
from services.wish_policies import offers_of_units
from stations.codes import read_code
from stations.models import User
from stations.policies import units_led_by

PAGE_SIZE = 24
MOST_UNITS = 300
"""Of a person, offered in a list."""
SHOWN_TRUE = 12
"""Of the wishes that came true, the last ones, below those that wait."""


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Cookie")
def wishes(request: HttpRequest) -> HttpResponse:
    """What waits for somebody, the most urgent first; then what came true. A constant number of queries."""
    rows = Wish.objects.on_wall().select_related("unit", "division")
    waiting = rows.waiting_on(timezone.localdate())
    kind = request.GET.get("kind", "")
    if kind in WishKind.values:
        waiting = waiting.filter(kind=kind)
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "kinds": WishKind.choices,
        "kind": kind if kind in WishKind.values else "",
        "came_true": list(rows.filter(state__in=CAME_TRUE).order_by("-fulfilled_at", "-pk")[:SHOWN_TRUE]),
        "count_true": rows.filter(state__in=CAME_TRUE).count(),
    }
    return render(request, "wishes.html", context)


@same_origin_only
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, max_age=0)
def wish(request: HttpRequest, code: str) -> HttpResponse:
    """One wish, and the form by which somebody offers to fulfil it."""
    found = _on_wall(code)
    if request.method != "POST":
        return _wish_page(request, found, is_sent=request.GET.get("sent") == "1")
    if limit := wish_offer_limit(wish=found.code, address=client_address(request)):
        return _too_often(_wish_page(request, found, error=_too_often_sentence(), status=429), limit)
    try:
        _offer(request, found)
    except PortalError as error:
        wrong = [error.field] if isinstance(error, Invalid) else []
        return _wish_page(request, found, error=str(error), status=400 if wrong else 409, wrong=wrong)
    return redirect(f"{reverse('wish', args=[found.code])}?sent=1")


def _offer(request: HttpRequest, found: Wish) -> WishClaim:
    """In the person's own name, or in that of a unit for which they speak."""
    if "unit" in request.POST and isinstance(by := request.user, User):
        number = request.POST["unit"]
        unit = units_led_by(by).filter(pk=number[:18] if number.isdecimal() else 0).first()
        if unit is None:
            raise Invalid("unit", _("Choose from the list."))
        return offer_for_unit(wish=found, unit=unit, by=by)
    return offer_to_fulfil(
        wish=found,
        name=_line(request, "name"),
        phone=_line(request, "phone"),
        agreed=bool(request.POST.get("agreed")),
    )


@same_origin_only
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def wish_receipt(request: HttpRequest, receipt: str) -> HttpResponse:
    """The family's page: who has its code says whether the wish came true."""
    try:
        found = Wish.objects.filter(receipt=read_receipt(receipt)).select_related("unit", "family").first()
    except ValueError:
        found = None
    if found is None:
        if limit := wish_answer_limit(client_address(request)):
            return _too_often(render(request, "wish_receipt.html", {"error": _too_often_sentence()}, status=429), limit)
        raise Http404(_("There is no wish with this code. Check it for a slip."))
    if request.method != "POST":
        return _receipt_page(request, found)
    try:
        if (came := request.POST.get("came")) not in {"yes", "no"}:
            raise Invalid("came", _("Say whether it has come."))
        answer_for_family(wish=found, came=came == "yes", words=_words(request))
    except PortalError as error:
        return _receipt_page(request, found, str(error), 400 if isinstance(error, Invalid) else 409)
    return redirect("wish_receipt", found.receipt)


def _on_wall(code: str) -> Wish:
    try:
        found: Wish | None = (
            Wish.objects.on_wall().filter(code=read_code(code)).select_related("unit", "division").first()
        )
    except ValueError:
        found = None
    if found is None:
        raise Http404(_("This wish is not on the wall, or not any more."))
    return found


def _wish_page(
    request: HttpRequest,
    found: Wish,
    *,
    error: str = "",
    status: int = 200,
    wrong: Sequence[str] = (),
    is_sent: bool = False,
) -> HttpResponse:
    is_late = found.needed_by < timezone.localdate()
    by = request.user if isinstance(request.user, User) else None
    context: dict[str, Any] = {
        "wish": found,
        "units": list(units_led_by(by)[:MOST_UNITS]) if by else [],
        "offers": list(offers_of_units(found, by)) if by else [],
        "is_open": found.state == WishState.PUBLISHED and not is_late,
        "is_late": is_late and found.state == WishState.PUBLISHED,
        "is_sent": is_sent,
        "error": error,
        "wrong": wrong,
        "said": request.POST,
    }
    return render(request, "wish.html", context, status=status)


def _receipt_page(request: HttpRequest, found: Wish, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "wish": found,
        "may_answer": found.state == WishState.FULFILLED,
        "has_come": found.confirmed_at is not None,
        "most": MAX_SITUATION,
        "error": error,
        "words": _words(request),
    }
    response = render(request, "wish_receipt.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _line(request: HttpRequest, field: str) -> str:
    return " ".join(request.POST.get(field, "").replace("\0", "").split())


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\0", "").replace("\r\n", "\n").strip()


def _too_often_sentence() -> str:
    return _("That was a lot within one hour. Please try again later.")


def _too_often(response: HttpResponse, limit: Limit) -> HttpResponse:
    response["Retry-After"] = str(seconds_left(limit))
    return response
