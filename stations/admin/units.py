"""Units in the order of their tree."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from stations.admin import unit_moves
from stations.admin.base import ScopedForm, ScopedHistoryAdmin, person
from stations.admin.registry import UNIT_ACTIONS, UNIT_FILTERS
from stations.models import Unit
from stations.policies import may_lead, may_move


class UnitForm(ScopedForm):
    """A new unit is put below another one; moving a unit is a dated act with a page of its own."""

    parent = forms.ModelChoiceField(
        Unit.objects.all(), label=_("below"), required=False, help_text=_("Empty for the top of a hierarchy.")
    )

    class Meta:
        model = Unit
        fields = ["code", "name", "short_name", "kind", "division"]


@admin.register(Unit)
class UnitAdmin(ScopedHistoryAdmin):
    form = UnitForm
    list_display = ["in_tree", "code", "kind", "division"]
    list_filter = UNIT_FILTERS
    list_select_related = ["division"]
    search_fields = ["name", "short_name", "code"]
    ordering = ["path"]
    read_only_reason = _("Administrators keep the tree of units; lists of units are taken in under Import a list.")
    actions = UNIT_ACTIONS
    autocomplete_fields = ["division"]

    @admin.display(description=_("name"))
    def in_tree(self, unit: Unit) -> SafeString:
        return format_html('<span class="tree tree-{}">{}</span>', min(unit.depth, 8), unit.name)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        unit = context.get("original")
        by = person(request)
        leads = {
            "may_lead": unit is not None and may_lead(by, unit),
            "may_move": unit is not None and may_move(by, unit),
        }
        return super().render_change_form(request, context | leads, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/move/", self.admin_site.admin_view(unit_moves.move), name="stations_unit_move"),
            *super().get_urls(),
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        own = ["code", "name", "short_name", "kind", "division"]
        return own if obj else ["parent", *own]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        elif parent := form.cleaned_data["parent"]:
            Unit.objects.add_child(parent, instance=obj)
        else:
            Unit.objects.add_root(instance=obj)
