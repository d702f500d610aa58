"""What a person may ask for on the report pages."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import EARLIEST, LATEST, Month
from partners.models import Programme
from reports.periods import Period
from reports.questions import Question
from reports.subjects import find_subject
from stations.choices import HostKind
from stations.models import Unit, User

MOST_UNITS = 300
MOST_MONTHS = 24


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


class SubjectForm(forms.Form):
    """Which unit or division, and which of its stations. Valid, it has `subject` in `cleaned_data`."""

    unit = forms.CharField(label=_("Unit"), required=False, widget=forms.Select)
    division = forms.CharField(
        label=_("or division"),
        required=False,
        max_length=9,
        help_text=_("Its code of six or nine digits, for example 370102."),
    )
    programme = forms.SlugField(label=_("Only the programme"), required=False, widget=forms.Select)
    host = forms.ChoiceField(label=_("Only the kind of host"), required=False, choices=[("", "—"), *HostKind.choices])

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        units = unit_choices(user)
        self.fields["unit"].widget.choices = units
        self.fields["unit"].initial = units[1][0] if len(units) > 1 else ""  # the highest: most have one
        programmes = [("", "—"), *((one.code, str(one)) for one in Programme.objects.all())]
        self.fields["programme"].widget.choices = programmes

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        code, only = values.get("programme"), {"host_kind": values.get("host", "")}
        programme = Programme.objects.filter(code=code).first() if code else None
        if code and programme is None:
            raise forms.ValidationError(_("There is no such programme."))
        who = {"unit": values.get("unit", ""), "division": values.get("division", "")}
        values["subject"] = find_subject(self.user, **who, **only, programme=programme)
        if values["subject"] is None and not (values.get("unit") or values.get("division")):
            raise forms.ValidationError(_("Choose a unit or a division."))
        return values


class ReportForm(SubjectForm):
    """Also which month. Valid, it has `period` and `against` in `cleaned_data`, too."""

    month = MonthField(label=_("Month"))
    until = MonthField(label=_("to (several months)"), required=False)
    against = MonthField(label=_("Compared with, from"), required=False)
    field_order = ("unit", "division", "month", "until", "against", "programme", "host")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["month"].initial = str(Month.of(timezone.localdate()).plus(-1))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        return values | self._spans(values.get("month"), values.get("until"), values.get("against"))

    def _spans(self, month: Month | None, until: Month | None, against: Month | None) -> dict[str, Period | None]:
        """The months asked for, and as many of those that they are compared with."""
        if month is None:
            return {"period": None, "against": None}
        last = until or month
        if last < month:
            raise forms.ValidationError(_("The last month comes before the first."))
        period = Period(month, last)
        if period.length > MOST_MONTHS:
            raise forms.ValidationError(_("At most %(count)d months at a time.") % {"count": MOST_MONTHS})
        return {"period": period, "against": period.plus(_apart(month, against)) if against else None}

    @property
    def question(self) -> Question | None:
        """Of a valid form; None if the subject does not exist for the person."""
        subject = self.cleaned_data["subject"]
        return Question(subject, self.cleaned_data["period"], self.cleaned_data["against"]) if subject else None

    @property
    def has_more(self) -> bool:
        """Whether one of the fields is filled in that most people need not."""
        return any(self[name].value() for name in MORE)

    @property
    def usual_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in MORE]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in MORE]


MORE = ("until", "against", "programme", "host")


class MomentForm(SubjectForm):
    """Also a day and an hour. Valid, it has `at` in `cleaned_data`, too; what is left open is that of `usual`."""

    date = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    time = forms.TimeField(label=_("Time"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    field_order = ("unit", "division", "date", "time", "programme", "host")

    def __init__(self, data: Any, *, user: User, usual: datetime) -> None:
        moment = timezone.localtime(usual)
        usually = {"date": f"{moment:%Y-%m-%d}", "time": f"{moment:%H:%M}"}
        if data is not None:
            data = data.dict()
            data |= {name: data.get(name) or value for name, value in usually.items()}
        super().__init__(data, user=user)
        self.initial = usually

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if not EARLIEST.first <= day <= LATEST.last:
            limits = {"first": EARLIEST.first, "last": LATEST.last}
            raise forms.ValidationError(_("A day lies between %(first)s and %(last)s.") % limits)
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        day, hour = values.get("date"), values.get("time")
        if day is None or hour is None:
            return values
        return values | {"at": timezone.make_aware(datetime.combine(day, hour))}


def _apart(month: Month, other: Month) -> int:
    return (other.year - month.year) * 12 + other.number - month.number


def unit_choices(user: User) -> list[tuple[str, str]]:
    """The highest units that the person sees, indented as a tree; deeper ones are reached by their address."""
    units = Unit.objects.visible_to(user)
    top = units.order_by("depth", "path").values_list("path", "depth", "code", "name")[:MOST_UNITS]
    shown = sorted(top)
    least = min((depth for _path, depth, _code, _name in shown), default=0)
    return [("", "—"), *((code, "　" * (depth - least) + name) for _path, depth, code, name in shown)]
