"""Supplies: the administrator keeps the catalogue; stocks and movements are written on "My station"."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.models import SupplyItem, SupplyMovement, SupplyStock
from stations.admin.base import ReadOnlyAdmin
from stations.admin.catalogues import CatalogueAdmin

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
                return queryset.low()
        return queryset


@admin.register(SupplyItem)
class SupplyItemAdmin(CatalogueAdmin):
    list_display = ["__str__", "code", "low_at", "order"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["order", "code"]


@admin.register(SupplyStock)
class SupplyStockAdmin(ReadOnlyAdmin):
    list_display = ["item", "station", "quantity", "expires_date"]
    list_filter = [NeedFilter, "item"]
    list_select_related = ["station", "item"]
    search_fields = ["station__name", "station__code"]
    ordering = ["expires_date", "pk"]
    read_only_reason = SUPPLIES_RECORDED


@admin.register(SupplyMovement)
class SupplyMovementAdmin(ReadOnlyAdmin):
    list_display = ["date", "station", "item", "kind", "quantity", "expires_date", "by", "at"]
    list_filter = ["kind", "item", "date"]
    list_select_related = ["station", "item", "by"]
    search_fields = ["station__name", "station__code"]
    ordering = ["-pk"]
    read_only_reason = SUPPLIES_RECORDED
