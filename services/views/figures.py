"""What happened, in figures: a month of a unit and of those below it, and the months before."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from harbor_portal.lib.tables import Column, Sheet, write_xlsx
from services.figures.counting import (
    SECTIONS,
    Columns,
    Counted,
    Measure,
    Section,
    Share,
    Sums,
    sums_by_month,
    sums_by_station,
    sums_by_unit,
)
from stations.asked_by import user_of
from stations.choices import DownloadKind
from stations.models import Unit, User
from stations.scope import scope_of

MONTHS = 13
MOST_STATIONS = 100
"""So many stand on the page; the workbook has them all."""
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
    headings: Sequence[Measure | Share]
    lines: Sequence[Line]
    note: str = ""

    def shortened(self) -> "Table":
        """As the page shows it."""
        if self.key != "stations" or len(self.lines) <= MOST_STATIONS:
            return self
        most = {"most": MOST_STATIONS, "all": len(self.lines)}
        note = _("The first %(most)d of %(all)d stations; the workbook has them all.") % most
        return replace(self, lines=self.lines[:MOST_STATIONS], note=note)


@dataclass(frozen=True)
class Page:
    section: Section
    month: Month

    def address(self, unit: Unit) -> str:
        query = {"of": self.section.key, "unit": unit.code, "month": str(self.month)}
        return f"{reverse('admin:figures')}?{urlencode(query)}"


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The section `?of=` of `?unit=` in `?month=`; without, the first one of the person's first unit in this month."""
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
    section = SECTIONS.get(request.GET.get("of") or next(iter(SECTIONS)))
    if section is None:
        raise Http404
    page = Page(section, month)
    tables = _tables(user, unit, page) if unit else []
    if request.GET.get("format") == "xlsx" and unit:
        return _xlsx(unit, page, tables)
    context = {
        "title": section.title,
        "section": section,
        "sections": [(one, Page(one, month).address(unit)) for one in SECTIONS.values()] if unit else [],
        "unit": unit,
        "own": own,
        "above": [one for one in Unit.objects.get_ancestors(unit) if _is_seen(one, own)] if unit else [],
        "month": month,
        "earlier": Page(section, month.plus(-1)).address(unit) if unit else "",
        "later": Page(section, month.plus(1)).address(unit) if unit and month < Month.of(today) else "",
        "download": f"{page.address(unit)}&format=xlsx" if unit else "",
        "tables": [table.shortened() for table in tables],
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


def _tables(user: User, unit: Unit, page: Page) -> list[Table]:
    """A constant number of queries, however many units and rows."""
    today = timezone.localdate()
    counted = [table.seen_by(user) for table in page.section.counted(today)]
    below = list(Unit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1).order_by("path"))
    months = [page.month.plus(-back) for back in range(MONTHS)]
    by_unit = sums_by_unit(counted, unit, below, page.month)
    by_month = sums_by_month(counted, unit, months)
    tables = []
    for shown in page.section.tables(today):
        lines = [_line(one.name, one, page, by_unit[one.pk], shown, is_own=one == unit) for one in (unit, *below)]
        tables.append(Table(shown.key, shown.title, gettext_lazy("Unit"), shown.columns, lines))
        if shown.is_main:
            of_months = [_line(str(one), unit, Page(page.section, one), by_month[one], shown) for one in months]
            title = gettext_lazy("By month")
            tables.append(Table("months", title, gettext_lazy("Month"), shown.columns, of_months))
            if page.section.tells_stations:
                tables.append(_of_stations(counted, unit, page, shown))
    return tables


def _of_stations(counted: Sequence[Counted], unit: Unit, page: Page, shown: Columns) -> Table:
    """The year in which the month lies; the name leads to the rows of the station."""
    year = page.month.year
    found = sums_by_station(counted, unit, date(year, 1, 1), date(year, 12, 31))
    measures = [column for column in shown.columns if isinstance(column, Measure)]
    lines = []
    for (name, code), sums in found.items():
        query = urlencode({**measures[0].query, "q": code})
        cells = [Cell(f"{sums[one.key]:,}", "", one.key, sums[one.key]) for one in measures]
        lines.append(Line(name, f"{reverse(f'admin:{measures[0].page}_changelist')}?{query}", cells))
    return Table("stations", _("By station, %(year)d") % {"year": year}, gettext_lazy("Station"), measures, lines)


def _line(name: str, unit: Unit, page: Page, sums: Sums, shown: Columns, *, is_own: bool = False) -> Line:
    cells = [
        _share(column, sums) if isinstance(column, Share) else _cell(column, unit, page, sums)
        for column in shown.columns
    ]
    return Line(name, page.address(unit), cells, is_own)


def _cell(measure: Measure, unit: Unit, page: Page, sums: Sums) -> Cell:
    count = sums[measure.key]
    query = urlencode({**measure.query, measure.unit_filter: unit.code, measure.month_filter: str(page.month)})
    url = f"{reverse(f'admin:{measure.page}_changelist')}?{query}" if count and measure.page else ""
    return Cell(f"{count:,}", url, measure.key, count)


def _share(column: Share, sums: Sums) -> Cell:
    """Nothing where there is nothing to share."""
    whole = sum(sums[key] for key in column.whole)
    share = sums[column.part] / whole if whole else None
    return Cell("—" if share is None else f"{100 * share:.0f} %", "", column.key, share)


def _xlsx(unit: Unit, page: Page, tables: Iterable[Table]) -> HttpResponse:
    """The tables of the page, a sheet each."""
    about, file = f"{unit} · {page.month}", io.BytesIO()
    write_xlsx(file, [_sheet(table, about) for table in tables])
    name = f"{unit.code}-{page.month}-{page.section.key}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)
    return taken(response, DownloadKind.LIST, f"{page.section.title} · {about}")


def _sheet(table: Table, about: str) -> Sheet:
    columns = [Column("name", str(table.first), width=28)]
    columns += [
        Column(one.key, str(one.title), "percent" if isinstance(one, Share) else one.kind, 12) for one in table.headings
    ]
    rows = [{"name": line.name} | {cell.key: cell.value for cell in line.cells} for line in table.lines]
    return Sheet(str(table.title), columns, rows, preamble=[about])
