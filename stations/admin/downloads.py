"""Who took which file along, when and from where. The list only grows; nobody changes it, the administrator neither."""

from typing import Any

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from stations.admin.base import ReadOnlyAdmin
from stations.models import Download


@admin.register(Download)
class DownloadAdmin(ReadOnlyAdmin):
    by_keyset = True
    list_display = ["at", "user", "kind", "about", "format", "rows", "weight", "address", "device"]
    list_filter = ["kind", "format"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__username", "about", "file"]
    ordering = ["-at", "-pk"]
    fields = ("at", "user", "kind", "about", "file", "format", "rows", "weight", "sha256", "address", "device")
    readonly_fields = fields

    @admin.display(description=_("size"), ordering="size")
    def weight(self, row: Download) -> Any:
        return "—" if row.size is None else filesizeformat(row.size)
