"""The back office of programmes and plates."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest

from partners.models import Plate, Programme
from stations.admin.base import ScopedInline
from stations.admin.catalogues import CatalogueAdmin
from stations.admin.registry import extend_stations


@admin.register(Programme)
class ProgrammeAdmin(CatalogueAdmin):
    list_display = ["__str__", "code", "owner", "colour"]
    list_select_related = ["owner"]
    search_fields = ["code", "name", "name_en"]
    ordering = ["order", "code"]
    autocomplete_fields = ["owner"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}


class PlateInline(ScopedInline):
    """The plates that hang, or hung, at a station."""

    model = Plate
    fields = ["programme", "number", "since", "until"]
    autocomplete_fields = ["programme"]
    ordering = ["-since", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("programme")


extend_stations(inlines=(PlateInline,))
