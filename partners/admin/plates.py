"""A plate for the stations chosen in the list, or its end: asked for, shown, and only then written.

Everything travels in the form, so that the page works without a script and in two windows at once.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harbor_portal.lib.errors import PortalError, Refused
from partners.actions.plates import (
    GrantPlan,
    grant_plates,
    in_care_of,
    plan_grant,
    withdraw_plates,
)
from partners.models import Plate, Programme
from stations.actions.records import MAX_REASON
from stations.admin.base import person
from stations.admin.registry import extend_stations
from stations.models import Station, Unit
from stations.policies import refuse_unless_officer

SALT = "partners.plates"
GRANT, WITHDRAW = "grant", "withdraw"
SHOWN = 20
"""Names beside a number."""


class PlatesForm(forms.Form):
    of = forms.CharField(widget=forms.HiddenInput)
    doing = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[(GRANT, gettext_lazy("Hang the plate")), (WITHDRAW, gettext_lazy("Take the plate down"))],
    )
    programme = forms.ModelChoiceField(Programme.objects.all(), label=gettext_lazy("Programme"))
    day = forms.DateField(
        label=gettext_lazy("From, or last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The first day on which a new plate hangs, or the last day of one that comes down."),
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Only of a new plate that is given for a time; blank: until further notice."),
    )
    granted_by = forms.ModelChoiceField(
        Unit.objects.all(), label=gettext_lazy("Granted by"), required=False, empty_label=gettext_lazy("not stated")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=MAX_REASON,
        help_text=gettext_lazy("Stands beside the change in the history of each station."),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        granted_by: Any = self.fields["granted_by"]
        granted_by.queryset = Unit.objects.visible_to(person(request))
        self.fields["day"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        day, until = values.get("day"), values.get("until")
        if values.get("doing") == GRANT and day and until and until < day:
            self.add_error("until", _("A plate ends on or after the day it starts."))
        return values


@never_cache
@require_POST
def plates(request: HttpRequest) -> HttpResponse:
    try:
        refuse_unless_officer(person(request))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    stations = _stations_of(request)
    form = PlatesForm(request.POST, request=request)
    if request.POST.get("step") == "again" or not form.is_valid():
        return _ask(request, form, stations, is_bad=request.POST.get("step") != "again")
    if request.POST.get("step") == "do":
        return _do(request, form, stations)
    return _preview(request, form, stations)


def _stations_of(request: HttpRequest) -> QuerySet[Station]:
    """Of what the person sees, those that were chosen."""
    try:
        ids = signing.loads(request.POST.get("of", ""), salt=SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    seen: QuerySet[Station] = Station.objects.visible_to(person(request))
    return seen.filter(pk__in=ids)


def _ask(request: HttpRequest, form: PlatesForm, stations: QuerySet[Station], *, is_bad: bool = False) -> HttpResponse:
    context = {"form": form, "is_bad": is_bad, "count": stations.count()}
    return _page(request, "ask", context, status=400 if is_bad else 200)


def _plan(request: HttpRequest, form: PlatesForm, stations: QuerySet[Station]) -> GrantPlan:
    """What granting or withdrawing would do; who is withdrawn from stands where who is granted would."""
    given = form.cleaned_data
    if given["doing"] == GRANT:
        return plan_grant(
            by=person(request),
            programme=given["programme"],
            stations=stations,
            since=given["day"],
            until=given["until"],
        )
    rows = list(stations.order_by("code"))
    mine = in_care_of(person(request), [row.pk for row in rows])
    bearing = set(_hanging(form, rows).values_list("station", flat=True))
    plan = GrantPlan()
    for row in rows:
        group = plan.strange if row.pk not in mine else plan.new if row.pk in bearing else plan.without
        group.append(row)
    return plan


def _hanging(form: PlatesForm, stations: list[Station]) -> QuerySet[Plate]:
    given = form.cleaned_data
    rows: Any = Plate.objects.filter(programme=given["programme"], station__in=[row.pk for row in stations])
    return rows.on(given["day"])  # type: ignore[no-any-return]  # a queryset method


def _preview(
    request: HttpRequest, form: PlatesForm, stations: QuerySet[Station], *, problem: str = "", status: int = 200
) -> HttpResponse:
    plan = _plan(request, form, stations)
    skipped = [
        (_("bear it on one of these days already"), plan.bore_it),
        (_("do not bear it that day"), plan.without),
        (_("closed for good"), plan.closed),
        (_("in the care of other units than yours"), plan.strange),
    ]
    context = {
        "form": form,
        "is_grant": form.cleaned_data["doing"] == GRANT,
        "given": form.cleaned_data,
        "count": len(plan.new),
        "shown": plan.new[:SHOWN],
        "more": max(len(plan.new) - SHOWN, 0),
        "skipped": [(why, rows[:SHOWN], len(rows), max(len(rows) - SHOWN, 0)) for why, rows in skipped if rows],
        "problem": problem,
    }
    return _page(request, "preview", context, status=status)


def _do(request: HttpRequest, form: PlatesForm, stations: QuerySet[Station]) -> HttpResponse:
    given, plan = form.cleaned_data, _plan(request, form, stations)
    try:
        if given["doing"] == GRANT:
            done = grant_plates(
                by=person(request),
                programme=given["programme"],
                stations=plan.new,
                since=given["day"],
                until=given["until"],
                granted_by=given["granted_by"],
                reason=given["reason"],
            )
            count = len(done.plates)
            said = ngettext("The plate hangs at %(count)s station.", "The plate hangs at %(count)s stations.", count)
        else:
            rows = _hanging(form, plan.new)
            count = withdraw_plates(by=person(request), plates=rows, last=given["day"], reason=given["reason"])
            said = ngettext("%(count)s plate comes down.", "%(count)s plates come down.", count)
    except PortalError as error:
        return _preview(request, form, stations, problem=str(error), status=400)
    messages.success(request, said % {"count": count})
    return redirect("admin:stations_station_changelist")


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    around = {"title": _("Plates for many stations"), "opts": Station._meta}
    context = admin.site.each_context(request) | around | context
    return render(request, f"admin/partners/plates/{name}.html", context, status=status)


@admin.action(description=gettext_lazy("Hang or take down a plate…"), permissions=["add"])
def plates_of_chosen(_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
    """Offered to whoever may add a station: the officers."""
    of = signing.dumps(list(queryset.values_list("pk", flat=True)), salt=SALT, compress=True)
    return _ask(request, PlatesForm(request=request, initial={"of": of}), queryset)


extend_stations(actions=(plates_of_chosen,))
