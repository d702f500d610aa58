"""The page of one grant, applying for one, and what the buttons do. Each button is one action."""

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
from django.views.decorators.http import require_http_methods, require_safe

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from services.actions.grants import (
    account_for_grant,
    add_grant_file,
    apply_for_grant,
    approve_grant,
    granted_of,
    note_payment,
    refuse_grant,
)
from services.fields import date_of, money_of, text_of, whole_number
from services.grant_choices import GrantKind, GrantState
from services.grant_policies import may_decide, may_give, who_accounts, who_gives
from services.models import Grant, GrantBatch, GrantFile
from services.models.grants import MAX_WORDS
from services.papers import KINDS, hand_out, read_paper
from stations.admin.base import in_scope, person, scope
from stations.admin.steps import step
from stations.choices import Role
from stations.models import Station
from stations.policies import may_edit

MOST_OFFERED = 300
"""So many stations stand in the list of an application; with more, the code is typed."""


def visible(request: HttpRequest) -> QuerySet[Grant]:
    people = ("applied_by", "decided_by", "accounted_by")
    return in_scope(Grant, request).select_related("batch__unit", "station", *people)


def find(request: HttpRequest, pk: int) -> Grant:
    return get_object_or_404(visible(request), pk=pk)


def address(grant: Grant) -> str:
    return reverse("admin:services_grant_change", args=[grant.pk])


def grant(request: HttpRequest, row: Grant, error: PortalError | None = None) -> HttpResponse:
    """What was asked and why, what became of it, and what the person can do now, or who can; with what was typed."""
    found, user = find(request, row.pk), person(request)
    state, is_officer = found.state, may_edit(user, found.station)
    can = {
        "may_decide": state == GrantState.APPLIED and may_decide(user, found),
        "may_pay": state == GrantState.APPROVED and may_give(user, found.batch.unit),
        "may_account": state == GrantState.PAID and is_officer,
    }
    is_closed = state in {GrantState.ACCOUNTED, GrantState.REFUSED}
    context = {
        "title": str(found),
        "grant": found,
        "left": found.batch.budget - granted_of(found.batch),
        "files": list(found.files.select_related("by").order_by("at", "pk")),
        "may_add": not is_closed and (is_officer or may_give(user, found.batch.unit)),
        "why_read_only": "" if any(can.values()) else _why_not(found),
        "today": timezone.localdate(),
        "most": MAX_WORDS,
        "said": request.POST if error else {"amount": found.amount_asked, "spent": found.amount},
        "error": str(error or ""),
        "kinds": ",".join(f".{ending}" for ending in KINDS),
        "history": list(found.history.select_related("history_user").order_by("history_id")),
    }
    return _page(request, "grant", context | can, 400 if error else 200)


def _typed(request: HttpRequest, found: Grant, error: PortalError) -> HttpResponse | None:
    """Nobody tells twice on what the money went because the papers were not there yet."""
    return None if isinstance(error, Refused) else grant(request, found, error)


def _why_not(found: Grant) -> str:
    if found.state in {GrantState.ACCOUNTED, GrantState.REFUSED}:
        return _("This grant is closed, and stays as it is.")
    if found.state == GrantState.PAID:
        return who_accounts(found.station)
    return who_gives(found.batch.unit)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for money of a batch, for a station that the person is an officer of."""
    batch = get_object_or_404(in_scope(GrantBatch, request).select_related("unit"), pk=pk)
    if not (scope(request).everything or scope(request).paths_as(Role.OFFICER)):
        raise PermissionDenied(_("Officers of a station apply for money. Ask those of yours."))
    if request.method != "POST":
        return _apply_page(request, batch)
    try:
        made = apply_for_grant(
            batch=batch,
            station=_station(request),
            amount=money_of(request, "amount"),
            purpose=text_of(request, "purpose"),
            star=whole_number(request, "star") if batch.kind == GrantKind.REWARD else None,
            by=person(request),
        )
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except PortalError as error:
        return _apply_page(request, batch, error=str(error), status=400)
    return redirect(address(made))


def _station(request: HttpRequest) -> Station:
    code = text_of(request, "station").upper()
    found: Station | None = Station.objects.visible_to(person(request)).filter(code=code).first()
    if found is None:
        raise Invalid("station", _("No station of yours has this code."))
    return found


def _apply_page(request: HttpRequest, batch: GrantBatch, *, error: str = "", status: int = 200) -> HttpResponse:
    mine: QuerySet[Station] = Station.objects.in_units((batch.unit.path,))
    if not scope(request).everything:
        mine = mine & Station.objects.in_units(scope(request).paths_as(Role.OFFICER))
    stations = list(mine.order_by("name", "pk")[: MOST_OFFERED + 1])
    context = {
        "title": _("Apply: %(batch)s") % {"batch": batch},
        "batch": batch,
        "left": batch.budget - granted_of(batch),
        "stations": stations if len(stations) <= MOST_OFFERED else [],
        "stars": range(5, 0, -1) if batch.kind == GrantKind.REWARD else (),
        "given": request.POST,
        "most": MAX_WORDS,
        "error": error,
    }
    return _page(request, "apply", context, status)


@step(find, address, _typed)
def decide(request: HttpRequest, found: Grant) -> tuple[str, str]:
    reason = text_of(request, "reason")
    if request.POST.get("verdict") == "refuse":
        refuse_grant(grant=found, reason=reason, by=person(request))
        return _("Refused; the station reads why."), address(found)
    approve_grant(grant=found, amount=money_of(request, "amount"), reason=reason, by=person(request))
    return _("Approved."), address(found)


@step(find, address)
def pay(request: HttpRequest, found: Grant) -> tuple[str, str]:
    note_payment(grant=found, day=date_of(request, "day"), by=person(request))
    return _("Noted as paid."), address(found)


@step(find, address, _typed)
def account(request: HttpRequest, found: Grant) -> tuple[str, str]:
    spent, told = money_of(request, "spent"), text_of(request, "account")
    account_for_grant(grant=found, spent=spent, account=told, by=person(request))
    return _("Accounted for. Thank you."), address(found)


@step(find, address)
def file(request: HttpRequest, found: Grant) -> tuple[str, str]:
    add_grant_file(grant=found, paper=read_paper(request.FILES.get("file")), by=person(request))
    return _("The paper is kept."), address(found)


@never_cache
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """To those who see the grant, and to nobody else."""
    row = get_object_or_404(GrantFile.objects.filter(grant__in=visible(request)), pk=pk)
    return hand_out(row.file, row.name)


STEPS = {"decide": decide, "pay": pay, "account": account, "file": file}


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Grant._meta} | context
    return render(request, f"admin/services/grant/{name}.html", context, status=status)
