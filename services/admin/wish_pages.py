"""The pages of a wish: where it is nominated, where it is read, and where what is sealed is opened."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from partners.models import Partner
from services.actions.families import read_sealed
from services.actions.wishes import Family, Said, nominate_wish
from services.fields import choice_of, date_of, lines_of, money_of, text_of
from services.models import Wish, WishClaim
from services.models.families import MAX_SITUATION
from services.models.wishes import MAX_TEXT, MAX_TITLE
from services.wish_choices import BEFORE_FULFILLED, DAY_CAN_MOVE, ClaimState, WishKind, WishState
from services.wish_policies import may_read_sealed, refuse_unless_may_check
from stations.admin.base import in_scope, person
from stations.models import Unit, User
from stations.policies import may_lead, units_led_by

MOST_UNITS = 300
"""So many are offered in a list."""
SHOWN_READINGS = 20


def visible(request: HttpRequest) -> QuerySet[Wish]:
    people = ("nominated_by", "checked_by", "fulfilled_by")
    return in_scope(Wish, request).select_related("unit", "division", "family", *people)


def find(request: HttpRequest, pk: int) -> Wish:
    return get_object_or_404(visible(request), pk=pk)


def address(wish: Wish) -> str:
    return reverse("admin:services_wish_change", args=[wish.pk])


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def nominate(request: HttpRequest) -> HttpResponse:
    """What everybody will read, and beside it, sealed, whose wish it is."""
    if request.method != "POST":
        return _nominate_page(request)
    try:
        unit = units_for(request).filter(pk=number_of(request, "unit")).first()
        if unit is None:
            raise Invalid("unit", _("Choose from the list."))
        wish = nominate_wish(unit=unit, said=said_of(request, unit), family=_family_of(request), by=person(request))
    except PortalError as error:
        return _nominate_page(request, str(error), 403 if isinstance(error, Refused) else 400)
    return redirect(address(wish))


def said_of(request: HttpRequest, unit: Unit) -> Said:
    needed_by = date_of(request, "needed_by")
    if needed_by is None:
        raise Invalid("needed_by", _("Say by which day it is needed."))
    return Said(
        kind=choice_of(request, "kind", WishKind),
        title=text_of(request, "title"),
        text=lines_of(request, "text"),
        needed_by=needed_by,
        budget=money_of(request, "budget"),
        division=unit.division,
        community=text_of(request, "community"),
    )


def _family_of(request: HttpRequest) -> Family:
    return Family(
        name=text_of(request, "name"),
        phone=text_of(request, "phone"),
        address=text_of(request, "address"),
        situation=lines_of(request, "situation"),
        agreed=bool(request.POST.get("agreed")),
    )


def units_for(request: HttpRequest) -> QuerySet[Unit]:
    """In which the person nominates."""
    return units_led_by(person(request)).select_related("division")


def partners_for(by: User) -> QuerySet[Partner]:
    """Whom the person may name as taking it on."""
    rows: QuerySet[Partner] = Partner.objects.visible_to(by).in_use()
    return rows.order_by("name", "pk")


def number_of(request: HttpRequest, field: str) -> int:
    """Of a row; 0, which no row has, where there is none."""
    text = request.POST.get(field, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _nominate_page(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "title": _("Nominate a wish"),
        "units": list(units_for(request)[:MOST_UNITS]),
        "said": request.POST,
        "error": error,
        **_form_context(),
    }
    return _page(request, "nominate", context, status)


def _form_context() -> dict[str, Any]:
    return {
        "kinds": WishKind.choices,
        "today": timezone.localdate(),
        "most_title": MAX_TITLE,
        "most_text": MAX_TEXT,
        "most_situation": MAX_SITUATION,
    }


def wish_page(request: HttpRequest, row: Wish, error: PortalError | None = None) -> HttpResponse:
    """Everything but who the family is, and what can be done by this person; with what was typed, if it was refused."""
    found, by = find(request, row.pk), person(request)
    claims = list(found.claims.select_related("unit", "partner", "asked_by", "moved_by").order_by("asked_at", "pk"))
    may_act = may_lead(by, found.unit)
    typed = request.POST if error else {}
    context = {
        "title": found.title,
        "wish": found,
        "error": str(error or ""),
        "typed": typed,
        "said": typed if "title" in typed else found,
        "claims": claims,
        "taken_by": next((claim for claim in claims if claim.state == ClaimState.ACCEPTED), None),
        "is_overdue": found.state in BEFORE_FULFILLED and found.needed_by < timezone.localdate(),
        "may_act": may_act,
        "may_read": may_read_sealed(by, found),
        "may_set_day": may_act and found.state in DAY_CAN_MOVE,
        "may_withdraw": may_act and found.state in BEFORE_FULFILLED,
        "why_not_check": _why_not_check(request, found),
        "why_read_only": _why_read_only(found, may_act=may_act),
        **(_takers(request) if may_act and found.state == WishState.PUBLISHED else {}),
        "readings": list(found.readings.select_related("by", "claim").order_by("-at", "-pk")[:SHOWN_READINGS]),
        "history": list(found.history.select_related("history_user").order_by("history_date", "history_id")),
        **_form_context(),
    }
    return _page(request, "wish", context, 409 if isinstance(error, StaleState) else 400 if error else 200)


def typed_again(request: HttpRequest, row: Wish, error: PortalError) -> HttpResponse | None:
    return None if isinstance(error, Refused) else wish_page(request, row, error)


def _takers(request: HttpRequest) -> dict[str, Any]:
    return {
        "units": list(units_for(request)[:MOST_UNITS]),
        "partners": list(partners_for(person(request))[:MOST_UNITS]),
    }


def _why_not_check(request: HttpRequest, found: Wish) -> str:
    try:
        refuse_unless_may_check(person(request), found)
    except Refused as refusal:
        return str(refusal)
    return ""


def _why_read_only(found: Wish, *, may_act: bool) -> str:
    if may_act or found.state == WishState.NOMINATED:
        return ""
    return _("Officers of %(unit)s, or of a unit above it, see to this wish.") % {"unit": found.unit}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def family(request: HttpRequest, pk: int) -> HttpResponse:
    """What is sealed, for who says why; each time is written down. `?claim=` is who offered to fulfil it."""
    found, claim = find(request, pk), None
    if (number := request.GET.get("claim", "")).isdecimal():
        claim = get_object_or_404(WishClaim, pk=number[:18], wish=found)
    if not may_read_sealed(person(request), found):
        raise PermissionDenied(_why_not_read(found))
    context: dict[str, Any] = {"title": _("Open what is sealed"), "wish": found, "claim": claim}
    if request.method != "POST":
        return _page(request, "family", context)
    try:
        told = read_sealed(wish=found, claim=claim, why=text_of(request, "why"), by=person(request))
    except PortalError as error:
        return _page(request, "family", context | {"error": str(error)}, 400)
    row: Any = claim or found.family
    lines = [(row._meta.get_field(name).verbose_name, text) for name, text in told.texts.items()]
    photo = b64encode(told.photo).decode()
    return _page(request, "family", context | {"lines": lines, "photo": photo, "is_open": True})


def _why_not_read(found: Wish) -> str:
    return _("Only officers of %(unit)s, or of a unit above it, may read this. Ask one of them.") % {"unit": found.unit}


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Wish._meta} | context
    return render(request, f"admin/services/wish/{name}.html", context, status=status)


PAGES: dict[str, Callable[..., Any]] = {"family": family}
