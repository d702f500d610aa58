"""Saying of many stations at once that what the portal tells of them was checked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from harbor_portal.lib.errors import PortalError
from stations.actions.checks import confirm_stations
from stations.admin.base import person
from stations.admin.registry import extend_stations


@admin.action(description=gettext_lazy("Checked: what stands here is right"), permissions=["add"])
def confirm(_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> None:
    """Offered to whoever may add a station: the officers."""
    try:
        count = confirm_stations(stations=list(queryset), by=person(request))
    except PortalError as error:
        messages.error(request, str(error))
        return
    sentence = ngettext("%(count)s station is marked as checked.", "%(count)s stations are marked as checked.", count)
    messages.success(request, sentence % {"count": count})


extend_stations(actions=(confirm,))
