"""The list of stories; what can be done with one is on its page."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.admin import story_pages as pages
from services.admin import story_steps as steps
from services.models import Story
from services.story_choices import StoryState
from stations.admin.base import OwnPageAdmin, is_officer, person
from stations.admin.filters import MonthFilter, UnitThenFilter


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        mine, gone = ("to-review", _("To be reviewed by me")), ("unagreed", _("Consent has ended"))
        return [mine, *((state.value, state.label) for state in StoryState), gone]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset
            case "to-review":
                return queryset.to_review_by(person(request))
            case "unagreed":
                return queryset.without_consent(timezone.localdate())
            case state:
                return queryset.filter(state=state)


class AboutFilter(admin.SimpleListFilter):
    title = _("about")
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("station", _("a station")), ("partner", _("a partner"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        about = self.value()
        return queryset.exclude(**{about: None}) if about in {"station", "partner"} else queryset


@admin.register(Story)
class StoryAdmin(OwnPageAdmin):
    list_display = ["title", "state", "unit", "station", "written_by", "published_at"]
    list_filter = [StateFilter, AboutFilter, UnitThenFilter, MonthFilter]
    list_select_related = ["unit", "station", "written_by"]
    search_fields = ["title", "slug", "station__name"]
    ordering = ["-written_at", "-pk"]
    read_only_reason = _("Officers of a unit write its stories; what they do with one is on its page.")

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name.replace('_', '-')}/", protect(view), name=f"story_{name}")
            for name, view in (pages.PAGES | steps.STEPS).items()
        ]
        photo = path("<int:pk>/photo/<int:number>/", protect(pages.photo), name="story_picture")
        return [*own, photo, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_officer(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied(self.why_read_only(request))
        return pages.write(request)

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return pages.story_page(request, row)
