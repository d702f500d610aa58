"""The queue of stations that may be one place; each row leads to the page on which the two stand beside each other."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from stations.admin.base import ReadOnlyAdmin, is_officer
from stations.models import PossibleDuplicate


class StateFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("to be looked at")), ("apart", _("told apart"))]

    def choices(self, changelist: Any) -> Any:
        """Without "all", which is what nobody asks for."""
        wanted = self.value() or "waiting"
        for key, title in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: key})
            yield {"selected": key == wanted, "query_string": query, "display": title}

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.told_apart() if self.value() == "apart" else queryset.waiting()


@admin.register(PossibleDuplicate)
class PossibleDuplicateAdmin(ReadOnlyAdmin):
    read_only_reason = _("Pairs are found by themselves. Officers of both stations merge them, or tell them apart.")
    list_display = ["compare", "pair", "other", "apart", "told_apart_by"]
    list_display_links = None
    list_filter = [StateFilter]
    list_select_related = ["first", "second", "told_apart_by"]
    search_fields = ["first__name", "first__code", "second__name", "second__code"]
    ordering = ["metres", "pk"]
    fields = ("pair", "other", "apart", "told_apart_by", "told_apart_at", "compare")
    readonly_fields = fields

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = {"title": _("Possible duplicates: two stations within 30 m")}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = [
            name
            for name in super().get_list_display(request)
            if name != "told_apart_by" or request.GET.get("state") == "apart"
        ]
        return shown if is_officer(request) else [name for name in shown if name != "compare"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("first", "second", "told_apart_by")

    @admin.display(description=_("station"))
    def pair(self, row: PossibleDuplicate) -> str:
        return f"{row.first.name} ({row.first.code})"

    @admin.display(description=_("other station"))
    def other(self, row: PossibleDuplicate) -> str:
        return f"{row.second.name} ({row.second.code})"

    @admin.display(description=_("distance"), ordering="metres")
    def apart(self, row: PossibleDuplicate) -> str:
        return f"{row.metres:.0f} m"

    @admin.display(description=_("merge"))
    def compare(self, row: PossibleDuplicate) -> SafeString:
        """The younger one goes, unless somebody turns it round."""
        query = urlencode({"duplicate": row.second.code, "into": row.first.code})
        return format_html('<a href="{}?{}">{}</a>', reverse("admin:merge_stations"), query, _("Compare and merge"))
