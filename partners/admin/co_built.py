"""The list of stations asked for those that are co-built: what the figures count is listed here, row by row."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from partners.co_built import co_built
from stations.admin.base import person
from stations.admin.registry import extend_stations
from stations.models import Posting, Unit
from stations.querysets import run_by

OF = "built_for"


class CoBuiltFilter(admin.SimpleListFilter):
    """At the end of a month; `built_for` names the unit that ran or supervised them then. Offered by a link alone."""

    title = _("co-built in")
    parameter_name = "co_built"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        self.code = "".join(params.pop(OF, [])[-1:])
        super().__init__(request, params, model, model_admin)

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter_name, OF]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(month, month)] if (month := self.used_parameters.get(self.parameter_name)) else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        try:
            day = Month.parse(str(self.value())).end(timezone.localdate())
        except ValueError:
            return queryset.none()
        postings = co_built(Posting.objects.on(day), day)
        if self.code:
            units = Unit.objects.visible_to(person(request)).filter(code=self.code)
            postings = postings.filter(run_by(tuple(units.values_list("path", flat=True))))
        return queryset.filter(pk__in=postings.order_by().values("station"))


extend_stations(filters=(CoBuiltFilter,))
