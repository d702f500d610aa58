"""What a person may ask for on the report pages."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import EARLIEST, LATEST, Month
from reports.subjects import find_subject
from stations.models import Unit, User

MOST_UNITS = 300


class MonthField(forms.CharField):
    """A month as "2026-10"."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            month = Month.parse(text)
        except ValueError:
            raise forms.ValidationError(_("A month is written YYYY-MM, for example 2026-10.")) from None
        if not EARLIEST <= month <= LATEST:
            limits = {"first": EARLIEST, "last": LATEST}
            raise forms.ValidationError(_("A month lies between %(first)s and %(last)s.") % limits)
        return month


class ReportForm(forms.Form):
    """Which unit or division, and which month. Valid, it has `subject` and `month` in `cleaned_data`."""

    unit = forms.CharField(label=_("Unit"), required=False, widget=forms.Select)
    division = forms.CharField(
        label=_("or division"),
        required=False,
        max_length=9,
        help_text=_("Its code of six or nine digits, for example 370102."),
    )
    month = MonthField(label=_("Month"))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        self.fields["unit"].widget.choices = unit_choices(user)
        self.fields["month"].initial = str(Month.of(timezone.localdate()).plus(-1))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["subject"] = find_subject(self.user, unit=values.get("unit", ""), division=values.get("division", ""))
        if values["subject"] is None and not (values.get("unit") or values.get("division")):
            raise forms.ValidationError(_("Choose a unit or a division."))
        return values


def unit_choices(user: User) -> list[tuple[str, str]]:
    """The highest units that the person sees, indented as a tree; deeper ones are reached by their address."""
    units = Unit.objects.visible_to(user)
    top = units.order_by("depth", "path").values_list("path", "depth", "code", "name")[:MOST_UNITS]
    shown = sorted(top)
    least = min((depth for _path, depth, _code, _name in shown), default=0)
    return [("", "—"), *((code, "　" * (depth - least) + name) for _path, depth, code, name in shown)]
