"""The facts of a station: when each was last looked at, saying that it is still right, and proposing another."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from harbor_portal.lib.images import clean_image
from stations.actions.change_requests import propose_changes
from stations.actions.checks import confirm_facts
from stations.admin.base import person
from stations.admin.placing import start_at
from stations.admin.proposal_form import ProposalForm
from stations.choices import StationStatus
from stations.fact_lines import lines_of, proposals_of
from stations.fact_values import values_of
from stations.models import ChangeRequest, Posting, Station
from stations.policies import is_keeper, may_edit, may_record, refuse_unless_may_propose
from stations.responsible import who_edits

SHOWN_REQUESTS = 5
LONGEST_SIDE = 1600
"""Of a photo beside a proposal, in pixels: a notice on a door is to be read."""


def urls(protect: Any) -> list[URLPattern]:
    """`protect` lets only people of the back office in."""
    pages = {"facts": facts, "check": check, "propose": propose}
    return [path(f"<int:pk>/{name}/", protect(view), name=f"stations_station_{name}") for name, view in pages.items()]


def facts_context(request: HttpRequest, station: Station) -> dict[str, Any]:
    """What the list of facts is drawn from."""
    is_kept, may_write = is_keeper(person(request), station), may_edit(person(request), station)
    return {
        "station": station,
        "lines": lines_of(station, timezone.localdate()),
        "may_check": (is_kept or may_write) and station.status != StationStatus.CLOSED,
        "may_propose": is_kept and station.status != StationStatus.CLOSED,
        "who": "" if is_kept or may_write else who_edits(station),
    }


@never_cache
@require_safe
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    station = get_object_or_404(_visible(request), pk=pk)
    context = facts_context(request, station) | {
        "title": _("Facts and their checks"),
        "opts": Station._meta,
        "proposals": proposals_of(station, SHOWN_REQUESTS),
    }
    return render(request, "admin/stations/station/facts.html", admin.site.each_context(request) | context)


@never_cache
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: this fact, or all of them, are still right."""
    station = get_object_or_404(_visible(request), pk=pk)
    if not may_record(person(request), station):
        raise PermissionDenied(who_edits(station))
    chosen = None if request.POST.get("all") else [what.replace("\0", "") for what in request.POST.getlist("what")]
    try:
        count = confirm_facts(station=station, by=person(request), what=chosen)
    except PortalError as error:
        messages.error(request, str(error))
    else:
        sentence = ngettext("%(count)d fact is checked.", "%(count)d facts are checked.", count)
        messages.success(request, sentence % {"count": count})
    return redirect(_next(request, station))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    station = get_object_or_404(_visible(request), pk=pk)
    try:
        refuse_unless_may_propose(person(request), station)
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    values = values_of(station)
    form = ProposalForm(request.POST or None, request.FILES or None, values=values)
    if form.is_valid() and (sent := _send(request, station, form)):
        count = sent.facts.count()
        sentence = ngettext(
            "%(count)d fact is proposed. Until an officer has answered, the public reads what stood there.",
            "%(count)d facts are proposed. Until an officer has answered, the public reads what stood there.",
            count,
        )
        messages.success(request, sentence % {"count": count})
        return redirect("admin:stations_station_facts", station.pk)
    return _proposing(request, station, form)


def _send(request: HttpRequest, station: Station, form: ProposalForm) -> ChangeRequest | None:
    upload = request.FILES.get("photo")
    try:
        photo = clean_image(upload, longest_side=LONGEST_SIDE) if upload else b""
        return propose_changes(
            station=station,
            proposed=form.proposed(),
            reason=form.cleaned_data["reason"],
            by=person(request),
            photo=photo,
        )
    except Invalid as error:
        form.refuse(error)
        return None


def _proposing(request: HttpRequest, station: Station, form: ProposalForm) -> HttpResponse:
    posting = Posting.objects.on(timezone.localdate()).filter(station=station).select_related("division").first()
    start_at(form.fields["longitude"].widget, posting.division if posting else None)
    waiting = ChangeRequest.objects.waiting().filter(station=station).select_related("by").order_by("pk")
    context = admin.site.each_context(request) | {
        "title": _("Propose a change"),
        "opts": Station._meta,
        "station": station,
        "form": form,
        "media": form.media,
        "waiting": waiting,
    }
    status = 400 if form.errors else 200
    return render(request, "admin/stations/station/propose.html", context, status=status)


def _visible(request: HttpRequest) -> QuerySet[Station]:
    rows: QuerySet[Station] = Station.objects.visible_to(person(request)).select_related("schedule")
    return rows


def _next(request: HttpRequest, station: Station) -> str:
    """Back to the page from which it was said."""
    asked = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if is_own else reverse("admin:stations_station_facts", args=[station.pk])
