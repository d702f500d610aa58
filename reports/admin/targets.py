"""Targets: set by a form, with a page of how far each has come and of its parts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.actions.targets import drop_target, save_target
from reports.admin import target_pages as pages
from reports.metrics import METRICS
from reports.models import Target
from reports.querysets import ACTIVE
from reports.targets.policies import may_set, who_sets, why_not_now
from reports.targets.words import amount
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, person, scope
from stations.admin.queues import UnitFilter
from stations.models import Unit

NOT_MEASURED = "—"


class TargetForm(ScopedForm):
    metric = forms.ChoiceField(label=gettext_lazy("What is measured"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("metric")
        if isinstance(field, forms.ChoiceField):
            field.choices = [(metric.code, metric.title) for metric in METRICS.values()]
        if "year" in self.fields and not self.instance.pk:
            self.fields["year"].initial = timezone.localdate().year

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if reason := why_not_now(year, timezone.localdate()):
            raise forms.ValidationError(reason)
        return year


class PaceFilter(admin.SimpleListFilter):
    """The number of the desk leads here."""

    title = gettext_lazy("pace")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("behind", gettext_lazy("Behind, for us to reach")), ("reached", gettext_lazy("Reached"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "behind":
                return queryset.behind(person(request), timezone.localdate().year)
            case "reached":
                return queryset.reached()
        return queryset


class MetricFilter(admin.SimpleListFilter):
    title = gettext_lazy("what is measured")
    parameter_name = "metric"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(metric.code, metric.title) for metric in METRICS.values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(metric=self.value()) if self.value() else queryset


class OfUnitFilter(UnitFilter):
    """Of a unit itself. Offered where a link named it."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(unit=self.unit) if self.unit else queryset.none()


@admin.register(Target)
class TargetAdmin(ScopedHistoryAdmin):
    """Set by officers and officials of a unit, and given by them to the units below."""

    form = TargetForm
    read_only_reason = gettext_lazy("Officers and officials of a unit set its targets, or those of the unit above.")
    list_display = ["about", "unit", "year", "goal_text", "reached", "expected", "pace", "page"]
    list_display_links = ["about"]
    list_filter = [PaceFilter, "year", MetricFilter, OfUnitFilter]
    list_select_related = ["unit", "standing"]
    search_fields = ["unit__name", "campaign"]
    fields = ["campaign", "unit", "metric", "year", "goal", "note"]
    ordering = ["-year", "campaign", "metric", "unit__path", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("unit", "part_of__unit", "standing")

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path("<int:pk>/progress/", protect(pages.progress), name="target_progress"),
            path("<int:pk>/parts/", protect(pages.parts), name="target_parts"),
        ]
        return [*own, *super().get_urls()]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return scope(request).everything or bool(scope(request).paths_as(*ACTIVE))
        return not why_not_now(obj.year, timezone.localdate()) and may_set(person(request), obj)

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_write(request, obj)

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        if obj is None:
            return super().why_read_only(request)
        return why_not_now(obj.year, timezone.localdate()) or who_sets(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What it is about stays: its parts, and what was measured, are of that."""
        return ["unit", "about", "year"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields: Any = super().get_fields(request, obj)
        if obj is None:
            return fields
        told = {"metric": "about"} if self.may_write(request, obj) else {"metric": "about", "goal": "goal_text"}
        return [told.get(name, name) for name in fields]

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name != "unit" or scope(request).everything:
            return super().choices_of(db_field, request)
        own: QuerySet[Any] = Unit.objects.below(scope(request).paths_as(*ACTIVE))
        return own

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_target(target=obj, by=person(request), today=timezone.localdate())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        drop_target(target=obj, by=person(request), today=timezone.localdate())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for target in queryset:
            self.delete_model(request, target)

    @admin.display(description=gettext_lazy("what is measured"), ordering="metric")
    def about(self, row: Any) -> str:
        title = str(METRICS[row.metric].title) if row.metric in METRICS else str(row.metric)
        return f"{row.campaign} · {title}" if row.campaign else title

    @admin.display(description=gettext_lazy("goal"), ordering="goal")
    def goal_text(self, row: Any) -> str:
        return amount(row.metric, row.goal)

    @admin.display(description=gettext_lazy("reached"))
    def reached(self, row: Any) -> str:
        return amount(row.metric, row.standing.value) if hasattr(row, "standing") else NOT_MEASURED

    @admin.display(description=gettext_lazy("expected by then"))
    def expected(self, row: Any) -> str:
        return amount(row.metric, row.standing.expected) if hasattr(row, "standing") else NOT_MEASURED

    @admin.display(description=gettext_lazy("pace"))
    def pace(self, row: Any) -> str:
        if not hasattr(row, "standing") or row.standing.value is None:
            return NOT_MEASURED
        if row.standing.value >= row.goal:
            return _("reached")
        return _("behind") if row.standing.is_behind else _("on pace")

    @admin.display(description=gettext_lazy("progress"))
    def page(self, row: Any) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:target_progress", args=[row.pk]), _("Progress and parts")
        )
