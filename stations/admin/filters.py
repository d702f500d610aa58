"""Filters of lists whose rows belong to a month, and to the units that ran their station then."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from stations.admin.queues import UnitFilter


class UnitThenFilter(UnitFilter):
    """What a unit, with all below it, ran or supervised on the day of the row. Offered where a link named the unit.

    Of rows that last, the day follows from the month: a list names `MonthFilter` before this one.
    """

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.of_units((self.unit.path,)) if self.unit else queryset.none()


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
        return self.of_month(queryset, month)

    def of_month(self, queryset: Any, month: Month) -> Any:
        return queryset.in_month(month)
