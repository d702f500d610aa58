"""The back office of `reports`: runs and reports are read here and written by their actions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from reports.admin.months_of_rows import MonthFilter, TellsMonth
from reports.flow.owing import known_months, owing_units
from reports.models import MonthOpening, MonthReport, ReportWaiver, RollupRun
from stations.admin.base import ReadOnlyAdmin, ScopedHistoryAdmin, person, scope
from stations.admin.registry import extend_units


class WaitingFilter(admin.SimpleListFilter):
    """The months in which the next step is this person's."""

    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("judge", _("to be approved or returned by me")),
            ("seal", _("to be sealed by me")),
            ("returned", _("returned to be corrected")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "judge":
                return queryset.to_be_judged_by(person(request))
            case "seal":
                return queryset.to_be_sealed_by(person(request))
            case "returned":
                return queryset.returned_to(person(request))
        return queryset


class OwingFilter(admin.SimpleListFilter):
    """On the list of units: who has not handed in which of the last months."""

    title = _("report not handed in")
    parameter_name = "report"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(month), str(month)) for month in reversed(known_months(timezone.localdate()))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        if asked is None or asked not in {month for month, _title in self.lookup_choices}:
            return queryset
        return owing_units(queryset, scope(request), Month.parse(asked))


extend_units(filters=(OwingFilter,))


@admin.register(MonthReport)
class MonthReportAdmin(TellsMonth, ScopedHistoryAdmin):
    list_display = ["unit", "of_month", "revision", "state", "moved_by", "moved_at", "page"]
    list_filter = [WaitingFilter, "state", MonthFilter]
    list_select_related = ["unit", "moved_by"]
    search_fields = ["unit__name", "unit__code"]
    ordering = ["-month", "unit__path", "-revision"]
    exclude = ["rows", "changes"]
    read_only_reason = _("A month moves by the buttons of its report: officers submit it, the unit above approves it.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).light()  # type: ignore[attr-defined, no-any-return]  # a queryset method

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("report"))
    def page(self, report: MonthReport) -> SafeString:
        address = f"{reverse('admin:month_report')}?unit={report.unit.code}&month={Month.of(report.month)}"
        return format_html('<a href="{}">{}</a>', address, _("Open the report"))


class OpenFilter(admin.SimpleListFilter):
    """The days that can be corrected now."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Days that are open now"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.in_force(timezone.now()) if self.value() == "open" else queryset


class ReportMonthFilter(MonthFilter):
    column = "report__month"


@admin.register(MonthOpening)
class MonthOpeningAdmin(ScopedHistoryAdmin):
    list_display = ["report", "station", "reason", "by", "at", "ends_at", "ended_at"]
    list_filter = [OpenFilter, ReportMonthFilter]
    search_fields = ["report__unit__name", "report__unit__code", "station__name", "station__code"]
    ordering = ["-at", "-pk"]
    read_only_reason = _("Days are opened, and locked again, on the page where the month is handed in.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).light().select_related("station", "by")  # type: ignore[attr-defined, no-any-return]  # a queryset method

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReportWaiver)
class ReportWaiverAdmin(TellsMonth, ScopedHistoryAdmin):
    list_display = ["unit", "of_month", "reason", "by", "at"]
    list_filter = [MonthFilter]
    list_select_related = ["unit", "by"]
    search_fields = ["unit__name", "unit__code"]
    ordering = ["-month", "unit__path"]
    read_only_reason = _("Reports are waived on the page where the month of the unit above is handed in.")

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RunMonthFilter(MonthFilter):
    """The running month is added up each night, too."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        this = str(Month.of(timezone.localdate()))
        return [(this, this), *super().lookups(request, model_admin)]


@admin.register(RollupRun)
class RollupRunAdmin(TellsMonth, ReadOnlyAdmin):
    """Runs concern all units at once, so only the operator reads them."""

    list_display = ["of_month", "state", "is_full", "started_at", "seconds", "stations", "rows", "unposted_days"]
    list_filter = ["state", RunMonthFilter]
    read_only_reason = _("Roll-ups write these lines themselves, for all units at once; administrators read them.")
    ordering = ["-started_at", "-pk"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)
