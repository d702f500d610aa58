"""Exceptions to the hours: at the station itself, and in a list of their own for whole units."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.errors import Invalid
from stations.actions.exceptions import add_exception, change_exception, refuse_bad_dates, remove_exception
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, ScopedInline, in_scope, is_officer, once, person, scope
from stations.choices import Role
from stations.exceptions import OFF, exception_hours
from stations.models import HoursException, Station, Unit, User
from stations.policies import may_edit, may_lead

SAID = ("first", "last", "hours", "reason")
HOURS_HELP = _("As on the door (9:00-12:00), or 休息 (off) for closed all day.")


class ExceptionForm(ScopedForm):
    """Dates, hours as people write them, and why; the public reads all of it."""

    class Meta:
        model = HoursException
        fields: tuple[str, ...] = SAID
        help_texts = {"hours": HOURS_HELP, "reason": _("The public reads it.")}

    def clean_hours(self) -> str:
        try:
            return exception_hours(self.cleaned_data["hours"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("first") and values.get("last"):
            self._check(values["first"], values["last"])
        return values

    def _check(self, first: date, last: date) -> None:
        try:
            refuse_bad_dates(first, last)
        except Invalid as error:
            self.add_error(error.field, str(error))
            return
        # In a table below its station, Django leaves the station out, and the database's own rule with it.
        others = HoursException.objects.filter(station=self.instance.station_id, station__isnull=False)
        if others.during(first, last).exclude(pk=self.instance.pk).exists():
            self.add_error(None, _("Another exception covers some of these days. Change that one."))

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SAID}


class UnitExceptionForm(ExceptionForm):
    """For all stations that a unit operates, or a unit below it."""

    class Meta(ExceptionForm.Meta):
        fields = ("unit", *SAID)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.fields["unit"].required = True


class ExceptionInline(ScopedInline):
    """The station's own: they beat those of its units."""

    model = HoursException
    form = ExceptionForm
    fields = [*SAID]
    ordering = ["-first"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("station", "unit")


def save_exceptions(by: User, formset: Any, _reason: str) -> None:
    """What was typed into the inline, as actions; each says its own reason."""
    for row in formset.deleted_objects:
        remove_exception(by=by, exception=row)
    for form in formset.forms:
        if form in formset.deleted_forms or not form.has_changed():
            continue
        if form.instance.pk:
            change_exception(by=by, exception=form.instance, **form.said())
        else:
            add_exception(by=by, owner=formset.instance, **form.said())


class OwnerFilter(admin.SimpleListFilter):
    title = pgettext_lazy("exception", "for")
    parameter_name = "for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("units", _("whole units")), ("stations", _("single stations"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(unit__isnull=self.value() == "stations") if self.value() else queryset


@admin.register(HoursException)
class HoursExceptionAdmin(ScopedHistoryAdmin):
    """New ones are a unit's; a station's own are added on its page and may be changed here as well."""

    form = UnitExceptionForm
    list_display = ["first", "last", "owner", "shown_hours", "reason", "by"]
    list_display_links = ["first", "last"]
    list_filter = [OwnerFilter]
    list_select_related = ["station", "unit", "by"]
    read_only_reason = _("Exceptions to the hours are made by officers, for stations of theirs and units they lead.")
    search_fields = ["reason", "station__name", "unit__name"]
    ordering = ["-first", "-pk"]
    autocomplete_fields = ["unit"]
    readonly_fields = ["owner", "by"]

    @admin.display(description=pgettext_lazy("exception", "for"))
    def owner(self, row: HoursException) -> str:
        return str(row.owner)

    @admin.display(description=_("hours"), ordering="hours")
    def shown_hours(self, row: HoursException) -> str:
        return gettext("closed") if row.hours == OFF else row.hours

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["owner", *SAID, "by"] if obj else ["unit", *SAID]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("station", "unit", "by")

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_officer(request)
        by, owner = person(request), obj.owner
        may = may_edit if isinstance(owner, Station) else may_lead
        return once(request, ("except", obj.pk), lambda: may(by, owner))

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name == "unit" and not scope(request).everything:
            units: QuerySet[Any] = Unit.objects.below(scope(request).paths_as(Role.OFFICER))
            return units
        return in_scope(db_field.remote_field.model, request)

    def get_actions(self, request: HttpRequest) -> Any:
        return {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by = person(request)
        if change:
            change_exception(by=by, exception=obj, **form.said())
        else:
            obj.pk = add_exception(by=by, owner=form.cleaned_data["unit"], **form.said()).pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_exception(by=person(request), exception=obj)
