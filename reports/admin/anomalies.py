"""The list of unusual figures, the page of one with the days behind it, and saying how it is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harbor_portal.lib.months import Month
from reports.actions.anomalies import settle_anomaly
from reports.anomalies.words import WHY, days_of, told
from reports.choices import SETTLED, AnomalyKind, AnomalyState
from reports.ledger import ledger_of_month
from reports.models import Anomaly
from reports.models.anomalies import MOST_REASON
from reports.policies import may_settle, who_settles
from services.choices import Method
from services.fields import choice_of, text_of
from stations.admin.base import OwnPageAdmin, QueueFilter, in_scope, person
from stations.admin.filters import MonthFilter
from stations.admin.queues import UnitFilter
from stations.admin.steps import step
from stations.models import Station


class StateFilter(QueueFilter):
    begins_with = gettext_lazy("To be looked at")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((state.value, state.label) for state in SETTLED), ("all", gettext_lazy("All"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset.waiting()
            case "all":
                return queryset
            case state:
                return queryset.filter(state=state)


class OfUnitFilter(UnitFilter):
    """Of the stations that a unit, with all below it, operates or supervises today."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        mine = Station.objects.in_units((self.unit.path,)) if self.unit else Station.objects.none()
        return queryset.filter(station__in=mine)


@dataclass(frozen=True)
class DayLine:
    """A day of the month as the ledger has it: what counts, by which method, and whether the finding is about it."""

    day: date
    visits: int
    method: str
    beside: int
    is_meant: bool


@admin.register(Anomaly)
class AnomalyAdmin(OwnPageAdmin):
    """Everybody reads what was found at the stations in their scope; how it is, is said on the page of each."""

    read_only_reason = gettext_lazy("They are found by rules, every night; how it is, is said on the page of each.")
    list_display = ["kind", "station", "month_name", "figures", "state", "by"]
    list_filter = [StateFilter, "kind", OfUnitFilter, MonthFilter]
    list_select_related = ["station", "by"]
    search_fields = ["station__name", "station__code"]
    ordering = ["-month", "station_id", "kind"]

    def get_urls(self) -> list[URLPattern]:
        settling = path("<int:pk>/settle/", self.admin_site.admin_view(settle), name="anomaly_settle")
        return [settling, *super().get_urls()]

    def row_page(self, request: HttpRequest, row: Any) -> HttpResponse:
        return _anomaly(request, row)

    @admin.display(description=gettext_lazy("month"), ordering="month")
    def month_name(self, row: Any) -> str:
        return str(Month.of(row.month))

    @admin.display(description=gettext_lazy("figures"))
    def figures(self, row: Any) -> str:
        return told(row.kind, row.detail)


def _visible(request: HttpRequest) -> QuerySet[Anomaly]:
    return in_scope(Anomaly, request).select_related("station", "by")


def _anomaly(request: HttpRequest, row: Anomaly) -> HttpResponse:
    found = get_object_or_404(_visible(request), pk=row.pk)
    month, is_open = Month.of(found.month), found.state == AnomalyState.OPEN
    may_say = is_open and may_settle(person(request), found.station)
    context = {
        "opts": Anomaly._meta,
        "title": f"{found.get_kind_display()} · {found.station} · {month}",
        "anomaly": found,
        "month": str(month),
        "told": told(found.kind, found.detail),
        "why": WHY[AnomalyKind(found.kind)],
        "days": _days(found, month),
        "next_month": month.plus(1).first,
        "may_settle": may_say,
        "why_read_only": "" if may_say else _why_not(found),
        "states": [(state.value, state.label) for state in SETTLED],
        "most": MOST_REASON,
        "history": list(found.history.select_related("history_user").order_by("history_id")),
    }
    return render(request, "admin/reports/anomaly/page.html", admin.site.each_context(request) | context)


def _why_not(found: Anomaly) -> str:
    if found.state != AnomalyState.OPEN:
        return _("It is settled, and stays so as long as the figures stay as they are.")
    return who_settles(found.station)


def _days(found: Anomaly, month: Month) -> list[DayLine]:
    """What the ledger says of each day on which anybody was counted."""
    first, last, single = days_of(found.kind, found.detail)
    rows = ledger_of_month(month, found.station_id)
    counted, beside = Counter[date](), Counter[date]()
    methods = {row.date: Method(row.method).label for row in rows if row.is_counted}
    for row in rows:
        (counted if row.is_counted else beside)[row.date] += row.count
    return [
        DayLine(
            day,
            counted[day],
            str(methods.get(day, "")),
            beside[day],
            is_meant=day in single or bool(first and last and first <= day <= last),
        )
        for day in dict.fromkeys(row.date for row in rows)
    ]


def _address(found: Anomaly) -> str:
    return reverse("admin:reports_anomaly_change", args=[found.pk])


def _find(request: HttpRequest, pk: int) -> Anomaly:
    """In the round that the page showed."""
    found = get_object_or_404(_visible(request), pk=pk)
    found.round = int(text) if (text := request.POST.get("round", "")).isdecimal() and len(text) < 5 else 0
    return found


@step(_find, _address)
def settle(request: HttpRequest, found: Anomaly) -> tuple[str, str]:
    state = choice_of(request, "state", AnomalyState)
    settle_anomaly(anomaly=found, state=state, reason=text_of(request, "reason"), by=person(request))
    return _("Thank you. It is settled: %(state)s.") % {"state": state.label}, _address(found)
