"""The back office of activities: what is planned, what took place, and what is still to be reported."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.admin.evidence import EvidenceFilter
from services.activity_policies import organises_anywhere
from services.activity_querysets import SOON_DAYS
from services.admin import activity_pages as pages
from services.admin import activity_people as people
from services.admin import activity_steps as steps
from services.admin.activity_month import month
from services.admin.filters import OrganiserFilter
from services.models import Activity
from stations.admin.base import OwnPageAdmin, person
from stations.admin.filters import MonthFilter, UnitThenFilter


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

    change_list_template = "admin/services/activity/list.html"
    by_keyset = True
    read_only_reason = _("Officers and officials plan the activities of their units, on a page of its own.")
    list_display = ["name", "kind", "organiser", "starts_at", "status", "participant_count"]
    list_filter = [WorkFilter, "status", "kind", UnitThenFilter, OrganiserFilter, MonthFilter, EvidenceFilter]
    list_select_related = ["organiser"]
    search_fields = ["title", "code"]
    ordering = ["-starts_at", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return organises_anywhere(person(request))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return pages.plan(request)

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        writes = {
            "cancel": pages.cancel,
            "copy": pages.copy,
            "count": steps.count,
            "report": steps.report,
            "photo-add": steps.photo_add,
            "photo-remove": steps.photo_remove,
            "file-add": steps.file_add,
            "file-remove": steps.file_remove,
            "journey-add": steps.journey_add,
            "journey-seats": steps.journey_seats,
            "journey-remove": steps.journey_remove,
            "call-list": people.call_list,
        }
        own = [
            path("month/", protect(month), name="activity_month"),
            path("<int:pk>/plan/", protect(pages.change), name="activity_plan"),
            path("<int:pk>/sign-ups/", protect(people.sign_ups), name="activity_sign_ups"),
            path("<int:pk>/venue/", protect(people.venue_code), name="activity_venue"),
            path("<int:pk>/file/<int:number>/", protect(steps.file), name="activity_file"),
        ]
        own += [
            path(f"<int:pk>/{name}/", protect(view), name=f"activity_{name.replace('-', '_')}")
            for name, view in writes.items()
        ]
        return [*own, *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.activity(request, row)

    @admin.display(description=_("activity"))
    def name(self, row: Any) -> str:
        """Both languages."""
        return str(row)
