"""The calendar of public holidays: kept by officials, read by everybody."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stations.actions.calendar import MOST_DAYS, announce_days, forget_day
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, once, person
from stations.models import CalendarDay
from stations.policies import may_keep_calendar

SAID = ("kind", "name", "status")


class DaysForm(ScopedForm):
    """A holiday of several days is entered at once."""

    last = forms.DateField(
        label=_("last day"),
        required=False,
        widget=admin.widgets.AdminDateWidget,
        help_text=_("Empty for a single day. Days that are entered already are changed."),
    )

    class Meta:
        model = CalendarDay
        fields = ("date", *SAID)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        first, last = values.get("date"), values.get("last")
        if first and last and not 0 <= (last - first).days < MOST_DAYS:
            self.add_error("last", _("The last day follows the first one within a month."))
        return values

    def validate_unique(self) -> None:
        """A day that is there already is changed, not refused."""


class DayForm(ScopedForm):
    class Meta:
        model = CalendarDay
        fields = SAID


@admin.register(CalendarDay)
class CalendarDayAdmin(ScopedHistoryAdmin):
    list_display = ["date", "kind", "name", "status"]
    list_filter = ["kind", "status"]
    search_fields = ["name"]
    ordering = ["-date"]
    read_only_reason = _("The calendar of public holidays is one for all: union officials and administrators keep it.")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs | {"form": DayForm if obj else DaysForm})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["date", *SAID] if obj else [("date", "last"), *SAID]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Another day is another row."""
        return ["date"] if obj else []

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return once(request, "calendar", lambda: may_keep_calendar(person(request)))

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        return {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        first = obj.date
        last = form.cleaned_data.get("last") or first
        said = {name: form.cleaned_data[name] for name in SAID}
        announce_days(by=person(request), first=first, last=last, **said)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        forget_day(by=person(request), day=obj)
