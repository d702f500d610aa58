"""The page that says how complete a month is, while it runs and until it is handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.months import EARLIEST, LATEST, Month
from reports.choices import RunState
from reports.completeness import (
    Completeness,
    Part,
    StationLine,
    completeness,
    parts_of,
    read_lines,
    rows_of,
    said_of,
    station_lines,
    still_missing,
)
from reports.flow.deadlines import Due, due_days, entered_late, handed_in, sealing_days, usual_due
from reports.models import MonthReport, RollupRun, StationMonth
from reports.subjects import Subject, find_subject
from stations.asked_by import user_of
from stations.models import Division, Unit, User
from stations.scope import scope_of

STATIONS_PER_PAGE = 50


@dataclass(frozen=True)
class PartLine:
    """A unit or division below, and where its month stands."""

    name: str
    url: str
    sums: Completeness
    report: str
    report_url: str
    due: Due | None
    handed_in: date | None

    @property
    def is_late(self) -> bool:
        if self.due is None:
            return False
        return self.handed_in > self.due.day if self.handed_in else self.due.is_over


@dataclass(frozen=True)
class Shown:
    """A station's line on the page: its day sheet, why days have no record, and how many were written down late."""

    line: StationLine
    url: str
    said: Sequence[tuple[date, str]]
    late: int


@never_cache
@require_safe
def completeness_page(request: HttpRequest) -> HttpResponse:
    """Of `?unit=` or `?division=` in `?month=`; without, of all stations of the person. `?only=missing`: what is left.

    A constant number of queries.
    """
    user, today = user_of(request), timezone.localdate()
    month = _month(request.GET.get("month") or str(Month.of(today)), today)
    own = own_units(user)
    subject = _subject(request, user, own)
    rows = rows_of(subject, month) if subject else StationMonth.objects.visible_to(user).filter(month=month.first)
    only_missing = request.GET.get("only") == "missing"
    listed = station_lines(still_missing(rows, month) if only_missing else rows.order_by())
    page = Paginator(listed, STATIONS_PER_PAGE).get_page(request.GET.get("page"))
    unit = subject.unit if subject else None
    parts = parts_of(subject, rows) if subject else []
    total = completeness(rows)
    lines = _part_lines([Part(unit, total), *parts] if unit else parts, month, today)
    whole, below = (lines[0], lines[1:]) if unit else (None, lines)
    due = whole.due if whole and whole.due else usual_due(month, today)
    sealing = sealing_days(month, [unit], today)[unit.pk] if unit else None
    context = {
        "title": _("Completeness"),
        "subject": subject,
        "own": own,
        "above": _above(subject, own),
        "month": month,
        "total": total,
        "whole": whole,
        "due": due,
        "sealing": sealing,
        "is_running": month.last >= today,
        "parts": below,
        "twice": sum(part.sums.stations for part in parts) - total.stations if parts else 0,
        "stations": _shown(read_lines(page.object_list, month), month, due),
        "page": page,
        "shown": page.paginator.count,
        "only_missing": only_missing,
        "refreshed_at": _refreshed_at(month),
        "pager": _address(subject, month, **({"only": "missing"} if only_missing else {})),
        "all": _address(subject, month),
        "missing": _address(subject, month, only="missing"),
        "earlier": _address(subject, month.plus(-1)),
        "later": _address(subject, month.plus(1)) if month < Month.of(today) else "",
    }
    return render(request, "admin/reports/completeness/page.html", admin.site.each_context(request) | context)


def _shown(lines: Sequence[StationLine], month: Month, due: Due) -> list[Shown]:
    codes = [line.code for line in lines]
    said, late = said_of(codes, month), entered_late(codes, month, due.day) if due.is_over else {}
    return [
        Shown(
            line,
            reverse("admin:day_sheet", args=[line.code, str(month)]),
            said.get(line.code, ()),
            late.get(line.code, 0),
        )
        for line in lines
    ]


def _month(text: str, today: date) -> Month:
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise Http404 from error
    if not EARLIEST <= month <= min(LATEST, Month.of(today)):
        raise Http404
    return month


def own_units(user: User) -> list[Unit]:
    scope = scope_of(user)
    own = Unit.objects.filter(depth=1) if scope.everything else Unit.objects.filter(path__in=scope.paths)
    return list(own.order_by("path"))


def _subject(request: HttpRequest, user: User, own: Sequence[Unit]) -> Subject | None:
    """None for all that the person sees, where that is not one unit with everything below it."""
    unit, division = (request.GET.get(name, "").replace("\0", "") for name in ("unit", "division"))
    if unit or division:
        found = find_subject(user, unit=unit, division=division)
        if found is None:
            raise Http404
        return found
    return Subject(unit=own[0]) if len(own) == 1 or (own and scope_of(user).everything) else None


def _above(subject: Subject | None, own: Sequence[Unit]) -> list[Unit]:
    """Those above it that the person sees, the highest first."""
    if subject is None or subject.unit is None:
        return []
    paths = [one.path for one in own]
    return [one for one in Unit.objects.get_ancestors(subject.unit) if any(one.path.startswith(path) for path in paths)]


def _query(subject: Subject | None, month: Month, **more: str) -> str:
    return urlencode(({subject.kind: subject.code} if subject else {}) | {"month": str(month)} | more)


def _address(subject: Subject | None, month: Month, **more: str) -> str:
    return f"{reverse('admin:completeness')}?{_query(subject, month, **more)}"


def _part_lines(parts: Sequence[Part], month: Month, today: date) -> list[PartLine]:
    units = [part.of for part in parts if isinstance(part.of, Unit)]
    pks = [unit.pk for unit in units]
    due = due_days(month, units, today) if units else {}
    handed = handed_in(month, pks) if units else {}
    states = _states(month, pks) if units else {}
    return [_part_line(part, month, due, handed, states) for part in parts]


def _states(month: Month, units: Sequence[int]) -> dict[int, str]:
    reports = MonthReport.objects.light().filter(unit__in=units, month=month.first).order_by("revision")
    return {report.unit_id: report.get_state_display() for report in reports}


def _part_line(
    part: Part, month: Month, due: Mapping[int, Due], handed: Mapping[int, date], states: Mapping[int, str]
) -> PartLine:
    if part.of is None:
        return PartLine(_("Directly"), "", part.sums, "", "", None, None)
    if isinstance(part.of, Division):
        return PartLine(part.of.name, _address(Subject(division=part.of), month), part.sums, "", "", None, None)
    subject = Subject(unit=part.of)
    report_url = f"{reverse('admin:month_report')}?{_query(subject, month)}"
    state = states.get(part.of.pk, _("Not submitted"))
    when = due.get(part.of.pk), handed.get(part.of.pk)
    return PartLine(part.of.name, _address(subject, month), part.sums, state, report_url, *when)


def _refreshed_at(month: Month) -> Any:
    """When the figures were brought up to date the last time."""
    runs = RollupRun.objects.filter(month=month.first, state=RunState.DONE).order_by("-started_at")
    return runs.values_list("started_at", flat=True).first()
