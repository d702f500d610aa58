"""The queue of findings: what is wrong at stations, until when it is to be mended, and who looks again."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, F, When
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from services.admin import finding_pages as pages
from services.admin.filters import LaidBeforeFilter
from services.choices import FindingState
from services.models import Finding
from stations.admin.base import OwnPageAdmin, QueueFilter
from stations.admin.filters import MonthFilter, UnitThenFilter


class StateFilter(QueueFilter):
    begins_with = _("Not settled")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((state.value, state.label) for state in FindingState), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset.unsettled()
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)


class DueFilter(admin.SimpleListFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("today", _("Today")), ("in-time", _("Mended in time"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        match self.value():
            case "overdue":
                return queryset.overdue(today)
            case "today":
                return queryset.unsettled().filter(due_date=today)
            case "in-time":
                return queryset.mended_in_time()
        return queryset


@admin.register(Finding)
class FindingAdmin(OwnPageAdmin):
    """Everybody reads the findings of the stations in their scope; what can be done with one is on its page."""

    read_only_reason = _("Findings come from inspections; each is mended and looked at again on its own page.")
    list_display = ["about", "station", "due", "state", "severity", "owner", "escalated_to", "opened_at"]
    list_filter = [StateFilter, DueFilter, LaidBeforeFilter, "severity", UnitThenFilter, MonthFilter]
    list_select_related = ["station", "item", "owner", "escalated_to"]
    search_fields = ["text", "item__name", "station__name", "station__code"]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What is due first; of the settled, the last first."""
        closed_at = Case(When(state=FindingState.CLOSED, then=F("checked_at")))
        return [closed_at.desc(nulls_first=True), "due_date", "pk"]

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path("report/<slug:code>/", protect(pages.report), name="finding_report"),
            path("<int:pk>/hand/", protect(pages.hand), name="finding_hand"),
            path("<int:pk>/mend/", protect(pages.mend), name="finding_mend"),
            path("<int:pk>/check/", protect(pages.check), name="finding_check"),
            path("<int:pk>/photo/<slug:which>/", protect(pages.photo), name="finding_photo"),
        ]
        return [*own, *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.finding(request, row)

    @admin.display(description=_("about"))
    def about(self, row: Any) -> str:
        return f"{row.item} · {row.text}" if row.item and row.text else str(row)

    @admin.display(description=_("due"), ordering="due_date")
    def due(self, row: Any) -> str:
        if row.is_unsettled and row.due_date < timezone.localdate():
            return format_html('<strong class="overdue">{} · {}</strong>', row.due_date, _("overdue"))
        return str(row.due_date) if row.is_unsettled else "—"
