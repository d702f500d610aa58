"""The pages on which a month is handed in, judged, sealed and opened again."""

from collections.abc import Sequence
from copy import copy
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from harbor_portal.lib.errors import Invalid, PortalError
from harbor_portal.lib.months import Month
from reports.actions.months import approve_months, return_month, return_months, submit_month, submit_months
from reports.actions.moves import Moved
from reports.actions.openings import drop_revision, end_opening, open_for_revision, open_more
from reports.actions.sealing import seal_months
from reports.actions.waivers import waive_reports, withdraw_waiver
from reports.flow.locks import last_day
from reports.flow.standing import MOVES, UnitMonth
from reports.forms import ReportForm
from reports.models import MonthOpening, MonthReport, ReportWaiver
from reports.policies import may_judge, who_judges
from reports.sealed.change_words import change_lines, told_changes
from stations.asked_by import user_of
from stations.models import Posting, Station, Unit
from stations.querysets import run_by
from stations.trees import line_in, tree_on

TOLD = 8
"""So many refusals of one press are told in words."""
STATIONS_PER_PAGE = 50
CHANGES_PER_PAGE = 200
REVISION_FORMATS = ("xlsx", "pdf", "zip", "json")


@require_GET
def month_flow(request: HttpRequest) -> HttpResponse:
    """Handing in: where the unit's month stands, what it waits for, and all units right below it."""
    unit, month = _asked(request)
    context = {
        "flow": UnitMonth(unit, month, user_of(request)),
        "unit": unit,
        "month": month,
        "formats": REVISION_FORMATS,
    }
    return _page(request, "flow", context | {"title": f"{unit} · {month} · {_('Handing in')}"})


@require_POST
def move_month(request: HttpRequest) -> HttpResponse:
    """Submit, return, approve, seal or open for a revision, by the name of the button."""
    unit, month = _asked(request)
    move = request.POST.get("move", "")
    if move not in {*MOVES, "drop"}:
        raise Http404
    try:
        _move(move, unit, month, request)
    except PortalError as error:
        messages.error(request, str(error))
    return _back(request, unit, month)


def _move(move: str, unit: Unit, month: Month, request: HttpRequest) -> None:
    by = user_of(request)
    if move == "submit":
        submit_month(unit=unit, month=month, by=by)
        return
    report = _seen(_newest([unit], month), {unit.pk: _text(request, "digest")}).get(unit.pk)
    if report is None:
        raise Http404
    if move == "revise":
        if (until := _until(request)) is None:
            raise Invalid("until", _("Say until which day."))
        open_for_revision(report=report, reason=_text(request, "reason"), until=until, by=by)
    elif move == "open":
        open_more(report=report, reasons={None: _text(request, "reason")}, by=by, until=_until(request))
    elif move == "drop":
        drop_revision(report=report, by=by)
    else:
        _judge(move, [report], request).only()


@require_POST
def move_months(request: HttpRequest) -> HttpResponse:
    """The same to all units that are ticked, of those right below `unit`; or not to wait for them."""
    above, month = _asked(request)
    move = request.POST.get("move", "")
    if move not in {"submit", "waive", "approve", "seal", "return"}:
        raise Http404
    named, tree = Unit.objects.filter(code__in=request.POST.getlist("units")), tree_on(month.first)
    units = [unit for unit in named if tree.parent(unit.path) == above.path]
    try:
        if not units:
            raise Invalid("units", _("Tick the units first."))
        _move_many(move, units, month, request)
    except PortalError as error:
        messages.error(request, str(error))
    return _back(request, above, month)


def _move_many(move: str, units: Sequence[Unit], month: Month, request: HttpRequest) -> None:
    by = user_of(request)
    if move == "waive":
        waived = waive_reports(units=units, month=month, reason=_text(request, "reason"), by=by)
        _tell(request, waived.count, waived.left)
        return
    if move == "submit":
        moved = submit_months(units=units, month=month, by=by)
        _tell(request, len(moved.done), moved.refused)
        return
    digests = {unit.pk: _text(request, f"digest-{unit.code}") for unit in units}
    reports = _seen(_newest(units, month), digests)
    moved = _judge(move, list(reports.values()), request)
    nothing = Invalid("units", _("Nothing has been handed in yet."))
    moved.refused += [(unit, nothing) for unit in units if unit.pk not in reports]
    _tell(request, len(moved.done), moved.refused)


def _judge(move: str, reports: Sequence[MonthReport], request: HttpRequest) -> Moved:
    by = user_of(request)
    if move == "return":
        return return_months(reports=reports, reason=_text(request, "reason"), by=by, until=_until(request))
    return (approve_months if move == "approve" else seal_months)(reports=reports, by=by)


def _newest(units: Sequence[Unit], month: Month) -> dict[int, MonthReport]:
    reports = MonthReport.objects.light().newest().in_month(month).filter(unit__in=units).select_related("unit")
    return {report.unit_id: report for report in reports}


def _seen(reports: dict[int, MonthReport], digests: dict[int, str]) -> dict[int, MonthReport]:
    """As the page showed them: were they frozen anew meanwhile, nobody would have looked at what is judged."""
    for unit, report in reports.items():
        report.digest = digests[unit]
    return reports


def _tell(request: HttpRequest, done: int, refused: Sequence[tuple[Unit, PortalError]]) -> None:
    if done:
        messages.success(request, ngettext("%(count)d unit: done.", "%(count)d units: done.", done) % {"count": done})
    for unit, error in refused[:TOLD]:
        messages.error(request, f"{unit}: {error}")
    if (more := len(refused) - TOLD) > 0:
        messages.error(request, ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})


@require_http_methods(["GET", "POST"])
def return_stations(request: HttpRequest) -> HttpResponse:
    """Give the report back for some stations, each with its reason: only their days are open again.

    Whoever searches, turns the page or is refused goes on with the reasons that are written already.
    """
    unit, month = _asked(request)
    report = _newest([unit], month).get(unit.pk)
    if report is None:
        raise Http404
    if not may_judge(user_of(request), report):
        raise PermissionDenied(who_judges(report))
    reasons = _reasons(request)
    if request.method == "POST" and not {"search", "page"} & set(request.POST):
        seen = _seen({unit.pk: copy(report)}, {unit.pk: _text(request, "digest")})[unit.pk]
        try:
            _open_stations(seen, reasons, request)
        except PortalError as error:
            messages.error(request, str(error))
        else:
            return _back(request, unit, month)
    elif request.method == "POST":
        report.digest = _text(request, "digest")
    context = {"unit": unit, "month": month, "report": report, "until": request.POST.get("until", last_day())}
    context |= {"title": f"{unit} · {month} · {_('Return some stations')}"}
    return _page(request, "return", context | _lines_to_return(request, unit, month, reasons))


def _lines_to_return(request: HttpRequest, unit: Unit, month: Month, reasons: dict[int, str]) -> dict[str, Any]:
    """One page of the stations asked for, and those on other pages that have a reason, each with what is written."""
    sent = request.POST or request.GET
    words = sent.get("q", "").replace("\0", "")
    page = Paginator(_stations(unit, month, words), STATIONS_PER_PAGE).get_page(sent.get("page"))
    listed = list(page)
    elsewhere = _stations(unit, month).filter(pk__in=reasons.keys() - {station.pk for station in listed})
    return {
        "page": page,
        "words": words,
        "lines": [(station, reasons.get(station.pk, "")) for station in listed],
        "elsewhere": [(station, reasons[station.pk]) for station in elsewhere],
    }


def _open_stations(report: MonthReport, reasons: dict[int, str], request: HttpRequest) -> None:
    """Once it was given back, more may follow."""
    by, until = user_of(request), _until(request)
    if report.is_reopened:
        if not reasons:
            raise Invalid("stations", _("Choose the stations that are to be corrected."))
        open_more(report=report, reasons=dict(reasons.items()), by=by, until=until)
    else:
        return_month(report=report, reason=_text(request, "reason"), stations=reasons, by=by, until=until)


def _reasons(request: HttpRequest) -> dict[int, str]:
    """By station what was written beside it."""
    named = {key: _text(request, key) for key in request.POST if _names_station(key)}
    return {int(key.removeprefix("why-")): text for key, text in named.items() if text.strip()}


def _names_station(key: str) -> bool:
    return key.startswith("why-") and key.removeprefix("why-").isdecimal() and len(key) < 20


def _stations(unit: Unit, month: Month, words: str = "") -> QuerySet[Station]:
    held = Posting.objects.all().during(month.first, month.last).filter(run_by(line_in((unit.path,), month)))
    stations: QuerySet[Station] = Station.objects.filter(pk__in=held.values("station"))
    if words:
        stations = stations.filter(name__icontains=words)
    return stations.order_by("name", "pk")


@require_GET
def month_changes(request: HttpRequest) -> HttpResponse:
    """What `?revision=` changed against the one before: each cell before and after, who corrected it, and why."""
    unit, month = _asked(request)
    number = request.GET.get("revision", "")
    # What changed is told without the rows themselves, of which there may be tens of thousands.
    reports = MonthReport.objects.in_month(month).defer("rows").filter(unit=unit)
    reports = reports.select_related("unit", "submitted_by")
    is_number = number.isdecimal() and len(number) < 5
    report = get_object_or_404(reports.exclude(digest=""), revision=number if is_number else 0)
    page = Paginator(told_changes(report), CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    query = urlencode({"unit": unit.code, "month": str(month), "revision": number})
    title = f"{unit} · {month} · {_('What changed')}"
    context = {"unit": unit, "month": month, "report": report, "page": page, "query": query, "title": title}
    page.object_list = change_lines(report, list(page))
    return _page(request, "changes", context)


@require_POST
def close_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock the days again before their time."""
    opening = get_object_or_404(MonthOpening.objects.visible_to(user_of(request)).light(), pk=pk)
    try:
        end_opening(opening=opening, by=user_of(request))
    except PortalError as error:
        messages.error(request, str(error))
    return _back(request, opening.report.unit, Month.of(opening.report.month))


@require_POST
def wait_after_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a waiver back."""
    waiver = get_object_or_404(ReportWaiver.objects.visible_to(user_of(request)).select_related("unit"), pk=pk)
    seen = Unit.objects.visible_to(user_of(request))
    above = seen.filter(path=waiver.unit.path[: -Unit.steplen]).first() or waiver.unit
    try:
        withdraw_waiver(waiver=waiver, by=user_of(request))
    except PortalError as error:
        messages.error(request, str(error))
    return _back(request, above, Month.of(waiver.month))


def _asked(request: HttpRequest) -> tuple[Unit, Month]:
    """The unit and month that are asked for; whoever names what does not exist for them gets a 404."""
    sent = request.POST if request.method == "POST" else request.GET
    # A page of moves has other fields than a question; some have the same names.
    form = ReportForm({name: sent.get(name, "") for name in ("unit", "month")}, user=user_of(request))
    subject = form.cleaned_data["subject"] if form.is_valid() else None
    if subject is None or subject.unit is None:
        raise Http404
    return subject.unit, form.cleaned_data["month"]


def _until(request: HttpRequest) -> date | None:
    text = request.POST.get("until", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("until", _("Say until which day.")) from None


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")


def _back(request: HttpRequest, unit: Unit, month: Month) -> HttpResponse:
    """To the page from which the button was pressed."""
    page = "month_report" if request.POST.get("from") == "report" else "month_flow"
    return redirect(f"{reverse(f'admin:{page}')}?{urlencode({'unit': unit.code, 'month': str(month)})}")


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> TemplateResponse:
    return TemplateResponse(request, f"admin/reports/month/{name}.html", admin.site.each_context(request) | context)
