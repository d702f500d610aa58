"""Obligations: what was promised in all agreements, and how each of them stands."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.agreement_policies import may_read_papers
from partners.compliance import kept
from partners.models import Obligation
from stations.admin.base import OwnPageAdmin, QueueFilter, person
from stations.admin.filters import MonthFilter, UnitThenFilter

NOT_COUNTED = "—"


class PaceFilter(QueueFilter):
    title = _("pace")
    parameter_name = "pace"
    begins_with = _("In force")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("behind", _("Behind")), ("counted", _("With a count")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "all":
                return queryset
            case "behind":
                return queryset.behind()
            case "counted":
                return queryset.filter(standing__isnull=False)
        return queryset.in_force(timezone.localdate())


@admin.register(Obligation)
class ObligationAdmin(OwnPageAdmin):
    """Everybody who sees the agreement reads how it is kept; obligations are written with their agreement."""

    read_only_reason = _("What was promised is written with its agreement, by the officers of the unit that signs.")
    list_display = ["what", "agreement", "quantity", "period", "done", "expected", "pace"]
    list_filter = [PaceFilter, MonthFilter, UnitThenFilter]
    list_select_related = ["agreement", "standing"]
    search_fields = ["what", "agreement__title"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("agreement__unit", "agreement__covered_unit", "standing")

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        is_linked = may_read_papers(person(request), row.agreement)
        context = admin.site.each_context(request) | {
            "opts": Obligation._meta,
            "title": row.what,
            "agreement": row.agreement,
            "kept": kept(row, timezone.localdate(), is_linked=is_linked),
            "why_read_only": self.why_read_only(request, row),
        }
        return render(request, "admin/partners/obligation.html", context)

    @admin.display(description=_("done"))
    def done(self, row: Any) -> str:
        return f"{row.standing.done:,}" if hasattr(row, "standing") else NOT_COUNTED

    @admin.display(description=_("expected by then"))
    def expected(self, row: Any) -> str:
        return f"{row.standing.expected:,}" if hasattr(row, "standing") else NOT_COUNTED

    @admin.display(description=_("pace"))
    def pace(self, row: Any) -> str:
        if not hasattr(row, "standing"):
            return NOT_COUNTED
        return gettext("behind") if row.standing.is_behind else gettext("on pace")
