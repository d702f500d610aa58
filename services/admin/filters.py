"""Filters that lists of what happened share: by the unit that organised it, and by what was laid before whom."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stations.admin.base import person
from stations.admin.queues import UnitFilter


class OrganiserFilter(UnitFilter):
    """What a unit, with all below it, organised. Offered where a link named the unit."""

    title = _("organiser")
    parameter_name = "organiser"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.organised_by((self.unit.path,)) if self.unit else queryset.none()


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
