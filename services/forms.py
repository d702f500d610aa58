"""The form by which a visitor tells us something. It believes nothing and asks for no name."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from services.choices import ABOUT_EQUIPMENT, FeedbackKind
from services.limits import LONGEST_WAIT, MAX_PHOTO
from services.models.feedback import MAX_TEXT
from stations.choices import Access
from stations.models import Amenity, Station, StationAmenity

DETAILS = {
    "amenity": ABOUT_EQUIPMENT,
    "longitude": (FeedbackKind.WRONG_PLACE,),
    "latitude": (FeedbackKind.WRONG_PLACE,),
    "suggested_hours": (FeedbackKind.WRONG_HOURS,),
}
"""What belongs to some kinds only; without JavaScript the other fields are sent too, and left aside."""


def amenities_of(station: Station) -> Any:
    """What the station is known to have, in the order of the catalogue."""
    there = StationAmenity.objects.filter(station=station).exclude(access=Access.NONE)
    return Amenity.objects.filter(pk__in=there.values("amenity")).order_by("order", "code")


class LinesField(forms.CharField):
    """Text of several lines: a browser counts a line break as one character and sends it as two."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class TellUsForm(forms.Form):
    """`device` is a random word of the device's own making, there only to be counted; it is not kept.

    `waited` are the seconds for which the report was on the device before it could be sent.
    """

    kind = forms.ChoiceField(choices=FeedbackKind.choices)
    amenity = forms.ModelChoiceField(Amenity.objects.none(), to_field_name="code", required=False)
    text = LinesField(max_length=MAX_TEXT, required=False)
    longitude = forms.FloatField(min_value=-180, max_value=180, required=False)
    latitude = forms.FloatField(min_value=-85, max_value=85, required=False)
    suggested_hours = forms.CharField(max_length=200, required=False)
    photo = forms.FileField(required=False, allow_empty_file=True)
    client_key = forms.UUIDField()
    waited = forms.IntegerField(required=False)
    device = forms.CharField(max_length=64, required=False)

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amenity = self.fields["amenity"]
        assert isinstance(amenity, forms.ModelChoiceField)
        amenity.queryset = amenities_of(station)
        amenity.error_messages["invalid_choice"] = _("The station does not have this equipment any more.")
        self.fields["kind"].error_messages["required"] = _("Choose what it is about.")
        for name in ("longitude", "latitude"):
            too_far = _("There is no such place: longitude goes up to 180, latitude up to 85.")
            said = _("A place is written as two numbers, such as 117.02051 and 36.66052.")
            self.fields[name].error_messages |= {"invalid": said, "min_value": too_far, "max_value": too_far}

    def clean_waited(self) -> timedelta:
        return timedelta(seconds=min(max(0, self.cleaned_data["waited"] or 0), LONGEST_WAIT.total_seconds()))

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo and photo.size > MAX_PHOTO:
            raise forms.ValidationError(
                _("The photo is larger than %(most)d MB. Send it without, or a smaller one.")
                % {"most": MAX_PHOTO // 1024**2}
            )
        return photo

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        kind = values.get("kind")
        for name, kinds in DETAILS.items():
            if name in values and kind not in kinds:
                values[name] = "" if name == "suggested_hours" else None
        if (values.get("longitude") is None) != (values.get("latitude") is None) and not self.errors:
            self.add_error("longitude", _("Longitude and latitude go together: give both, or neither."))
        return values
