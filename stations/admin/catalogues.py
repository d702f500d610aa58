"""Catalogues: everybody reads them, the administrator keeps them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stations.admin.base import ReadOnlyAdmin, ScopedHistoryAdmin, scope
from stations.models import Amenity, Division, Schedule


class CatalogueAdmin(ScopedHistoryAdmin):
    """What nothing refers to may also be deleted; the database refuses the rest.

    The code by which programs know an entry is for those who keep the list.
    """

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._without_code(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self._without_code(request, super().get_fields(request, obj))

    def _without_code(self, request: HttpRequest, names: Any) -> Any:
        return names if scope(request).everything else [name for name in names if name != "code"]

    def may_delete(self, request: HttpRequest, obj: Any = None) -> bool:
        return scope(request).everything


@admin.register(Amenity)
class AmenityAdmin(CatalogueAdmin):
    list_display = ["__str__", "code", "tier", "order"]
    list_filter = ["tier"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["order", "code"]


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """Made by whoever gives a station its hours; stations that open alike share one."""

    list_display = ["opening_hours", "calendar_policy"]
    list_filter = ["calendar_policy"]
    search_fields = ["opening_hours"]
    ordering = ["opening_hours", "calendar_policy"]
    read_only_reason = _("Hours are changed at the station that has them; stations that open alike share one row.")


@admin.register(Division)
class DivisionAdmin(ReadOnlyAdmin):
    list_display = ["name", "code", "level", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["code__startswith", "name"]
    ordering = ["code"]
    read_only_reason = _("The administrative divisions of the country (GB/T 2260) come with the portal.")
