"""Honours of stations, units and people, by level and year: one list, in which each is entered once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stations.actions.honours import HonourFacts, add_honour, remove_honour, update_honour
from stations.admin.base import QueueFilter, ScopedForm, ScopedHistoryAdmin, is_officer, once, person, scope
from stations.admin.filters import MonthFilter, UnitThenFilter
from stations.choices import Role
from stations.forms import WhyField
from stations.models import Honour
from stations.policies import may_edit, may_honour

HOLDERS = ("station", "unit", "person")
FACTS = ("title", "level", "year", "expires_date")


class HonourForm(ScopedForm):
    reason = WhyField()

    class Meta:
        model = Honour
        fields = (*HOLDERS, *FACTS)

    def facts(self) -> HonourFacts:
        facts: HonourFacts = {name: self.cleaned_data[name] for name in FACTS}  # type: ignore[assignment]  # by name
        return facts


class ValidityFilter(QueueFilter):
    begins_with = gettext_lazy("in force")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("expired", _("expired")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        if self.value() == "all":
            return queryset
        return queryset.filter(expires_date__lt=today) if self.value() == "expired" else queryset.in_force(today)


class HolderFilter(admin.SimpleListFilter):
    title = gettext_lazy("awarded to")
    parameter_name = "to"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("station", _("stations")), ("unit", _("units")), ("person", _("persons"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        held = self.value()
        return queryset.exclude(**{held: None}) if held in HOLDERS else queryset


@admin.register(Honour)
class HonourAdmin(ScopedHistoryAdmin):
    """Entered by officers of whoever was awarded it."""

    form = HonourForm
    list_display = ["title", "holder", "level", "year", "expires_date"]
    list_filter = [ValidityFilter, HolderFilter, "level", "year", MonthFilter, UnitThenFilter]
    list_select_related = HOLDERS
    search_fields = ["title", "station__name", "station__code", "unit__name", "person__name"]
    ordering = ["-year", "title", "pk"]
    autocomplete_fields = HOLDERS
    read_only_reason = gettext_lazy("Officers enter the honours of their stations, units and people.")

    @admin.display(description=gettext_lazy("awarded to"))
    def holder(self, honour: Honour) -> str:
        return str(honour.holder)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*HOLDERS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who holds it stays: another one's is another honour."""
        return HOLDERS if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = HOLDERS if obj is None else [name for name in HOLDERS if getattr(obj, name)]
        why = ["reason"] if self.may_write(request, obj) else []
        return [*shown, *FACTS, *why]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return is_officer(request)
        return once(request, ("honour", obj.pk), lambda: self._may_write(request, obj))

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_officer(request) if obj is None else self.may_write(request, obj)

    def _may_write(self, request: HttpRequest, honour: Honour) -> bool:
        by = person(request)
        if honour.station:
            return may_edit(by, honour.station)
        if honour.unit:
            return scope(request).holds(honour.unit.path, Role.OFFICER)
        return honour.person is not None and may_honour(by, honour.person)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by, reason, facts = person(request), form.cleaned_data["reason"], form.facts()
        if change:
            update_honour(by=by, honour=obj, reason=reason, **facts)
            return
        held = {name: form.cleaned_data[name] for name in HOLDERS}
        obj.__dict__.update(add_honour(by=by, reason=reason, **held, **facts).__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove_honour(by=person(request), honour=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for honour in queryset.select_related(*HOLDERS):
            remove_honour(by=person(request), honour=honour)
