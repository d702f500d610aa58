"""One partner that stands twice: both beside each other, what would go along, and one button."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import PortalError
from partners.actions.partner_merging import FILLED, merge_partners, preview_partner_merge
from partners.models import Partner
from partners.policies import refuse_if_merged, refuse_unless_may_keep
from stations.actions.records import MAX_REASON
from stations.admin.base import person

COMPARED = ("name", "kind", "kept_by", "is_public", *FILLED)
MOST_OFFERED = 20
MOST_DIGITS = 18


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """`?into=` is the key of the one that stays; without it, it is asked for."""
    duplicate = _writable(request, pk)
    into = request.GET.get("into", "")
    if not (into.isascii() and into.isdecimal() and len(into) <= MOST_DIGITS):
        return _pick(request, duplicate)
    kept = _writable(request, int(into))
    if request.method != "POST":
        return _compare(request, duplicate, kept)
    try:
        merge_partners(
            by=person(request),
            duplicate=duplicate,
            into=kept,
            reason=request.POST.get("reason", "").replace("\0", ""),
            stays_public="stays_public" in request.POST,
        )
    except PortalError as error:
        return _compare(request, duplicate, kept, problem=str(error), status=400)
    names = {"duplicate": duplicate, "into": kept}
    messages.success(request, _("“%(duplicate)s” is merged into “%(into)s”, and its page leads there.") % names)
    return redirect("admin:partners_partner_change", kept.pk)


def _seen(request: HttpRequest) -> QuerySet[Partner]:
    rows: Any = Partner.objects.select_related("kept_by", "unit", "division", "merged_into")
    return rows.visible_to(person(request))  # type: ignore[no-any-return]  # a queryset method


def _writable(request: HttpRequest, pk: int) -> Partner:
    """What the person cannot see is not there; what they see but may not write is refused."""
    partner = get_object_or_404(_seen(request), pk=pk)
    try:
        refuse_unless_may_keep(person(request), partner.kept_by)
        refuse_if_merged(partner)
    except PortalError as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return partner


def _pick(request: HttpRequest, duplicate: Partner) -> HttpResponse:
    """Those of a like name come first, then the others of the kind."""
    word = request.GET.get("q", "").replace("\0", "").strip() or duplicate.name[:2]
    others: Any = _seen(request).exclude(pk=duplicate.pk)
    found = others.in_use().filter(name__icontains=word).order_by("name", "pk")[:MOST_OFFERED]
    context = {"title": _("Merge with another partner"), "partner": duplicate, "found": found, "word": word}
    return _page(request, "pick", context)


def _compare(
    request: HttpRequest, duplicate: Partner, into: Partner, problem: str = "", status: int = 200
) -> HttpResponse:
    moving, refusal = [], ""
    try:
        moving = preview_partner_merge(by=person(request), duplicate=duplicate, into=into)
    except PortalError as error:
        refusal = str(error)
    context = {
        "title": _("Merge two partners"),
        "duplicate": duplicate,
        "into": into,
        "facts": [_fact(name, into, duplicate) for name in COMPARED],
        "moving": moving,
        "refusal": refusal,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "asks_public": duplicate.is_public and not into.is_public,
        "stays_public": "stays_public" in request.POST,
        "most_reason": MAX_REASON,
    }
    return _page(request, "compare", context, status=status)


def _fact(name: str, into: Partner, duplicate: Partner) -> tuple[str, str, str]:
    field: Any = Partner._meta.get_field(name)
    return str(field.verbose_name), _shown(into, name), _shown(duplicate, name)


def _shown(row: Partner, name: str) -> str:
    value = row.get_kind_display() if name == "kind" else getattr(row, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "—" if value in (None, "") else str(value)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Partner._meta} | context
    return render(request, f"admin/partners/merging/{name}.html", context, status=status)
