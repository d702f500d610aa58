"""The back office of activities: what is planned, what took place, and what is still to be reported."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.activity_querysets import SOON_DAYS
from services.admin import activity_pages as pages
from services.admin.filters import MonthFilter, OrganiserFilter, UnitThenFilter
from services.models import Activity
from stations.admin.base import OwnPageAdmin


class WorkFilter(admin.SimpleListFilter):
    """What is still to be done, as on the first page."""

    title = _("work")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("coming", _("To come")),
            ("soon", _("Within %(days)d days") % {"days": SOON_DAYS}),
            ("report", _("Over, not reported")),
            ("held", _("Took place")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        now = timezone.now()
        match self.value():
            case "coming":
                return queryset.upcoming(now)
            case "soon":
                return queryset.starting_within(SOON_DAYS, now)
            case "report":
                return queryset.to_report(now)
            case "held":
                return queryset.took_place()
        return queryset


@admin.register(Activity)
class ActivityAdmin(OwnPageAdmin):
    """Everybody sees what their units organise and what happens at their stations."""

    by_keyset = True
    read_only_reason = _("Officers and officials plan the activities of their units, on a page of its own.")
    list_display = ["title", "kind", "organiser", "starts_at", "status", "participant_count"]
    list_filter = [WorkFilter, "status", "kind", UnitThenFilter, OrganiserFilter, MonthFilter]
    list_select_related = ["organiser"]
    search_fields = ["title", "code"]
    ordering = ["-starts_at", "-pk"]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.activity(request, row)
