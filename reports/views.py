"""The pages of the month report in the back office."""

import hashlib
import io
from typing import Any, NoReturn
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from harbor_portal.lib.downloads import taken
from reports.actions.files import note_file
from reports.cells import addresses, find_cell
from reports.choices import BUNDLE_FORMATS
from reports.exports import FORMATS, file_name, write_month
from reports.figures import MonthFigures
from reports.flow.locks import lock_sentence
from reports.flow.standing import UnitMonth
from reports.forms import ReportForm
from reports.ledger_pages import ledger_page
from reports.models import MonthReport
from reports.papers.overview import key_figures
from reports.questions import Question
from reports.screens import MOST_LINES, screen
from reports.sections import SECTIONS
from reports.sections.printing import Table, line_key
from reports.sections.sources import rolled_up_at
from reports.tables import page_tables
from stations.asked_by import user_of
from stations.choices import DownloadKind
from stations.models import SavedView, Station

STATIONS_PER_PAGE = 50
ROWS_PER_PAGE = 100
VIEWS = "reports.figures"
"""Under which the views of this page are saved."""


@require_GET
def month_report(request: HttpRequest) -> HttpResponse:
    """The report of `?unit=` or `?division=` and `?month=`; without them, the form that asks for them."""
    form = ReportForm(request.GET or None, user=user_of(request))
    if not form.is_bound:
        return _page(request, "choose", {"form": form})
    asked = _asked(form)
    if asked is None:
        return _page(request, "choose", {"form": form}, status=400)
    figures = _figures(request, asked)
    page = Paginator(figures.of("station"), STATIONS_PER_PAGE).get_page(request.GET.get("page"))
    unit, month, revision = asked.subject.unit, asked.period.first, request.GET.get("revision", "")
    tables = page_tables(figures, list(page), MOST_LINES)
    screens = [screen(table, addresses(asked, table, revision)) for table in tables]
    context = {
        "form": form,
        "figures": figures,
        "rolled_up_at": rolled_up_at(figures),
        "report": figures.report,
        "lock": _lock(figures.report),
        "key": _key_figures(figures, tables[0], asked, revision),
        "sections": screens,
        "page": page,
        "earlier": asked.shifted(-1).query(),
        "later": asked.shifted(1).query(),
        "flow": UnitMonth(unit, month, user_of(request)) if unit and asked.is_report else None,
        "is_report": asked.is_report,
        "coverage_url": _coverage_url(asked, figures),
        "bundle_formats": BUNDLE_FORMATS if asked.is_report and asked.subject.may_have_parts else {},
        "views": SavedView.objects.filter(user=user_of(request), table=VIEWS).order_by("name"),
        "views_table": VIEWS,
    }
    about = _about(asked)
    if "revision" in request.GET and figures.report:
        about["query"] = asked.query(revision=str(figures.report.revision))
    return _page(request, "report", about | context)


def _lock(report: MonthReport | None) -> str:
    """Nothing of one that is being corrected, of which some days are open."""
    return lock_sentence(report) if report and report.holds_days and not report.is_reopened else ""


def _coverage_url(asked: Question, figures: MonthFigures) -> str:
    """The page of coverage, of the moment for which the report tells it."""
    rows = figures.of("coverage")
    day, hour = rows[0]["at"][:16].split("T") if rows else ("", "")
    moment = {"date": day, "time": hour} if rows else {}
    return f"{reverse('admin:coverage')}?{urlencode(asked.subject.query | moment)}"


def _key_figures(figures: MonthFigures, overview: Table, asked: Question, revision: str) -> list[dict[str, Any]]:
    """What is shown large, each with the way to its rows."""
    rows, address = {line_key(row): row for row in overview.rows}, addresses(asked, overview, revision)
    return [
        one | {"url": address(rows[one["measure"]], "value") if one["counts"] else ""} for one in key_figures(figures)
    ]


@require_GET
def month_ledger(request: HttpRequest) -> HttpResponse:
    """The rows behind the figure of `?section=`, `?line=` and `?figure=`; with `?station=` those of one station."""
    asked = _asked_or_404(request)
    cell = find_cell(asked, request.GET, _revision(request, asked)) or _nothing()
    named = request.GET.get("station", "")
    code = cell.station_code or named
    station = (cell.station(code) or _nothing()) if code and "\0" not in named else None
    if named and station is None:
        raise Http404
    rows = cell.rows(station)
    behind = cell.rows() if code and not cell.station_code else rows
    page = Paginator(rows.rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "ledger": ledger_page(cell, behind, rows, page, station, user_of(request)),
        "page": page,
        "station_code": _visible_code(code, request),
    }
    return _page(request, "ledger", _about(asked) | context)


def _visible_code(code: str, request: HttpRequest) -> str:
    """The code of the ledger's station, if the person can open its day sheet: it may have left their scope since."""
    return code if code and Station.objects.visible_to(user_of(request)).filter(code=code).exists() else ""


@require_GET
def download_month(request: HttpRequest) -> HttpResponse:
    """The same figures as a file: `?format=xlsx`, pdf or zip, or `?format=csv&section=station`."""
    asked = _asked_or_404(request)
    extension, section = request.GET.get("format", "xlsx"), request.GET.get("section", "station")
    if extension not in FORMATS or section not in SECTIONS:
        raise Http404
    figures = _figures(request, asked)
    name = file_name(figures, extension, section if extension == "csv" else "")
    file = io.BytesIO()
    write_month(file, figures, extension, section)
    content = file.getvalue()
    if figures.report and figures.report.digest:
        note_file(report=figures.report, sha256=hashlib.sha256(content).hexdigest(), extension=extension)
    response = HttpResponse(
        content,
        content_type=FORMATS[extension],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return taken(response, DownloadKind.REPORT, asked.title, len(figures.of("station")))


def _figures(request: HttpRequest, asked: Question) -> MonthFigures:
    """Of the revision that is asked for, which must exist; or else of the one in force."""
    number = _revision(request, asked)
    figures = asked.figures(number)
    return figures if number is None or figures.report else _nothing()


def _revision(request: HttpRequest, asked: Question) -> int | None:
    try:
        return asked.revision(request.GET.get("revision"))
    except ValueError:
        raise Http404 from None


def _asked(form: ReportForm) -> Question | None:
    """What the form asks for. Whoever names something that does not exist for them gets a 404."""
    if not form.is_valid():
        return None
    return form.question or _nothing()


def _nothing() -> NoReturn:
    raise Http404


def _asked_or_404(request: HttpRequest) -> Question:
    return _asked(ReportForm(request.GET, user=user_of(request))) or _nothing()


def _about(asked: Question) -> dict[str, Any]:
    return {
        "title": asked.title,
        "subject": asked.subject,
        "month": asked.period,
        "asked": asked,
        "query": asked.query(),
    }


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, f"admin/reports/month/{name}.html", context, status=status)
