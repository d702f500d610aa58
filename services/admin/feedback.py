"""The queue of reports: what visitors told us, until when it is to be answered, and who looks after it."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from services.admin import feedback_pages as pages
from services.admin.filters import LaidBeforeFilter
from services.choices import WAITING, FeedbackState
from services.models import Feedback
from stations.admin.base import OwnPageAdmin, QueueFilter, person
from stations.admin.filters import MonthFilter, UnitThenFilter


class StateFilter(QueueFilter):
    """A merged report stands with the one it was merged with."""

    begins_with = _("Waiting")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((state.value, state.label) for state in FeedbackState), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset.waiting()
            case "all":
                return queryset.entries()
            case state:
                return queryset.filter(state=state)


class DueFilter(admin.SimpleListFilter):
    title = _("answer due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("overdue", _("Overdue")),
            ("today", _("Today")),
            ("later", _("Later")),
            ("in-time", _("Answered in time")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        match self.value():
            case "overdue":
                return queryset.overdue(today)
            case "today":
                return queryset.filter(due_date=today)
            case "later":
                return queryset.filter(due_date__gt=today)
            case "in-time":
                return queryset.answered_in_time()
        return queryset


class OwnerFilter(admin.SimpleListFilter):
    title = _("looked after by")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("Mine")), ("nobody", _("Nobody's")), ("others", _("Others'"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "me":
                return queryset.filter(owner=person(request))
            case "nobody":
                return queryset.filter(owner=None)
            case "others":
                return queryset.exclude(owner=None).exclude(owner=person(request))
        return queryset


@admin.register(Feedback)
class FeedbackAdmin(OwnPageAdmin):
    """Everybody reads the reports about the stations in their scope; what officers do with one is on its page."""

    list_display = ["about", "due", "state_shown", "station", "voices_shown", "owner", "received_at"]
    list_filter = [StateFilter, DueFilter, OwnerFilter, LaidBeforeFilter, "kind", UnitThenFilter, MonthFilter]
    list_select_related = ["station", "amenity", "owner"]
    read_only_reason = _("Visitors write these reports; officers of the station answer them, each on its own page.")
    search_fields = ["receipt", "station__name", "station__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return rows.with_voices()  # type: ignore[no-any-return]  # a queryset method

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What is due first; of the answered, the last first."""
        return [F("answered_at").desc(nulls_first=True), "due_date", "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, term.replace("-", "").strip())

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name.replace('_', '-')}/", protect(view), name=f"services_feedback_{name}")
            for name, view in pages.PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.entry(request, row)

    @admin.display(description=_("about"))
    def about(self, entry: Any) -> str:
        return f"{entry.get_kind_display()} · {entry.amenity}" if entry.amenity else str(entry.get_kind_display())

    @admin.display(description=_("answer due"), ordering="due_date")
    def due(self, entry: Any) -> str:
        if entry.state in WAITING and entry.due_date < timezone.localdate():
            return format_html('<strong class="overdue">{} · {}</strong>', entry.due_date, _("overdue"))
        return str(entry.due_date)

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, entry: Any) -> str:
        return str(entry.get_state_display())

    @admin.display(description=_("voices"))
    def voices_shown(self, entry: Any) -> int:
        return int(entry.voice_count)
