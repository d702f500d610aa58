"""The rows behind a number of an obligation: a filter that the lists of what happened share."""

import re
from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.compliance import EVIDENCE
from partners.models import Obligation
from partners.spans import FOREVER, Span
from partners.standing import metric_of, question_of
from stations.admin.base import person

ASKED = re.compile(r"([0-9]{1,12})-([0-9]{8})-([0-9]{8})")


class EvidenceFilter(admin.SimpleListFilter):
    """Of what was promised, what was done from a day to a day. Offered where a link named it."""

    title = _("evidence of")
    parameter_name = EVIDENCE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        asked = self.used_parameters.get(self.parameter_name)
        text = str(asked[-1] if isinstance(asked, list) else asked or "")
        self.obligation, self.days = _read(request, text)
        self.page = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
        return [(text, str(self.obligation or "—"))] if text else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        metric = metric_of(self.obligation) if self.obligation else None
        if metric is None or self.days is None or metric.page != self.page:
            return queryset.none()
        assert self.obligation is not None
        rows = metric.rows(question_of(self.obligation, self.days))
        return queryset.filter(pk__in=rows.order_by().values("pk"))


def _read(request: HttpRequest, text: str) -> tuple[Obligation | None, Span | None]:
    asked = ASKED.fullmatch(text)
    if asked is None:
        return None, None
    rows = Obligation.objects.visible_to(person(request))
    obligation = rows.select_related("agreement__unit", "agreement__covered_unit").filter(pk=int(asked[1])).first()
    try:
        days = Span(*(date.fromisoformat(one) for one in asked.groups()[1:]))
    except ValueError:
        return obligation, None
    return obligation, days if days.last < FOREVER else None
