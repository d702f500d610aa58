"""The form by which an activity is planned, or its plan is changed."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.utils.translation import gettext_lazy as _

from partners.models import Partner
from services.activity_choices import ActivityKind
from services.activity_policies import ORGANISING, YEARS
from services.models import Activity
from services.models.activities import MAX_WORDS
from stations.choices import StationStatus
from stations.forms import NAMES, LabelledSelect
from stations.models import Division, Station, Unit, User
from stations.scope import scope_of

MINUTES = "%Y-%m-%dT%H:%M"
FEW_UNITS = 30
"""So many units are offered as a plain list; more are found by typing."""


class Moment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MINUTES)


class Several(AutocompleteSelectMultiple):
    @property
    def media(self) -> forms.Media:
        return super().media + NAMES

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": _("type to search")}


class PlanForm(forms.Form):
    """What is said of an activity beforehand.

    Its page says what it showed, so that of a plan that changes only what the person changed is written.
    """

    kind = forms.ChoiceField(label=_("Kind"), choices=ActivityKind.choices)
    title = forms.CharField(label=_("Title"), max_length=100)
    title_en = forms.CharField(label=_("English title"), max_length=100, required=False)
    organiser = forms.ModelChoiceField(Unit.objects.none(), label=_("Organiser"))
    stations = forms.ModelMultipleChoiceField(Station.objects.none(), label=_("Stations"), required=False)
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False, help_text=_("The address where it is elsewhere, or the room.")
    )
    division = forms.ModelChoiceField(
        Division.objects.all(),
        label=_("Division"),
        required=False,
        help_text=_("Empty: that of the first station, or else of the organiser."),
    )
    starts_at = forms.DateTimeField(label=_("Starts at"), widget=Moment(), input_formats=[MINUTES])
    ends_at = forms.DateTimeField(label=_("Ends at"), widget=Moment(), input_formats=[MINUTES])
    partners = forms.ModelMultipleChoiceField(Partner.objects.none(), label=_("Partners"), required=False)
    description = forms.CharField(
        label=_("What it is about"),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Everybody reads it beforehand."),
    )
    is_public = forms.BooleanField(label=_("In the public calendar"), required=False, initial=True)
    takes_sign_ups = forms.BooleanField(label=_("People sign up"), required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=30_000,
        required=False,
        help_text=_("Empty: no limit. Who comes later is on the waiting list."),
    )
    sign_up_until = forms.DateTimeField(
        label=_("Sign-up until"),
        widget=Moment(),
        input_formats=[MINUTES],
        required=False,
        help_text=_("Empty: until it begins."),
    )

    def __init__(self, *args: Any, by: User, activity: Activity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations: Any = Station.objects.visible_to(by).exclude(status=StationStatus.CLOSED)
        partners: Any = Partner.objects.all().visible_to(by)
        partners = partners.filter(merged_into=None)
        units = units_to_plan_for(by)
        if activity is not None:
            stations = Station.objects.filter(pk__in=stations.values("pk")) | activity.stations.all()
            partners = Partner.objects.filter(pk__in=partners.values("pk")) | activity.partners.all()
            units = Unit.objects.filter(pk__in=units.values("pk")) | Unit.objects.filter(pk=activity.organiser_id)
        self._offer("stations", stations.distinct(), Several)
        self._offer("partners", partners.distinct(), Several)
        self._offer("division", Division.objects.all(), LabelledSelect)
        few = len(units[: FEW_UNITS + 1]) <= FEW_UNITS
        self._offer("organiser", units, None if few else LabelledSelect)
        for field in self.fields.values():
            field.show_hidden_initial = activity is not None

    def _offer(self, name: str, rows: Any, widget: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        if widget is not None:
            field.widget = widget(Activity._meta.get_field(name), admin.site)
            field.widget.choices = field.choices

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for field in ("starts_at", "ends_at", "sign_up_until"):
            if values.get(field) and values[field].year not in YEARS:
                self.add_error(field, _("A moment is written like 2026-11-18T08:30."))
        start, end = values.get("starts_at"), values.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("An activity ends after it starts."))
        if not values.get("stations") and not values.get("place"):
            self.add_error("place", _("Say where: at a station, or an address."))
        return values


class SeriesForm(PlanForm):
    """With how often it is repeated."""

    times = forms.IntegerField(label=_("How many times"), min_value=1, max_value=60, initial=1)
    every_days = forms.IntegerField(
        label=_("Every so many days"), min_value=1, max_value=92, initial=7, help_text=_("7: on the same weekday.")
    )

    def dates(self) -> list[tuple[datetime, datetime]]:
        values = self.cleaned_data
        step = timedelta(days=values["every_days"])
        return [(values["starts_at"] + n * step, values["ends_at"] + n * step) for n in range(values["times"])]


def units_to_plan_for(by: User) -> Any:
    """In tree order, the units for which the person plans."""
    scope = scope_of(by)
    rows: Any = Unit.objects.all()
    return rows if scope.everything else rows.below(scope.paths_as(*ORGANISING))
