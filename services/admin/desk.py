"""What keepers told their officers: read here, answered on the station's day."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from services.models import KeeperNote
from stations.admin.base import ReadOnlyAdmin, is_officer, scope


class WaitingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("Waiting"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.waiting() if self.value() == "waiting" else queryset


@admin.register(KeeperNote)
class KeeperNoteAdmin(ReadOnlyAdmin):
    read_only_reason = _("Keepers write these notes on My station, and officers of the station answer them there.")
    list_display = ["text", "station_day", "by", "at", "answer", "settled_by"]
    list_filter = [WaitingFilter]
    list_select_related = ["station", "by", "settled_by"]
    search_fields = ["text", "station__name", "station__code"]

    def get_list_display(self, request: HttpRequest) -> Any:
        """The way to the answer is shown to those who may answer."""
        names = super().get_list_display(request)
        if is_officer(request) or not scope(request).roles:
            return names
        return ["station" if name == "station_day" else name for name in names]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What waits first."""
        return [F("settled_at").desc(nulls_first=True), "-at", "-pk"]

    @admin.display(description=_("station"), ordering="station__name")
    def station_day(self, note: Any) -> str:
        """Where it is answered."""
        page = reverse("admin:my_station", args=[note.station.code])
        return format_html('<a href="{}#notes-title">{}</a>', page, note.station.name)
