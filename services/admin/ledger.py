"""Days and ledger are read here and written through "My station"."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.admin.evidence import EvidenceFilter
from services.models import StationDay, Visit, VisitEntry
from stations.admin.base import ReadOnlyAdmin, ScopedHistoryAdmin, once, scope
from stations.admin.lists import ScopedChangeList
from stations.querysets import IsOneOf, named_in_scope

MOST_NAMED = 20_000


class RecordFilter(admin.SimpleListFilter):
    """Days on which a station was opened, and then nobody was counted and no nil return was sent."""

    title = _("records")
    parameter_name = "record"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", _("Opened, nothing recorded, last 7 days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.lately_unrecorded(timezone.localdate()) if self.value() == "missing" else queryset


LEDGER_GROWS = _(
    "The ledger only grows: days are recorded on My station and on the day sheet, by keepers and officers."
)


class LedgerScope(admin.ModelAdmin):  # type: ignore[type-arg]  # for each table of the ledger
    """Names the stations in scope one by one while they are few enough.

    Told only of a subquery, the planner cannot know how few rows are in it, and reads millions that are not.
    """

    by_keyset = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        mine = scope(request)
        if mine.everything:
            return super().get_queryset(request)
        named = once(request, "stations in scope", lambda: named_in_scope(mine, MOST_NAMED + 1))
        if len(named) > MOST_NAMED:
            return super().get_queryset(request)
        return admin.ModelAdmin.get_queryset(self, request).filter(IsOneOf(F("station_id"), named))


@admin.register(StationDay)
class StationDayAdmin(LedgerScope, ScopedHistoryAdmin):
    list_display = ["date", "station", "opened_at", "closed_at", "is_nil", "counted_by", "recorded_by"]
    list_filter = [RecordFilter, "date", "is_nil"]
    read_only_reason = LEDGER_GROWS
    list_select_related = ["station", "recorded_by"]
    ordering = ["-date", "-station_id"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """What waits is counted to the end: it has an index of its own."""
        return ScopedChangeList if "record" in request.GET else super().get_changelist(request, **kwargs)

    def may_write(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfLedgerAdmin(LedgerScope, ReadOnlyAdmin):
    list_filter = ["date", "method", "group"]
    read_only_reason = LEDGER_GROWS
    search_fields = ["station__code__exact"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.filter(station__code=term.strip().upper()) if term.strip() else queryset), False


@admin.register(Visit)
class VisitAdmin(OfLedgerAdmin):
    list_display = ["date", "station", "hour", "group", "method", "count"]
    list_filter = [*OfLedgerAdmin.list_filter, EvidenceFilter]
    list_select_related = ["station"]
    ordering = ["-date", "-station_id", "-pk"]


@admin.register(VisitEntry)
class VisitEntryAdmin(OfLedgerAdmin):
    list_display = ["at", "date", "station", "group", "method", "kind", "change", "source", "by"]
    list_select_related = ["station", "by"]
    ordering = ["-date", "-station_id", "-pk"]
