"""The list of wishes, and the log of who read what is sealed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from services.admin import wish_pages as pages
from services.admin import wish_steps as steps
from services.models import PersonalReading, Wish
from services.wish_choices import BEFORE_FULFILLED, CAME_TRUE, WishState
from services.wish_querysets import WORK
from stations.admin.base import OwnPageAdmin, QueueFilter, ReadOnlyAdmin, is_officer, person
from stations.admin.filters import MonthFilter, UnitThenFilter


class StateFilter(QueueFilter):
    begins_with = _("Under way")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        came_true = ("true", _("Came true: confirmed or thanked"))
        return [*((state.value, state.label) for state in WishState), came_true, ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset.under_way()
            case "all":
                return queryset
            case "true":
                return queryset.filter(state__in=CAME_TRUE)
            case state:
                return queryset.filter(state=state)


class WorkFilter(admin.SimpleListFilter):
    """What waits for somebody; the numbers of the desk lead here."""

    title = _("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("check", _("To check by me")),
            ("returned", _("Sent back to me")),
            ("offered", _("Somebody offers to fulfil it")),
            ("urgent", _("Needed within a week, or late")),
            ("confirm", _("To be confirmed")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        key = self.value()
        return queryset.work(key, person(request), timezone.localdate()) if key in WORK else queryset


@admin.register(Wish)
class WishAdmin(OwnPageAdmin):
    """Nominated by officers on a page of its own; what can be done with one is on its page."""

    list_display = ["title", "state", "due", "kind", "unit", "nominated_at"]
    list_filter = [StateFilter, WorkFilter, "kind", UnitThenFilter, MonthFilter]
    list_select_related = ["unit"]
    search_fields = ["code", "title"]
    read_only_reason = _("Officers of a unit nominate its wishes; what they do with one is on its page.")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What is under way first, by the day by which it is needed; then the last first."""
        return [F("over_at").desc(nulls_first=True), "needed_by", "pk"]

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name.replace('_', '-')}/", protect(view), name=f"wish_{name}")
            for name, view in (pages.PAGES | steps.STEPS).items()
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_officer(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied(self.why_read_only(request))
        return pages.nominate(request)

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.wish_page(request, row)

    @admin.display(description=_("needed by"), ordering="needed_by")
    def due(self, wish: Wish) -> str:
        if wish.state in BEFORE_FULFILLED and wish.needed_by < timezone.localdate():
            return format_html('<strong class="overdue">{} · {}</strong>', wish.needed_by, _("overdue"))
        return str(wish.needed_by)


@admin.register(PersonalReading)
class PersonalReadingAdmin(ReadOnlyAdmin):
    """Who opened what families and those who help them told us. Nobody changes it."""

    list_display = ["at", "by", "wish", "story", "whose", "why"]
    list_filter = [UnitThenFilter, MonthFilter]
    list_select_related = ["by", "wish", "story", "claim"]
    search_fields = ["by__name", "by__username", "wish__code", "wish__title"]
    ordering = ["-at", "-pk"]
    read_only_reason = _("The portal writes this log itself, whenever somebody opens what is sealed.")

    @admin.display(description=_("whose data"))
    def whose(self, reading: PersonalReading) -> str:
        if reading.story_id:
            return str(_("who agreed to a story"))
        return str(_("who offered to fulfil it") if reading.claim_id else _("the family"))
