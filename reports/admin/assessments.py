"""Assessments of stations, and the stars that came of them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.months import Month
from reports.admin import round_pages as rounds
from reports.admin import star_pages as stars
from reports.models import Assessment, AssessmentRound
from reports.querysets import ACTIVE
from reports.stars.choices import RoundState
from reports.stars.words import BY_NAME, as_choice, in_stars
from stations.admin.base import OwnPageAdmin, QueueFilter, person, scope
from stations.admin.queues import UnitFilter
from stations.models import Station


class RoundFilter(QueueFilter):
    begins_with = gettext_lazy("Proposed and decided")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("to-decide", gettext_lazy("To be decided by us")), ("all", gettext_lazy("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "all":
                return queryset
            case "to-decide":
                return queryset.to_decide(person(request), timezone.localdate())
        return queryset.exclude(state=RoundState.DROPPED)


@admin.register(AssessmentRound)
class AssessmentRoundAdmin(OwnPageAdmin):
    """Opened, and decided, on pages of their own."""

    read_only_reason = gettext_lazy("Officers and officials of a unit assess its stations, on a page of its own.")
    list_display = ["title", "unit", "rubric", "months", "state", "objections_until", "is_public"]
    list_filter = [RoundFilter]
    list_select_related = ["unit", "rubric"]
    search_fields = ["title", "unit__name"]
    ordering = ["-opened_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{name.replace('_', '-')}/", protect(view), name=f"round_{name}")
            for name, view in rounds.STEPS.items()
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return scope(request).everything or bool(scope(request).paths_as(*ACTIVE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return rounds.begin(request)

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return rounds.page(request, row)

    @admin.display(description=gettext_lazy("months"), ordering="first")
    def months(self, row: Any) -> str:
        return f"{Month.of(row.first)} – {Month.of(row.last)}"


class StarWorkFilter(QueueFilter):
    """The numbers of the desk lead here."""

    title = gettext_lazy("which")
    parameter_name = "work"
    begins_with = gettext_lazy("In force today")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("falling", gettext_lazy("About to fall, at our stations")),
            ("lowered", gettext_lazy("Proposed with fewer stars, at our stations")),
            ("objections", gettext_lazy("With an objection to decide by us")),
            ("expiring", gettext_lazy("Expiring within 60 days")),
            ("all", gettext_lazy("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today, user = timezone.localdate(), person(request)
        match self.value():
            case "falling":
                return queryset.falling(today).cared_for_by(user)
            case "lowered":
                return queryset.lowered().cared_for_by(user)
            case "objections":
                return queryset.objected_to(user)
            case "expiring":
                return queryset.expiring(today)
            case None:
                return queryset.in_force(today)
        return queryset


class StarFilter(admin.SimpleListFilter):
    title = gettext_lazy("stars")
    parameter_name = "star"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, as_choice(star)) for name, star in BY_NAME.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        name = self.value()
        if name is None:
            return queryset
        return queryset.filter(star=BY_NAME[name]) if name in BY_NAME else queryset.none()


class OfUnitFilter(UnitFilter):
    """Of the stations that a unit, with all below it, operates or supervises today."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        mine = Station.objects.in_units((self.unit.path,)) if self.unit else Station.objects.none()
        return queryset.filter(station__in=mine)


class OfRoundFilter(admin.SimpleListFilter):
    """Offered where a link named the assessment."""

    title = gettext_lazy("assessment")
    parameter_name = "round"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        asked = self.used_parameters.get(self.parameter_name)
        text = asked[-1] if isinstance(asked, list) else asked
        return [(str(text), str(text))] if text else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        text = str(self.value() or "")
        if not text:
            return queryset
        return queryset.filter(round=int(text)) if text.isdecimal() and len(text) < 10 else queryset.none()


@admin.register(Assessment)
class AssessmentAdmin(OwnPageAdmin):
    """Everybody sees the stars of the stations in their scope, and why each is what it is."""

    read_only_reason = gettext_lazy("Stars are worked out when a unit assesses its stations; each page says why.")
    list_display = ["station", "stars", "points", "change", "round", "since", "until", "today"]
    list_filter = [StarWorkFilter, StarFilter, OfUnitFilter, OfRoundFilter]
    list_select_related = ["station", "round"]
    search_fields = ["station__name", "station__code"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("lines", "now_lines")

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        own = [
            path("<int:pk>/object/", protect(stars.object_), name="star_object"),
            path("<int:pk>/decide/", protect(stars.decide), name="star_decide"),
        ]
        return [*own, *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return stars.page(request, row)

    @admin.display(description=gettext_lazy("stars"), ordering="star")
    def stars(self, row: Any) -> str:
        return in_stars(row.star)

    @admin.display(description=gettext_lazy("before"))
    def change(self, row: Any) -> str:
        return in_stars(row.star_before) if row.star_before is not None else ""

    @admin.display(description=gettext_lazy("by today's figures"))
    def today(self, row: Any) -> str:
        if row.now_at is None:
            return ""
        falls = row.now_star is not None and row.star is not None and row.now_star < row.star
        return f"{in_stars(row.now_star)} · {_('about to fall')}" if falls else in_stars(row.now_star)
