"""The pages of the month report in the back office."""

import io
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from harbor_portal.lib.downloads import taken
from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.months import Month
from reports.actions import months as actions
from reports.choices import ReportState
from reports.exports import FORMATS, file_name, write_month_csv, write_month_xlsx
from reports.figures import MonthFigures, current_report, month_figures
from reports.forms import ReportForm
from reports.ledger_tables import ledger_tables
from reports.locks import lock_sentence
from reports.models import MonthReport
from reports.policies import may_judge, may_submit
from reports.screens import query_of, screen
from reports.subjects import Subject
from reports.tables import TABLES, month_tables, rolled_up_at
from stations.choices import DownloadKind
from stations.models import Station, User

STATIONS_PER_PAGE = 100


@require_GET
def month_report(request: HttpRequest) -> HttpResponse:
    """The report of `?unit=` or `?division=` and `?month=`; without them, the form that asks for them."""
    form = ReportForm(request.GET or None, user=_user(request))
    if not form.is_bound:
        return _page(request, "choose", {"form": form})
    subject, month = _asked(form)
    if subject is None or month is None:
        return _page(request, "choose", {"form": form}, status=400)
    figures = month_figures(subject, month)
    page = Paginator(figures.stations, STATIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "figures": figures,
        "rolled_up_at": rolled_up_at(figures),
        "report": figures.report,
        "lock": lock_sentence(figures.report) if figures.report and figures.report.digest else "",
        "sections": [screen(table, subject, month) for table in month_tables(figures, list(page))],
        "page": page,
        "earlier": query_of(subject, month.plus(-1)),
        "later": query_of(subject, month.plus(1)),
        "moves": _moves(_user(request), subject, figures.report),
    }
    return _page(request, "report", _about(subject, month) | context)


@require_GET
def month_ledger(request: HttpRequest) -> HttpResponse:
    """What is behind a figure: station by station, and then the ledger of the station."""
    subject, month = _asked_or_404(request)
    tables = ledger_tables(subject, month, request.GET)
    if tables is None:
        raise Http404
    context = {
        "sections": [screen(table, subject, month) for table in tables],
        "station_code": _visible_code(request),
    }
    return _page(request, "ledger", _about(subject, month) | context)


def _visible_code(request: HttpRequest) -> str:
    """The code of the ledger's station, if the person can open its day sheet: it may have left their scope since."""
    asked = request.GET.get("station", "").replace("\0", "")
    return asked if asked and Station.objects.visible_to(_user(request)).filter(code=asked).exists() else ""


@require_GET
def download_month(request: HttpRequest) -> HttpResponse:
    """The same figures as a file: `?format=xlsx`, or `?format=csv&section=stations`."""
    subject, month = _asked_or_404(request)
    extension, section = request.GET.get("format", "xlsx"), request.GET.get("section", "stations")
    if extension not in FORMATS or section not in TABLES:
        raise Http404
    figures = month_figures(subject, month)
    name = file_name(figures, extension, section if extension == "csv" else "")
    response = HttpResponse(
        _xlsx(figures) if extension == "xlsx" else _csv(figures, section),
        content_type=FORMATS[extension],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return taken(response, DownloadKind.REPORT, f"{subject.name} · {month}", len(figures.stations))


@require_POST
def move_month(request: HttpRequest) -> HttpResponse:
    """Submit, return, approve or seal, by the name of the button."""
    subject, month = _asked_or_404(request)
    move = request.POST.get("move")
    if not subject.unit or move not in MOVES:
        raise Http404
    try:
        if move == "submit":
            actions.submit_month(unit=subject.unit, month=month, by=_user(request))
        else:
            _judge(move, current_report(subject, month), request)
    except PortalError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('admin:month_report')}?{query_of(subject, month)}")


def _judge(move: str, report: MonthReport | None, request: HttpRequest) -> None:
    if report is None:
        raise Http404
    by = _user(request)
    # What the page showed; were it frozen anew meanwhile, nobody would have looked at what is judged.
    report.digest = request.POST.get("digest", "").replace("\0", "")
    if move == "return":
        actions.return_month(report=report, reason=request.POST.get("reason", "").replace("\0", ""), by=by)
    elif move == "approve":
        actions.approve_month(report=report, by=by)
    else:
        actions.seal_month(report=report, by=by)


MOVES = {
    "submit": {ReportState.DRAFT},
    "approve": {ReportState.SUBMITTED},
    "return": {ReportState.SUBMITTED, ReportState.APPROVED},
    "seal": {ReportState.APPROVED},
}
"""Each move and the states in which it is offered."""


def _moves(user: User, subject: Subject, report: MonthReport | None) -> list[str]:
    if not subject.unit:
        return []
    state = ReportState(report.state) if report else ReportState.DRAFT
    allowed = {"submit"} if may_submit(user, subject.unit) else set()
    if report and may_judge(user, report):
        allowed |= {"approve", "return", "seal"}
    return [move for move, states in MOVES.items() if move in allowed and state in states]


def _asked(form: ReportForm) -> tuple[Subject | None, Month | None]:
    """What the form asks for. Whoever names something that does not exist for them gets a 404."""
    if not form.is_valid():
        return None, None
    if form.cleaned_data["subject"] is None:
        raise Http404
    return form.cleaned_data["subject"], form.cleaned_data["month"]


def _asked_or_404(request: HttpRequest) -> tuple[Subject, Month]:
    subject, month = _asked(ReportForm(request.POST if request.method == "POST" else request.GET, user=_user(request)))
    if subject is None or month is None:
        raise Http404
    return subject, month


def _about(subject: Subject, month: Month) -> dict[str, Any]:
    return {
        "title": f"{subject.name} · {month}",
        "subject": subject,
        "month": month,
        "query": query_of(subject, month),
    }


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, f"admin/reports/month/{name}.html", context, status=status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _xlsx(figures: MonthFigures) -> bytes:
    file = io.BytesIO()
    write_month_xlsx(file, figures)
    return file.getvalue()


def _csv(figures: MonthFigures, section: str) -> bytes:
    file = io.StringIO(newline="")
    write_month_csv(file, figures, section)
    return file.getvalue().encode("utf-8-sig")
