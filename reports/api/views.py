"""The month report for programs."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from harbor_portal.lib.errors import Invalid
from reports.api.serializers import MonthReportSerializer
from reports.choices import ReportState
from reports.figures import MonthFigures
from reports.forms import ReportForm
from reports.questions import Question
from reports.sections.printing import NONE, Row, Table
from reports.tables import month_tables
from stations.api.office import REFUSED, OfficeView, person

PARAMETERS = [
    OpenApiParameter("unit", str, description="code of a unit within one's scope; or"),
    OpenApiParameter("division", str, description="code of a division in one's territory"),
    OpenApiParameter("month", str, required=True, description="2026-10"),
    OpenApiParameter("until", str, description="the last of several months"),
    OpenApiParameter("against", str, description="the first of as many months to compare with"),
    OpenApiParameter("revision", int, description="number of a frozen revision; without it, the one in force"),
    OpenApiParameter("programme", str, description="only stations that bore the plate of the programme with this code"),
    OpenApiParameter("host", str, description="only stations of this kind of host"),
]


class MonthReportView(OfficeView):
    @extend_schema(
        operation_id="office_month_report",
        summary="The figures of a unit or division and a month, frozen ones as they were frozen",
        parameters=PARAMETERS,
        responses={200: MonthReportSerializer} | REFUSED,
    )
    def get(self, request: Request) -> Response:
        form = ReportForm(request.query_params, user=person(request))
        if not form.is_valid():
            raise ValidationError({field: list(map(str, errors)) for field, errors in form.errors.items()})
        if form.question is None:
            raise Http404
        return Response(report_record(_figures(form.question, request.query_params.get("revision"))))


def _figures(asked: Question, told: str | None) -> MonthFigures:
    try:
        number = asked.revision(told)
    except ValueError as error:
        raise Invalid("revision", _("A revision is a number, of one month of a whole unit.")) from error
    figures = asked.figures(number)
    if number is not None and figures.report is None:
        raise Http404
    return figures


def report_record(figures: MonthFigures) -> dict[str, Any]:
    source, report = figures.source, figures.report
    return {
        "code": source["code"],
        "name": source["name"],
        "month": source["month"],
        "state": report.state if report else ReportState.DRAFT,
        "revision": report.revision if report else None,
        "digest": (report.digest if report else "") or None,
        "seal": (report.seal if report else "") or None,
        "superseded_at": report.superseded_at if report else None,
        "rolled_up_at": source["rolled_up_at"],
        "sections": [_section(table) for table in month_tables(figures)],
    }


def _section(table: Table) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    return {
        "key": table.key,
        "title": table.title,
        "note": table.note,
        "columns": [{"key": each.key, "title": each.title, "kind": each.kind} for each in table.columns],
        "rows": list(_rows(table.rows, keys)),
    }


def _rows(rows: Iterable[Row], keys: list[str]) -> Iterable[dict[str, Any]]:
    for row in rows:
        yield {"rank": str(row.get("rank", "")), "values": {key: _value(row.get(key)) for key in keys}}


def _value(value: Any) -> Any:
    if value == NONE:
        return None
    return value.isoformat() if isinstance(value, date) else value
