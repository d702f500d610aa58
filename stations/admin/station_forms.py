"""The forms of a station: what an officer types, and which actions it becomes."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stations.actions.showing import add_photo
from stations.actions.stations import (
    Line,
    close_station,
    create_station,
    publish_station,
    resume_station,
    suspend_station,
    update_station,
)
from stations.admin.base import ScopedForm
from stations.admin.places import PlacePicker
from stations.admin.showing import PhotosField
from stations.choices import CalendarPolicy, StationStatus
from stations.forms import LabelledSelect, WhyField
from stations.hours_text import parse_hours
from stations.models import Division, Posting, Schedule, Station, Unit, User
from stations.policies import why_not_become

FACTS = (
    *("name", "host_kind", "address", "phone", "entry_mode", "area_m2", "seats", "is_smart", "counts_by_hour"),
    *("opened_date", "longitude", "latitude"),
)


class StationForm(ScopedForm):
    """The facts of a station. Hours are typed as people write them; stations that open alike share a schedule."""

    opening_hours = forms.CharField(
        label=_("Opening hours"),
        required=False,
        max_length=255,
        help_text=_("As on the door (周一至周五 08:30-17:30) or in the OpenStreetMap grammar. Empty when unknown."),
    )
    calendar_policy = forms.ChoiceField(
        label=_("On public holidays"), choices=CalendarPolicy.choices, initial=CalendarPolicy.STATUTORY
    )
    reason = WhyField()

    class Meta:
        model = Station
        fields: tuple[str, ...] = FACTS
        widgets = {"longitude": PlacePicker, "latitude": forms.NumberInput(attrs={"step": "any"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.schedule:
            self.initial.setdefault("opening_hours", self.instance.schedule.opening_hours)
            self.initial.setdefault("calendar_policy", self.instance.schedule.calendar_policy)

    def clean_opening_hours(self) -> str:
        text: str = self.cleaned_data["opening_hours"]
        if not text or "opening_hours" not in self.changed_data:
            return text
        try:
            return parse_hours(text).opening_hours
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def add_photos(self, by: User) -> None:
        """Those that came with this save; after the others were saved, so that there is room for them."""
        for pictures in self.cleaned_data.get("new_photos", []):
            add_photo(by=by, station=self.instance, pictures=pictures, reason=self.cleaned_data["reason"])

    def facts(self) -> dict[str, Any]:
        """What was typed, as the actions take it."""
        values = {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}
        return values | {"schedule": self._schedule()}

    def _schedule(self) -> Schedule | None:
        if not {"opening_hours", "calendar_policy"} & set(self.changed_data):
            kept: Schedule | None = self.instance.schedule
            return kept
        hours, policy = self.cleaned_data["opening_hours"], self.cleaned_data["calendar_policy"]
        return Schedule.objects.get_or_create(opening_hours=hours, calendar_policy=policy)[0] if hours else None


class NewStationForm(StationForm):
    """A new station also says who runs it; it begins as a draft."""

    operator = forms.ModelChoiceField(Unit.objects.all(), label=_("Operator"), required=False)
    supervisor = forms.ModelChoiceField(
        Unit.objects.all(),
        label=_("Supervisor"),
        required=False,
        help_text=_("Left empty, the union unit nearest to the division."),
    )
    division = forms.ModelChoiceField(Division.objects.all(), label=_("Division"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("operator", "supervisor", "division"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.widget = LabelledSelect(Posting._meta.get_field(name), admin.site)
            field.widget.is_required = field.required
            field.widget.choices = field.choices

    def create(self, by: User) -> Station:
        line = Line(*(self.cleaned_data[name] for name in ("operator", "supervisor", "division")))
        return create_station(by=by, line=line, reason=self.cleaned_data["reason"], **self.facts())


class ChangeStationForm(StationForm):
    """Changes facts, and moves the station between the states of its life."""

    new_photos = PhotosField(
        label=_("Add photos"),
        required=False,
        help_text=_("JPEG, PNG or WebP. The place where a photo was taken is removed from it. Captions follow below."),
    )

    class Meta(StationForm.Meta):
        fields = (*FACTS, "status", "suspended_from", "suspended_until", "suspended_reason")

    def clean_status(self) -> str:
        if "status" not in self.changed_data:
            return str(self.initial["status"])
        status: str = self.cleaned_data["status"]
        if sentence := why_not_become(self.initial["status"], status):
            raise forms.ValidationError(sentence)
        return status

    def clean(self) -> dict[str, Any]:
        """Suspension dates belong to a suspension: leaving it takes them along, so that no one has to empty them."""
        values = super().clean() or self.cleaned_data
        if values.get("status") == StationStatus.SUSPENDED:
            values["suspended_from"] = values.get("suspended_from") or timezone.localdate()
            if not values.get("suspended_reason"):
                self.add_error("suspended_reason", _("Say why; the public reads it."))
        else:
            values |= {"suspended_from": None, "suspended_until": None, "suspended_reason": ""}
        return values

    def update(self, by: User) -> None:
        """The facts first, so that a draft that was just placed can go on the map in the same save."""
        reason: str = self.cleaned_data["reason"]
        update_station(by=by, station=self.instance, reason=reason, **self.facts())
        status = self.cleaned_data["status"]
        suspension = {"suspended_from", "suspended_until", "suspended_reason"}
        if status == self.initial["status"] and not (
            status == StationStatus.SUSPENDED and suspension & set(self.changed_data)
        ):
            return
        self._move(by, status, reason)

    def _move(self, by: User, status: str, reason: str) -> None:
        station = self.instance
        if status == StationStatus.SUSPENDED:
            since: date = self.cleaned_data["suspended_from"]
            until: date | None = self.cleaned_data["suspended_until"]
            suspend_station(
                by=by, station=station, since=since, until=until, reason=self.cleaned_data["suspended_reason"]
            )
        elif status == StationStatus.CLOSED:
            close_station(by=by, station=station, reason=reason)
        elif self.initial["status"] == StationStatus.SUSPENDED:
            resume_station(by=by, station=station, reason=reason)
        else:
            publish_station(by=by, station=station, reason=reason)
