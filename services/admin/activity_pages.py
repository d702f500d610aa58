"""The pages of one activity in the back office: its plan, and what was made of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import Invalid, PortalError, Refused
from services.actions.activities import cancel_activity, change_activity, copy_activity, plan_activity
from services.activity_choices import UNREPORTED, ActivityStatus
from services.activity_forms import PlanForm, SeriesForm, units_to_plan_for
from services.activity_policies import may_count, may_organise, organises_anywhere, who_organises
from services.choices import GroupClass, Method, WorkerGroup, group_class
from services.fields import lines_of
from services.models import Activity
from services.models.activities import MAX_NOTICE, MAX_WORDS
from stations.admin.base import in_scope, person
from stations.admin.steps import step

SHOWN_LINES = 30
NAMES = ("kind", "title", "title_en", "organiser", "place", "division", "description", "is_public", "takes_sign_ups")
FACTS = (*NAMES, "capacity", "sign_up_until")


def visible(request: HttpRequest) -> QuerySet[Activity]:
    return in_scope(Activity, request).select_related("organiser", "division", "series")


def find(request: HttpRequest, pk: int) -> Activity:
    return get_object_or_404(visible(request), pk=pk)


def address(activity: Activity) -> str:
    return reverse("admin:services_activity_change", args=[activity.pk])


def activity(request: HttpRequest, row: Activity, error: PortalError | None = None) -> HttpResponse:
    """What it is, who signed up, who came, and what can be done about it; with what was typed, if that was refused."""
    found, by = find(request, row.pk), person(request)
    at = timezone.now()
    may_change = may_organise(by, found.organiser)
    has_begun, counts = found.starts_at <= at, may_count(by, found)
    context = {
        "title": str(found),
        "activity": found,
        "stations": list(found.stations.order_by("name", "pk")),
        "partners": list(found.partners.order_by("pk")),
        "journeys": list(found.journeys.order_by("departs_at", "pk").prefetch_related("stops")),
        "photos": list(found.photos.order_by("pk")),
        "files": list(found.files.select_related("by").order_by("pk")),
        "waiting": found.sign_ups.waiting().count() if found.takes_sign_ups else 0,
        "attendance": _attendance(found),
        "groups": _groups(found, request.POST if error else {}),
        "said": {"summary": found.summary, "cost": found.cost} | (request.POST.dict() if error else {}),
        "error": str(error or ""),
        "history": list(found.history.select_related("history_user").order_by("-history_id")[:SHOWN_LINES]),
        "may_change": may_change,
        "may_plan": may_change and found.status in UNREPORTED,
        "may_cancel": may_change and found.status == ActivityStatus.PLANNED,
        "may_report": may_change and has_begun and found.status != ActivityStatus.CANCELLED,
        "may_count": has_begun and found.status in UNREPORTED and counts,
        "sees_sign_ups": found.takes_sign_ups and counts,
        "shows_venue_code": found.status in UNREPORTED and counts,
        "is_due": found.status in UNREPORTED and found.ends_at < at,
        "most_words": MAX_WORDS,
        "most_notice": MAX_NOTICE,
        "why_read_only": "" if may_change else who_organises(found.organiser),
    }
    return page(request, "read", context, 403 if isinstance(error, Refused) else 400 if error else 200)


def _attendance(found: Activity) -> list[tuple[str, list[Any], int, bool]]:
    """By method: its name, the groups, the sum, and whether it is the figure."""
    rows = list(found.attendance.order_by("pk"))
    return [
        (str(method.label), own, sum(row.count for row in own), found.counted_by == method)
        for method in Method
        if (own := [row for row in rows if row.method == method])
    ]


def _groups(found: Activity, sent: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[WorkerGroup, int | str]]]]:
    """The groups by class, with what was typed, or else counted by hand."""
    counted = dict(found.attendance.filter(method=Method.TALLY).values_list("group", "count"))
    counted |= {group: sent[f"count-{group}"] for group in WorkerGroup if f"count-{group}" in sent}
    nobody = 0 if found.counted_by == Method.TALLY else ""
    for kind in GroupClass:
        members = [group for group in WorkerGroup if group_class(group) == kind]
        yield str(kind.label), [(group, counted.get(group, nobody)) for group in members]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """A new one, or a series of them."""
    by = person(request)
    if not organises_anywhere(by):
        raise PermissionDenied(_("Officers and officials plan the activities of their units. Ask one of yours."))
    units = list(units_to_plan_for(by)[:1])
    wanted = request.GET.get("stations", "")
    initial = {"organiser": units[0] if units else None, "stations": [wanted] if wanted.isdecimal() else []}
    form = SeriesForm(request.POST if request.method == "POST" else None, by=by, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        lists: dict[str, Any] = {"stations": list(values["stations"]), "partners": list(values["partners"])}
        made = _tried(form, lambda: plan_activity(by=by, dates=form.dates(), **lists, **_facts(values)))
        if made:
            text = ngettext("It is planned.", "%(count)d dates are planned.", len(made)) % {"count": len(made)}
            messages.success(request, text)
            return redirect(address(made[0]))
    return page(request, "plan", {"title": _("Plan an activity"), "form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan of one date."""
    found, by = find(request, pk), person(request)
    if not may_organise(by, found.organiser):
        raise PermissionDenied(who_organises(found.organiser))
    initial = {name: getattr(found, name) for name in (*FACTS, "starts_at", "ends_at")}
    initial |= {"stations": list(found.stations.all()), "partners": list(found.partners.all())}
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(sent, by=by, activity=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed: Any = {name: form.cleaned_data[name] for name in form.changed_data}
        if _tried(form, lambda: change_activity(activity=found, by=by, **changed)):
            messages.success(request, _("The plan is changed."))
            return redirect(address(found))
    return page(request, "plan", {"title": str(found), "form": form, "activity": found})


def _facts(values: dict[str, Any]) -> Any:
    return {name: values[name] for name in FACTS}


def _tried(form: PlanForm, do: Any) -> Any:
    """What the action answers, or None with the sentence on the form. A refusal is a page of its own."""
    try:
        return do()
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Invalid as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except PortalError as error:
        form.add_error(None, str(error))
    return None


@step(find, address)
def cancel(request: HttpRequest, found: Activity) -> tuple[str, str]:
    cancel_activity(activity=found, notice=lines_of(request, "notice"), by=person(request))
    waiting = found.sign_ups.coming().exclude(phone="").count()
    told = _("Cancelled. Its page, the calendar and every receipt say so.")
    if waiting:
        told += " " + _("Some left a number: call them, see the sign-ups.")
    return told, address(found)


@step(find, address)
def copy(request: HttpRequest, found: Activity) -> tuple[str, str]:
    made = copy_activity(activity=found, starts_at=moment_of(request, "starts_at"), by=person(request))
    return _("This is the next date of the series. Change what is different."), address(made)


def moment_of(request: HttpRequest, field: str) -> datetime:
    """A moment as the browser's own field sends it."""
    try:
        found = parse_datetime(request.POST.get(field, ""))
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Invalid(field, _("A moment is written like 2026-11-18T08:30."))
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = admin.site.each_context(request) | {"opts": Activity._meta} | context
    return render(request, f"admin/services/activity/{name}.html", context, status=status)
