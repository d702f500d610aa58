"""Supplies: the administrator keeps the catalogue; stocks and movements are written on "My station"."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.admin.evidence import EvidenceFilter
from partners.models import Partner
from services.admin.ledger import LedgerScope
from services.choices import TransferState
from services.models import SupplyItem, SupplyMovement, SupplyStock, SupplyTransfer
from stations.admin.base import QueueFilter, ReadOnlyAdmin, person
from stations.admin.catalogues import CatalogueAdmin
from stations.admin.filters import MonthFilter, UnitThenFilter

SUPPLIES_RECORDED = _("What comes in and goes out is recorded on My station; what is left follows from it.")


class NeedFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "need"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("expiring", _("expires within 30 days, or did")), ("low", _("runs low"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "expiring":
                return queryset.expiring(timezone.localdate())
            case "low":
                return queryset.low(timezone.localdate())
        return queryset


@admin.register(SupplyItem)
class SupplyItemAdmin(CatalogueAdmin):
    list_display = ["__str__", "counted_in", "season", "low_at", "is_shown", "is_once_a_day", "code", "order"]
    list_filter = ["season", "is_shown", "is_once_a_day"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["order", "code"]

    @admin.display(description=_("unit"))
    def counted_in(self, item: SupplyItem) -> str:
        return item.counted_in


@admin.register(SupplyStock)
class SupplyStockAdmin(ReadOnlyAdmin):
    list_display = ["item", "station", "quantity", "expires_date", "seen_at", "counted_at"]
    list_filter = [NeedFilter, "item"]
    list_select_related = ["station", "item"]
    search_fields = ["station__name", "station__code"]
    ordering = ["expires_date", "pk"]
    read_only_reason = SUPPLIES_RECORDED


class DonorFilter(admin.SimpleListFilter):
    """Offered where a link named the partner."""

    title = _("given by")
    parameter_name = "donor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        asked = self.used_parameters.get(self.parameter_name)
        text = str(asked[-1] if isinstance(asked, list) else asked or "")
        donors: Any = Partner.objects.all()
        donor = donors.visible_to(person(request)).filter(code=text).first() if text and text != "any" else None
        return [("any", _("Any partner")), *([(text, str(donor))] if donor else [])]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset
            case "any":
                return queryset.filter(donor__isnull=False)
        return queryset.filter(donor__code=self.value())


@admin.register(SupplyMovement)
class SupplyMovementAdmin(LedgerScope, ReadOnlyAdmin):
    list_display = ["date", "station", "item", "kind", "quantity", "group", "donor", "expires_date", "why", "by", "at"]
    list_filter = [
        MonthFilter,
        UnitThenFilter,
        "date",
        "kind",
        "item",
        "group",
        "is_by_code",
        DonorFilter,
        EvidenceFilter,
    ]
    list_select_related = ["station", "item", "by", "donor"]
    search_fields = ["station__code__exact"]
    ordering = ["-date", "-station_id", "-pk"]
    read_only_reason = SUPPLIES_RECORDED

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.filter(station__code=term.strip().upper()) if term.strip() else queryset), False


class DeliveryFilter(QueueFilter):
    begins_with = _("All")

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(TransferState.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(state=self.value()) if self.value() in TransferState.values else queryset


@admin.register(SupplyTransfer)
class SupplyTransferAdmin(ReadOnlyAdmin):
    list_display = ["sent_at", "origin", "target", "item", "quantity", "state", "arrived", "sent_by", "settled_by"]
    list_filter = [DeliveryFilter]
    list_select_related = ["origin", "target", "item", "sent_by", "settled_by"]
    search_fields = ["origin__code__exact", "target__code__exact"]
    ordering = ["-pk"]
    read_only_reason = _("Supplies are sent and received on My station, by whoever records there.")
