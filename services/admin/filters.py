"""Filters that lists of what happened at stations share: by month, and by the unit that ran the station on the day."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from stations.admin.base import person
from stations.admin.queues import UnitFilter


class UnitThenFilter(UnitFilter):
    """What a unit, with all below it, ran or supervised on the day. Offered where a link named the unit."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.of_units((self.unit.path,)) if self.unit else queryset.none()


class OrganiserFilter(UnitFilter):
    """What a unit, with all below it, organised. Offered where a link named the unit."""

    title = _("organiser")
    parameter_name = "organiser"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.organised_by((self.unit.path,)) if self.unit else queryset.none()


class MonthFilter(admin.SimpleListFilter):
    """Offered where a link named the month."""

    title = _("month")
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        asked = self.used_parameters.get(self.parameter_name)
        text = asked[-1] if isinstance(asked, list) else asked
        return [(str(text), str(text))] if text else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        try:
            month = Month.parse(str(self.value()))
        except ValueError:
            return queryset.none()
        return queryset.in_month(month)


class LaidBeforeFilter(admin.SimpleListFilter):
    """What went up because nobody had dealt with it in time."""

    title = _("laid before")
    parameter_name = "escalated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("us", _("My unit")), ("any", _("A unit above"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "us":
                return queryset.laid_before(person(request))
            case "any":
                return queryset.filter(escalated_to__isnull=False)
        return queryset
