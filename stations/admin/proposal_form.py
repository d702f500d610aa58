"""The form on which a keeper proposes what shall be told of the station: it begins with what stands there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.errors import Invalid
from stations.admin.places import PlacePicker
from stations.choices import Access, CalendarPolicy, EntryMode
from stations.fact_values import PLAIN
from stations.facts import AMENITY_PREFIX, HOURS, PLACE, amenity_fact
from stations.models import Amenity
from stations.models.change_requests import LONGEST_REASON

UNKNOWN = ("", _("not told"))


class ProposalForm(forms.Form):
    """Whatever is left as it stands is not proposed."""

    name = forms.CharField(label=PLAIN["name"], max_length=100)
    phone = forms.CharField(label=PLAIN["phone"], max_length=100, required=False)
    entry_mode = forms.ChoiceField(label=PLAIN["entry_mode"], choices=EntryMode.choices)
    seats = forms.IntegerField(label=PLAIN["seats"], min_value=0, max_value=32767, required=False)
    area_m2 = forms.DecimalField(label=PLAIN["area_m2"], min_value=0, max_digits=7, decimal_places=1, required=False)
    opening_hours = forms.CharField(
        label=_("Opening hours"),
        required=False,
        max_length=255,
        help_text=_("As on the door (周一至周五 08:30-17:30) or in the OpenStreetMap grammar. Empty when unknown."),
    )
    calendar_policy = forms.ChoiceField(
        label=_("On public holidays"), choices=CalendarPolicy.choices, initial=CalendarPolicy.STATUTORY
    )
    address = forms.CharField(label=PLAIN["address"], max_length=200)
    longitude = forms.FloatField(label=_("Longitude"), required=False, widget=PlacePicker)
    latitude = forms.FloatField(label=_("Latitude"), required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    reason = forms.CharField(
        label=_("Why?"), max_length=LONGEST_REASON, help_text=_("Your officer reads it; it stands in the history.")
    )
    photo = forms.FileField(
        label=_("A photo, if it helps"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("Of the notice on the door, for instance. Only staff see it."),
    )

    def __init__(self, data: Any, files: Any, *, values: dict[str, Any]) -> None:
        super().__init__(data, files, initial=_initial(values))
        amenities = list(Amenity.objects.all())
        for amenity in amenities:
            what = amenity_fact(amenity.code)
            self.fields[what] = forms.ChoiceField(
                label=str(amenity), choices=[UNKNOWN, *Access.choices], required=False, initial=values.get(what)
            )
        told = [amenity_fact(amenity.code) for amenity in amenities if amenity_fact(amenity.code) in values]
        self.equipment = [self[what] for what in told]
        self.more_equipment = [
            self[name] for name in self.fields if name.startswith(AMENITY_PREFIX) and name not in told
        ]

    def proposed(self) -> dict[str, Any]:
        """As the action takes it: everything on the form, whether it differs or not."""
        data = self.cleaned_data
        area = data["area_m2"]
        values = {name: data[name] for name in PLAIN} | {"area_m2": None if area is None else f"{area.normalize():f}"}
        hours = {"opening_hours": data["opening_hours"], "calendar_policy": data["calendar_policy"]}
        values[HOURS] = hours if data["opening_hours"] else None
        place = {"longitude": data["longitude"], "latitude": data["latitude"]}
        values[PLACE] = None if place == {"longitude": None, "latitude": None} else place
        return values | {name: data[name] or None for name in data if name.startswith(AMENITY_PREFIX)}

    def refuse(self, error: Invalid) -> None:
        """Put the sentence beside the field that it is about."""
        field = {HOURS: "opening_hours", PLACE: "longitude"}.get(error.field, error.field)
        self.add_error(field if field in self.fields else None, str(error))


def _initial(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in PLAIN} | (values[HOURS] or {}) | (values[PLACE] or {})
