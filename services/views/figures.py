"""Feedback and inspections in figures: a month of a unit and of those below it, and the months before."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.downloads import taken
from harbor_portal.lib.months import EARLIEST, LATEST, Month
from harbor_portal.lib.tables import Column, Kind, Sheet, write_xlsx
from services.figures import (
    Measure,
    Sums,
    feedback_measures,
    finding_measures,
    inspection_measures,
    rows_seen_by,
    sums_by_month,
    sums_by_unit,
)
from services.views.my_station import user_of
from stations.choices import DownloadKind
from stations.models import Unit, User
from stations.scope import scope_of

MONTHS = 13
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Cell:
    text: str
    url: str
    key: str
    value: float | None


@dataclass(frozen=True)
class Line:
    name: str
    url: str
    """Where more of it is shown."""
    cells: Sequence[Cell]
    is_own: bool = False


@dataclass(frozen=True)
class Table:
    key: str
    title: str | Promise
    first: str | Promise
    headings: Sequence[tuple[str, str | Promise]]
    lines: Sequence[Line]


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Of `?unit=` in `?month=`; the first of the person's units and the present month without."""
    user, today = user_of(request), timezone.localdate()
    scope = scope_of(user)
    if not (scope.everything or scope.roles):
        raise PermissionDenied(_("These figures are of units: officers, officials and auditors of one read them."))
    month = _month(request.GET.get("month") or str(Month.of(today)))
    own = list(
        Unit.objects.filter(path__in=scope.paths).order_by("path")
        if scope.paths
        else Unit.objects.filter(depth=1).order_by("path")
    )
    unit = _unit(request, user, own)
    tables = _tables(user, unit, month) if unit else []
    if request.GET.get("format") == "xlsx" and unit:
        return _xlsx(unit, month, tables)
    context = {
        "title": _("Feedback and inspections"),
        "unit": unit,
        "own": own,
        "above": [one for one in Unit.objects.get_ancestors(unit) if _is_seen(one, own)] if unit else [],
        "month": month,
        "earlier": _address(unit, month.plus(-1)) if unit else "",
        "later": _address(unit, month.plus(1)) if unit and month < Month.of(today) else "",
        "download": f"{_address(unit, month)}&format=xlsx" if unit else "",
        "tables": tables,
    }
    return render(request, "admin/figures/page.html", admin.site.each_context(request) | context)


def _is_seen(unit: Unit, own: Sequence[Unit]) -> bool:
    return any(unit.path.startswith(one.path) for one in own)


def _unit(request: HttpRequest, user: User, own: Sequence[Unit]) -> Unit | None:
    if code := request.GET.get("unit", "").replace("\0", ""):
        found: Unit | None = Unit.objects.visible_to(user).filter(code=code).first()
        if found is None:
            raise Http404
        return found
    return own[0] if own else None


def _month(text: str) -> Month:
    try:
        month = Month.parse(text)
    except ValueError as error:
        raise Http404 from error
    if not EARLIEST.plus(MONTHS) <= month <= LATEST:
        raise Http404
    return month


def _tables(user: User, unit: Unit, month: Month) -> list[Table]:
    """Eight queries, however many units and rows."""
    today, rows = timezone.localdate(), rows_seen_by(user)
    below = Unit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1).order_by("path")
    units = [unit, *below]
    sums = sums_by_unit(rows, units, month, today)
    months = [month.plus(-back) for back in range(MONTHS)]
    by_month = sums_by_month(rows, unit, months, today)
    kinds = [measure for measure in feedback_measures() if measure.key.startswith("kind_")]
    main = [measure for measure in feedback_measures() if measure not in kinds]
    main += [*inspection_measures(), *finding_measures(today)]
    of_units = [_line(one.name, one, month, sums[one.pk], main, is_own=one == unit) for one in units]
    of_months = [_line(str(one), unit, one, by_month[one], main) for one in months]
    said = [_line(one.name, one, month, sums[one.pk], kinds, is_own=one == unit) for one in units]
    unit_title, month_title = gettext_lazy("Unit"), gettext_lazy("Month")
    return [
        Table("units", gettext_lazy("By unit"), unit_title, _headings(main), of_units),
        Table("months", gettext_lazy("By month"), month_title, _headings(main), of_months),
        Table("kinds", gettext_lazy("What visitors told us"), unit_title, _headings(kinds), said),
    ]


SHARE = ("share", gettext_lazy("Items passed"))


def _headings(measures: Sequence[Measure]) -> list[tuple[str, str | Promise]]:
    found = [(measure.key, measure.title) for measure in measures]
    at = next((number for number, (key, _title) in enumerate(found) if key == "opened"), None)
    return found if at is None else [*found[:at], SHARE, *found[at:]]


def _line(
    name: str, unit: Unit, month: Month, sums: Sums, measures: Sequence[Measure], *, is_own: bool = False
) -> Line:
    by_key = {measure.key: measure for measure in measures}
    cells = [
        _cell(by_key[key], unit, month, sums) if key in by_key else _share(sums) for key, _title in _headings(measures)
    ]
    return Line(name, _address(unit, month), cells, is_own)


def _cell(measure: Measure, unit: Unit, month: Month, sums: Sums) -> Cell:
    count = sums[measure.key]
    query = urlencode({**measure.query, "unit": unit.code, "month": str(month)})
    url = f"{reverse(f'admin:{measure.page}_changelist')}?{query}" if count else ""
    return Cell(f"{count:,}", url, measure.key, count)


def _share(sums: Sums) -> Cell:
    """Of the items that applied, how many passed; nothing where nothing was looked at."""
    looked_at = sums["passed"] + sums["failed"]
    share = sums["passed"] / looked_at if looked_at else None
    return Cell("—" if share is None else f"{100 * share:.0f} %", "", "share", share)


def _address(unit: Unit, month: Month) -> str:
    return f"{reverse('admin:figures')}?{urlencode({'unit': unit.code, 'month': str(month)})}"


def _xlsx(unit: Unit, month: Month, tables: Iterable[Table]) -> HttpResponse:
    """The tables of the page, a sheet each."""
    about, file = f"{unit} · {month}", io.BytesIO()
    write_xlsx(file, [_sheet(table, about) for table in tables])
    name = f"{unit.code}-{month}-inspections.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)
    return taken(response, DownloadKind.LIST, f"{_('Feedback and inspections')} · {about}")


def _sheet(table: Table, about: str) -> Sheet:
    columns = [Column("name", str(table.first), width=28)]
    kinds: dict[str, Kind] = {"share": "percent"}
    columns += [Column(key, str(title), kinds.get(key, "integer"), 12) for key, title in table.headings]
    rows = [{"name": line.name} | {cell.key: cell.value for cell in line.cells} for line in table.lines]
    return Sheet(str(table.title), columns, rows, preamble=[about])
