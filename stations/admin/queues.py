"""Filters of the list of stations: what the first page of the back office counts is listed here, row by row."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stations.admin.base import person
from stations.models import Unit
from stations.open_now import open_at
from stations.queues import QUEUES, in_queue


class WorkFilter(admin.SimpleListFilter):
    """The queues, whichever app knows them."""

    title = _("work to do")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(queue.key, queue.title) for queue in QUEUES.values()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        key = self.value()
        return in_queue(queryset, key, timezone.localdate()) if key in QUEUES else queryset


class OpenFilter(admin.SimpleListFilter):
    title = _("open")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("Open now"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return open_at(queryset, timezone.now()) if self.value() == "now" else queryset


class UnitFilter(admin.SimpleListFilter):
    """What a unit, with all below it, operates or supervises today. Offered where a link named the unit."""

    title = _("unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        asked = self.used_parameters.get(self.parameter_name)
        code = asked[-1] if isinstance(asked, list) else asked
        self.unit = Unit.objects.visible_to(person(request)).filter(code=code).first() if code else None
        return [(self.unit.code, self.unit.name)] if self.unit else [(str(code), "—")] if code else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.in_units((self.unit.path,)) if self.unit else queryset.none()
