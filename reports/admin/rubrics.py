"""Rubrics: edited while they are drafts, put in force, and followed by new versions."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, ForeignKey, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.actions.rubrics import drop_item, new_version, put_in_force, save_item, save_rubric, wrong_with
from reports.models import Rubric, RubricItem
from reports.querysets import ACTIVE
from reports.stars.choices import RubricState
from reports.stars.inputs import SOURCES
from reports.stars.policies import may_write_rubric, why_not_written
from services.fields import text_of
from stations.admin.base import QueueFilter, ScopedForm, ScopedHistoryAdmin, ScopedInline, in_scope, person, scope
from stations.admin.steps import step
from stations.models import Unit


class RubricStateFilter(QueueFilter):
    begins_with = gettext_lazy("Drafts and in force")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("retired", RubricState.RETIRED.label), ("all", gettext_lazy("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "all":
                return queryset
            case "retired":
                return queryset.filter(state=RubricState.RETIRED)
        return queryset.exclude(state=RubricState.RETIRED)


class RubricItemForm(ScopedForm):
    source = forms.ChoiceField(label=gettext_lazy("Figure"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("source")
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *((source.code, source.title) for source in SOURCES.values())]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        asked = RubricItem(source=values.get("source", ""), detail=values.get("detail") or "")
        if values.get("source") and (why := wrong_with(asked)):
            raise forms.ValidationError({"detail": why})
        return values


class RubricItemInline(ScopedInline):
    model = RubricItem
    form = RubricItemForm
    fields = [
        *("order", "source", "detail", "name", "name_en", "weight"),
        *("full_at", "zero_at", "veto_at", "veto_star"),
    ]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or not why_not_written(person(request), obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only reads is told the figure by its title, not by its code."""
        if self.may_write(request, obj):
            return self.fields
        return ["figure" if name == "source" else name for name in self.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if self.may_write(request, obj) else ("figure",)

    @admin.display(description=gettext_lazy("figure"))
    def figure(self, row: Any) -> str:
        return str(SOURCES[row.source].title) if row.source in SOURCES else str(row.source)


@admin.register(Rubric)
class RubricAdmin(ScopedHistoryAdmin):
    """Everybody reads by what stations of theirs are assessed."""

    change_form_template = "admin/reports/rubric/change_form.html"
    inlines = [RubricItemInline]
    read_only_reason = gettext_lazy("Officers and officials of a unit write its rubrics.")
    list_display = ["__str__", "unit", "state", "items_count", "five_from", "four_from", "valid_months"]
    list_filter = [RubricStateFilter]
    list_select_related = ["unit"]
    search_fields = ["name", "name_en", "unit__name"]
    ordering = ["name", "-version", "pk"]
    fields = [
        *("name", "name_en", "unit", "state"),
        ("five_from", "four_from", "three_from", "two_from", "one_from"),
        ("valid_months", "objection_days"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(items_count=Count("items"))
        return rows

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path("<int:pk>/put-in-force/", protect(put), name="rubric_put"),
            path("<int:pk>/new-version/", protect(follow), name="rubric_follow"),
        ]
        return [*own, *super().get_urls()]

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return not why_not_written(person(request), obj)
        return scope(request).everything or bool(scope(request).paths_as(*ACTIVE))

    def why_read_only(self, request: HttpRequest, obj: Any = None) -> str:
        return why_not_written(person(request), obj) if obj else super().why_read_only(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["state", "unit"] if obj else ["state"]

    def choices_of(self, db_field: ForeignKey[Any, Any], request: HttpRequest) -> QuerySet[Any]:
        if db_field.name != "unit" or scope(request).everything:
            return super().choices_of(db_field, request)
        own: QuerySet[Any] = Unit.objects.below(scope(request).paths_as(*ACTIVE))
        return own

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        own = Unit.objects.below(scope(request).paths_as(*ACTIVE)) if not scope(request).everything else None
        tools = {
            "may_put": row is not None and not why_not_written(person(request), row),
            "may_follow": row is not None and row.state != RubricState.DRAFT and may_write_rubric(person(request), row),
            "may_make_own": row is not None and row.state != RubricState.DRAFT and own is not None and own.exists(),
            "own_units": list(own[:50]) if row is not None and own is not None else [],
        }
        return super().change_view(request, object_id, form_url, tools | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_rubric(rubric=obj, by=person(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for item in formset.deleted_objects:
            drop_item(item=item, by=person(request))
        for item in [*(row for row, _changed in formset.changed_objects), *formset.new_objects]:
            save_item(item=item, by=person(request))

    @admin.display(description=gettext_lazy("items"))
    def items_count(self, row: Any) -> int:
        return int(row.items_count)


def _find(request: HttpRequest, pk: int) -> Rubric:
    return get_object_or_404(in_scope(Rubric, request).select_related("unit"), pk=pk)


def _address(found: Rubric) -> str:
    return reverse("admin:reports_rubric_change", args=[found.pk])


@step(_find, _address)
def put(request: HttpRequest, found: Rubric) -> tuple[str, str]:
    put_in_force(rubric=found, by=person(request))
    return _("It is in force: stations are assessed by it from now on."), _address(found)


@step(_find, _address)
def follow(request: HttpRequest, found: Rubric) -> tuple[str, str]:
    """Of the same unit, or of one that is named."""
    code = text_of(request, "unit")
    unit = Unit.objects.visible_to(person(request)).filter(code=code).first() if code else found.unit
    made = new_version(rubric=found, unit=unit, by=person(request))
    return _("A draft with the same items: change it, then put it in force."), _address(made)
