"""The page of the rows behind a figure: the rows of a page as a table, their sum, and how it stands to the figure."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from harbor_portal.lib.tables import Column
from reports.cells import MOST_DIFFERING, Cell
from reports.ledgers.base import AMOUNT, Rows
from reports.screens import Screen, screen
from reports.sections.printing import Row, Table, line_key, told
from stations.models import Station, User


@dataclass(frozen=True)
class LedgerPage:
    title: str
    figure: str
    sentence: str
    is_equal: bool
    section: Screen
    differing: Screen | None
    query: str
    """Of this page, without its number."""
    back: str
    """The address of the rows by station, from those of one station; or else of the figure in its report."""


def ledger_page(
    cell: Cell, behind: Rows, rows: Rows, page: Page[Any], station: Station | None, user: User
) -> LedgerPage:
    """`behind` are the rows of the figure itself, `rows` these or those of one station among them."""
    of_one = station is not None and rows is not behind
    query = query_of(cell, station.code if station and not cell.station_code else "")
    table = _table(cell, rows, page, user)
    differing = [] if of_one else cell.differing(behind)
    return LedgerPage(
        title=" · ".join(filter(None, [cell.table.title, cell.name, cell.column.title, str(station or "")])),
        figure=told(cell.column, cell.value),
        sentence=_sentence(cell, behind, rows, of_one=of_one),
        is_equal=cell.is_sum(behind.total),
        section=screen(table, lambda row, key: str(row.get("url", "")) if key == AMOUNT else ""),
        differing=screen(_differing(differing), lambda _row, _key: "") if differing else None,
        query=query,
        back=_back(cell, of_one=of_one),
    )


def query_of(cell: Cell, station: str = "") -> str:
    asked = {"section": cell.table.key, "line": line_key(cell.row), "figure": cell.column.key}
    if cell.revision is not None:
        asked["revision"] = str(cell.revision)
    return cell.asked.query(**asked, **({"station": station} if station else {}))


def _back(cell: Cell, *, of_one: bool) -> str:
    if of_one and not cell.station_code:
        return f"{reverse('admin:month_ledger')}?{query_of(cell)}"
    return f"{reverse('admin:month_report')}?{cell.asked.query()}#{cell.table.key}"


def _table(cell: Cell, rows: Rows, page: Page[Any], user: User) -> Table:
    lines = [rows.line(row) for row in page]
    if rows.by_station:
        lines = [line | {"url": _of_station(cell, line["code"])} for line in lines]
    elif rows.model:
        lines = _opened(rows, lines, user)
    amount = rows.columns[-1] if rows.columns[-1].key == AMOUNT else Column(AMOUNT, _("Sum"), "integer")
    columns = [*rows.columns] if rows.columns[-1].key == AMOUNT else [*rows.columns, amount]
    total = {columns[0].key: _("Total"), "rank": "total", AMOUNT: _plain(rows.total, amount)}
    return Table("ledger", _("Rows of the ledger"), columns, [*lines, total], rows.note)


def _plain(total: Any, column: Column) -> float | int:
    return float(total) if column.kind == "decimal" else int(total)


def _of_station(cell: Cell, code: str) -> str:
    return f"{reverse('admin:month_ledger')}?{query_of(cell, code)}"


def _opened(rows: Rows, lines: list[Row], user: User) -> list[Row]:
    """Each with the page of its row, for who sees it there: a report tells more people how much than what exactly."""
    keys = {line["pk"] for line in lines}
    seen = set(rows.model.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    return [line | {"url": reverse(rows.page, args=[line["pk"]])} if line["pk"] in seen else line for line in lines]


def _sentence(cell: Cell, behind: Rows, rows: Rows, *, of_one: bool) -> str:
    figure, total = told(cell.column, cell.value), told(cell.column, _plain(behind.total, cell.column))
    if of_one and not cell.station_code:
        return _("%(sum)s of the %(figure)s that the report tells are this station's.") % {
            "sum": told(cell.column, _plain(rows.total, cell.column)),
            "figure": figure,
        }
    if cell.is_sum(behind.total):
        count = len(rows.rows)
        text = ngettext(
            "The report tells %(figure)s: the sum of this one row.",
            "The report tells %(figure)s: the sum of these %(count)s rows.",
            count,
        )
        return text % {"figure": figure, "count": f"{count:,}"}
    if cell.is_frozen:
        text = _(
            "The report tells %(figure)s, as frozen when it was submitted; by today's rows it would be %(total)s. What"
            " was recorded or corrected since changes it only by a new revision."
        )
    else:
        text = _(
            "The report tells %(figure)s, as of the last roll-up; by today's rows it is %(total)s. The next roll-up"
            " takes up what has changed."
        )
    return text % {"figure": figure, "total": total}


def _differing(rows: list[Row]) -> Table:
    columns = [
        Column("name", _("Station")),
        Column("code", _("Code")),
        Column("before", _("As frozen"), "integer"),
        Column("after", _("By today's rows"), "integer"),
    ]
    note = _("At most %(count)d stations, those that differ most first.") % {"count": MOST_DIFFERING}
    return Table("differing", _("What differs"), columns, rows, note if len(rows) == MOST_DIFFERING else "")
