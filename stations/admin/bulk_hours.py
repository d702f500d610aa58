"""New opening hours for a unit's stations, or for those chosen in the list: asked for, shown, and only then written.

Everything travels in the form, so that the page works without a script and in two windows at once.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from harbor_portal.lib.errors import Invalid, PortalError, Refused, StaleState
from stations.actions.bulk_hours import SHOWN, HoursPlan, NewHours, change_hours, in_care, plan_hours, read_hours
from stations.actions.records import MAX_REASON
from stations.admin.base import person
from stations.admin.registry import extend_stations
from stations.choices import CalendarPolicy, StationStatus
from stations.models import Schedule, Station, Unit
from stations.policies import refuse_unless_officer

SALT, SEEN_SALT = "stations.hours", "stations.hours.seen"
"""One for which stations are meant, another for how they were seen: neither stands for the other."""
UNKNOWN = "unknown"
"""In the form: stations of whose hours nothing is known."""
MOST_DIGITS = 18
"""As a database integer holds."""


class PresentHours(forms.MultipleChoiceField):
    """Takes what the page offered, also if no station has these hours any more."""

    def valid_value(self, value: Any) -> bool:
        return value == UNKNOWN or (value.isascii() and value.isdecimal() and len(value) < MOST_DIGITS)


class HoursForm(forms.Form):
    """Hours as on the door, and which stations are meant by the hours that they have now."""

    of = forms.CharField(widget=forms.HiddenInput)
    only = PresentHours(
        label=gettext_lazy("Only stations that have these hours now"), widget=forms.CheckboxSelectMultiple
    )
    opening_hours = forms.CharField(
        label=gettext_lazy("New opening hours"),
        max_length=255,
        help_text=gettext_lazy("As on the door (周一至周五 08:30-17:30) or in the OpenStreetMap grammar."),
    )
    calendar_policy = forms.ChoiceField(label=gettext_lazy("On public holidays"), choices=CalendarPolicy.choices)
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=MAX_REASON,
        help_text=gettext_lazy("Stands beside the change in the history of each station."),
    )

    def __init__(self, *args: Any, stations: QuerySet[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only: Any = self.fields["only"]
        only.choices = list(_present_hours(stations))
        only.initial = [key for key, _label in only.choices]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("opening_hours") and values.get("calendar_policy"):
            try:
                values["new"] = read_hours(values["opening_hours"], values["calendar_policy"])
            except Invalid as error:
                self.add_error("opening_hours", str(error))
        return values

    @property
    def schedules(self) -> set[int | None]:
        return {None if key == UNKNOWN else int(key) for key in self.cleaned_data["only"]}


def _present_hours(stations: QuerySet[Station]) -> Any:
    """The hours that these stations have, the most frequent first, as choices of the form. Two queries."""
    counts: Any = stations.order_by().values("schedule").annotate(count=Count("pk"))
    rows = list(counts.order_by("-count", F("schedule").asc(nulls_last=True)))
    schedules = Schedule.objects.in_bulk([row["schedule"] for row in rows if row["schedule"]])
    for row in rows:
        known = schedules.get(row["schedule"])
        told = f"{known.opening_hours} · {known.get_calendar_policy_display()}" if known else _("hours not known")
        yield str(row["schedule"] or UNKNOWN), f"{told} ({row['count']})"


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """`?unit=` begins with all that the unit runs or supervises; the action of the list with those chosen."""
    try:
        refuse_unless_officer(person(request))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    of = request.POST.get("of", "") or _unit_token(request)
    stations = _stations_of(request, of)
    if request.method != "POST":
        return _ask(request, HoursForm(stations=_changeable(request, stations), initial={"of": of}), stations)
    form = HoursForm(request.POST, stations=_changeable(request, stations))
    if request.POST.get("step") == "again" or not form.is_valid():
        return _ask(request, form, stations, is_bad=request.POST.get("step") != "again")
    if request.POST.get("step") == "change":
        return _change(request, form, stations)
    return _preview(request, form, stations)


def _unit_token(request: HttpRequest) -> str:
    unit = Unit.objects.visible_to(person(request)).filter(code=request.GET.get("unit", "").replace("\0", "")).first()
    if unit is None:
        raise Http404
    return signing.dumps({"unit": unit.pk}, salt=SALT)


def _stations_of(request: HttpRequest, of: str) -> QuerySet[Station]:
    """Of what the person sees, those that are meant."""
    seen: QuerySet[Station] = Station.objects.visible_to(person(request))
    try:
        asked = signing.loads(of, salt=SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    if "unit" not in asked:
        return seen.filter(pk__in=asked["ids"])
    unit = Unit.objects.visible_to(person(request)).filter(pk=asked["unit"]).first()
    if unit is None:
        raise Http404
    return seen.filter(pk__in=Station.objects.in_units((unit.path,)).values("pk"))


def _changeable(request: HttpRequest, stations: QuerySet[Station]) -> QuerySet[Station]:
    mine = in_care(stations, person(request))
    rows = stations.exclude(status=StationStatus.CLOSED)
    return rows if mine is None else rows.filter(pk__in=mine)


def _ask(request: HttpRequest, form: HoursForm, stations: QuerySet[Station], *, is_bad: bool = False) -> HttpResponse:
    context = {"form": form, "is_bad": is_bad, "count": stations.count()}
    return _page(request, "ask", context, status=400 if is_bad else 200)


def _preview(
    request: HttpRequest, form: HoursForm, stations: QuerySet[Station], *, problem: str = "", status: int = 200
) -> HttpResponse:
    new: NewHours = form.cleaned_data["new"]
    plan = plan_hours(stations=stations, new=new, by=person(request), only=form.schedules)
    context = {
        "form": form,
        "new": new,
        "plan": plan,
        "skipped": [(why, rows[:SHOWN], len(rows), max(len(rows) - SHOWN, 0)) for why, rows in plan.skipped.items()],
        "seen": _seen_token(plan),
        "problem": problem,
    }
    return _page(request, "preview", context, status=status)


def _seen_token(plan: HoursPlan) -> str:
    """By the present hours the stations that have them: as small as it gets, and nobody else can have written it."""
    groups = [
        [group.schedule.pk if group.schedule else None, [station.pk for station in group.stations]]
        for group in plan.groups
    ]
    return signing.dumps(groups, salt=SEEN_SALT, compress=True)


def _change(request: HttpRequest, form: HoursForm, stations: QuerySet[Station]) -> HttpResponse:
    try:
        groups = signing.loads(request.POST.get("seen", ""), salt=SEEN_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    seen = {pk: schedule for schedule, ids in groups for pk in ids}
    new, reason = form.cleaned_data["new"], form.cleaned_data["reason"]
    try:
        count = change_hours(seen=seen, new=new, reason=reason, by=person(request))
    except PortalError as error:
        status = 409 if isinstance(error, StaleState) else 400
        return _preview(request, form, stations, problem=str(error), status=status)
    sentence = ngettext("%(count)s station has new hours.", "%(count)s stations have new hours.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("admin:stations_station_changelist")


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    around = {"title": _("New hours for many stations"), "opts": Station._meta}
    context = admin.site.each_context(request) | around | context
    return render(request, f"admin/stations/hours/{name}.html", context, status=status)


@admin.action(description=gettext_lazy("New opening hours…"), permissions=["add"])
def new_hours(_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
    """Offered to whoever may add a station: the officers."""
    of = signing.dumps({"ids": list(queryset.values_list("pk", flat=True))}, salt=SALT, compress=True)
    stations = _stations_of(request, of)
    return _ask(request, HoursForm(stations=_changeable(request, stations), initial={"of": of}), stations)


extend_stations(actions=(new_hours,))
