"""How lists tell the month of a row, and are asked for one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from reports.flow.owing import known_months


class MonthFilter(admin.SimpleListFilter):
    """The months that were added up, the newest first."""

    title = _("month")
    parameter_name = "month"
    column = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(month), str(month)) for month in reversed(known_months(timezone.localdate()))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        if asked is None or asked not in {month for month, _title in self.lookup_choices}:
            return queryset
        return queryset.filter(**{self.column: Month.parse(asked).first})


class TellsMonth:
    """A month is no day."""

    @admin.display(description=_("month"), ordering="month")
    def of_month(self, row: Any) -> str:
        return str(Month.of(row.month))
