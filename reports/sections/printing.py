"""How rows are put into tables, the same for every rendering."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column, Share
from reports.periods import Period
from reports.sections.behind import SPANS, Behind, Known, line_of

Row = dict[str, Any]

NONE = "—"
"""Printed where there is no figure: never 0, and never 0 %."""


@dataclass(frozen=True)
class Chart:
    """What a table shows at a glance: a value for each label, or a row of values of a `heat` map.

    `columns` are the names of the values in such a row. Of a `pace` these are the shares of a goal that were reached
    and that were due. A chart never shows what its table does not hold.
    """

    kind: Literal["bars", "columns", "heat", "pace"]
    title: str
    labels: Sequence[str]
    values: Sequence[Any]
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Table:
    """One section. Rows hold the values of the columns, and more for the screen.

    That is `rank` ("subtotal" or "total"); `only`, the filter of the ledger rows that make the row's figures, without
    which it leads to none; `line`, what the row is known by where that filter does not tell; and `behind`, where the
    row differs from the others in what is behind its figures.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    note: str = ""
    chart: Chart | None = None
    behind: Known = field(default_factory=dict)
    """By the key of each column of figures: the ledger of its rows, or from what it is worked out."""

    def behind_of(self, row: Row, key: str) -> Behind | None:
        """The rows behind that figure of the row, if it has any."""
        found = {**self.behind, **row.get("behind", {})}.get(key)
        return found if isinstance(found, Behind) and "only" in row else None


def stands_out(row: Mapping[str, Any]) -> bool:
    """Whether the row is printed heavier than the others: a sum of them, or what they are parts of."""
    return row.get("rank") in ("subtotal", "total", "whole")


def line_key(row: Row) -> str:
    """What a row of a table is asked for by."""
    return str(row["line"]) if "line" in row else line_of(row.get("only", {}))


def span_columns(spans: Mapping[str, Period]) -> list[Column]:
    """The columns of the three spans."""
    period, before, year_before = (spans[when] for when in SPANS)
    if before != period.before():
        previous = _("Compared with (%(month)s)") % {"month": before}
    elif period.is_month:
        previous = _("Previous month (%(month)s)") % {"month": before}
    else:
        previous = _("Months before (%(month)s)") % {"month": before}
    same = _("Same month last year (%(month)s)") if period.is_month else _("Same months last year (%(month)s)")
    return [
        Column("value", str(period), "integer", 12),
        Column("previous", previous, "integer", 16),
        Column("last_year", same % {"month": year_before}, "integer", 16),
    ]


def change_columns(spans: Mapping[str, Period]) -> list[Column]:
    """Of the value, against the two others."""
    usual = spans["value"].is_month and spans["previous"] == spans["value"].before()
    previous = _("Against the previous month") if usual else _("Against %(month)s") % {"month": spans["previous"]}
    year = _("Against the same month last year") if usual else _("Against %(month)s") % {"month": spans["last_year"]}
    return [Column("change_previous", previous, "percent", 14), Column("change_last_year", year, "percent", 14)]


def printed(row: Row, *figures: str) -> Row:
    """The row with a dash for every figure that is not there."""
    wanted = {*SPANS, *figures}
    return {key: NONE if value is None and key in wanted else value for key, value in row.items()}


def changes(row: Row) -> Row:
    return {f"change_{when}": change(row["value"], row[when]) for when in SPANS[1:]}


def change(value: float | None, base: float | None) -> float | str:
    return NONE if value is None or not base else (value - base) / base


def day(text: str | None) -> date | str:
    """A frozen day as a date, which a spreadsheet sorts by."""
    return date.fromisoformat(text) if text else NONE


def share(value: float | None, total: float | None) -> float | str:
    return NONE if value is None or not total else value / total


def sum_known(values: Iterable[int | None]) -> int | None:
    """Nothing where no value is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def is_figure(column: Column) -> bool:
    return column.kind in ("integer", "decimal", "percent")


def told(column: Column, value: Any) -> str:
    """The value as a person reads it, on screen and on paper."""
    match value:
        case None:
            return ""
        case str():
            return value
        case Share():
            return told_share(value)
        case date():
            return date_format(value, "Y-m-d")
    if column.kind == "percent":
        return told_share(value, signed=column.key.startswith("change"))
    return told_figure(value)


def told_share(value: float, *, signed: bool = False) -> str:
    percent = round(value * 100, 1) or 0.0  # never "-0.0"
    sign = "+" if signed and percent > 0 else ""
    return f"{sign}{number_format(percent, 1)} %"


def told_figure(value: float) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def with_total(lines: Sequence[Row], keys: Iterable[str]) -> list[Row]:
    """The lines and what they add up to; of none, nothing."""
    return [*lines, summed(lines, keys)] if lines else []


def summed(rows: Sequence[Row], keys: Iterable[str]) -> Row:
    """The last line of a table whose lines add up."""
    sums = {key: sum_known(row[key] for row in rows if row[key] != NONE) for key in keys}
    return {"name": _("Total"), "rank": "total", "only": {}} | printed(sums, *sums)
