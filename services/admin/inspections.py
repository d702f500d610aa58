"""Inspections, and the catalogue of their forms."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from services.actions.catalogue import change_item, remove_item
from services.admin import inspection_pages as pages
from services.choices import InspectionState
from services.models import Inspection, InspectionForm, InspectionItem
from stations.actions.records import save_with_history
from stations.admin.base import OwnPageAdmin, ScopedForm, ScopedInline, person
from stations.admin.catalogues import CatalogueAdmin
from stations.admin.filters import MonthFilter, UnitThenFilter
from stations.facts import CORE, amenity_fact
from stations.models import Amenity


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("Begun by me, not finished")),
            ("finished", _("Finished")),
            ("vetoed", _("Not passed")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "mine":
                return queryset.drafts_of(person(request))
            case "finished":
                return queryset.finished()
            case "vetoed":
                return queryset.filter(is_vetoed=True)
        return queryset


@admin.register(Inspection)
class InspectionAdmin(OwnPageAdmin):
    """Begun at a station, filled in on a page of its own, and read by everybody who sees the station."""

    read_only_reason = _("An inspection begins on the page of a station, under Inspections, and is filled in there.")
    list_display = ["station", "kind", "form", "result", "failed_count", "by", "finished_at"]
    list_filter = [StateFilter, "kind", UnitThenFilter, MonthFilter]
    list_select_related = ["station", "form", "by"]
    search_fields = ["station__name", "station__code"]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What is not finished first, then the last first."""
        return [F("finished_at").desc(nulls_first=True), "-pk"]

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path("start/<slug:code>/", protect(pages.start), name="inspect"),
            path("<int:pk>/save/", protect(pages.save), name="inspection_save"),
            path("<int:pk>/finish/", protect(pages.finish), name="inspection_finish"),
            path("<int:pk>/drop/", protect(pages.drop), name="inspection_drop"),
            path("photo/<int:pk>/", protect(pages.photo), name="inspection_photo"),
        ]
        return [*own, *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.inspection(request, row)

    @admin.display(description=_("result"))
    def result(self, row: Any) -> str:
        if row.state == InspectionState.DRAFT:
            return str(row.get_state_display())
        score = "—" if row.score is None else f"{row.score} %"
        return f"{score} · {_('not passed')}" if row.is_vetoed else score


class ItemForm(ScopedForm):
    """An item is not deleted, since inspections asked it: it is asked no more."""

    is_dropped = forms.BooleanField(label=_("ask it no more"), required=False)

    def clean_facts(self) -> str:
        """Codes that there are: one that nobody knows would confirm nothing, and nobody would notice."""
        asked = dict.fromkeys(self.cleaned_data["facts"].split())
        known = {*CORE, *map(amenity_fact, Amenity.objects.values_list("code", flat=True))} if asked else set()
        if unknown := next((fact for fact in asked if fact not in known), ""):
            raise forms.ValidationError(_("There is no fact “%(fact)s”."), params={"fact": unknown})
        return " ".join(asked)


class ItemInline(ScopedInline):
    """What the form asks now; what it asked before is kept with the inspections that asked it."""

    model = InspectionItem
    form = ItemForm
    can_delete = False
    fields = ["order", "code", "name", "name_en", "severity", "points", "is_veto", "facts", "is_dropped"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only reads drops nothing."""
        return self.fields if self.may_write(request, obj) else self.fields[:-1]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.asked()  # type: ignore[no-any-return]  # a queryset method


@admin.register(InspectionForm)
class InspectionFormAdmin(CatalogueAdmin):
    list_display = ["__str__", "code", "is_offered", "order"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["order", "code"]
    inlines = [ItemInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        by = person(request)
        dropped = [one.instance for one in formset.initial_forms if one.cleaned_data.get("is_dropped")]
        for item in dropped:
            remove_item(item=InspectionItem.objects.get(pk=item.pk), by=by)
        for item, changed in formset.changed_objects:
            if item not in dropped:
                change_item(item=item, by=by, is_other=set(changed) != {"order"})
        for item in formset.new_objects:
            save_with_history(item, by=by, reason="added")
