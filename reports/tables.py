"""The tables of a month report: one definition of columns for screen, xlsx and csv."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.figures import WHEN, MonthFigures, Row, digest_of
from services.choices import GroupClass, Method, WorkerGroup, group_class

NONE = "—"
"""Printed where there is no figure: never 0, and never 0 %."""


@dataclass(frozen=True)
class Table:
    """One section. Rows hold the values of the columns, and more for the screen.

    That is `rank` ("subtotal" or "total"), and `only`, the filter of the ledger rows that make the row's figures.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    note: str = ""


def month_tables(figures: MonthFigures, stations: Iterable[Row] | None = None) -> list[Table]:
    """The sections in order; `stations` are those of the page shown, without it all."""
    return [
        overview_table(figures),
        station_table(figures, stations),
        group_table(figures),
        method_table(figures),
        source_table(figures, with_hash=stations is None),
    ]


def month_table(figures: MonthFigures, key: str) -> Table:
    """One section; KeyError for an unknown one."""
    return TABLES[key](figures)


def month_of(figures: MonthFigures) -> Month:
    return Month.parse(figures.source["month"])


def overview_table(figures: MonthFigures) -> Table:
    labels = measure_labels()
    rows = [
        {**_printed(row), "measure": labels[row["measure"]], **_changes(row), **_behind(row)}
        for row in figures.overview
    ]
    columns = [
        Column("measure", _("Measure"), width=30),
        *_month_columns(month_of(figures)),
        Column("change_previous", _("Against the previous month"), "percent", 18),
        Column("change_last_year", _("Against the same month last year"), "percent", 18),
    ]
    return Table("overview", _("Overview"), columns, rows)


def _behind(row: Row) -> Row:
    return {"only": {}} if row["measure"] == "visits" else {}


def measure_labels() -> dict[str, str]:
    return {
        "stations": _("Stations"),
        "stations_recording": _("Stations with records"),
        "days_opened": _("Days opened"),
        "days_recorded": _("Days recorded"),
        "days_nil": _("Nil returns"),
        "visits": _("Visits"),
    }


def station_table(figures: MonthFigures, stations: Iterable[Row] | None = None) -> Table:
    every = figures.stations if stations is None else stations
    columns = [
        Column("name", _("Station"), width=34),
        Column("code", _("Code"), width=11),
        Column("operator", _("Operator"), width=24),
        Column("supervisor", _("Supervisor"), width=24),
        Column("division", _("Division"), width=14),
        Column("days_opened", _("Days opened"), "integer", 11),
        Column("days_recorded", _("Days recorded"), "integer", 11),
        Column("days_nil", _("Nil returns"), "integer", 11),
        *_month_columns(month_of(figures)),
    ]
    return Table("stations", _("By station"), columns, _station_rows(every, figures))


def _station_rows(stations: Iterable[Row], figures: MonthFigures) -> Iterator[Row]:
    return chain(
        (_printed(row) | {"only": {"station": row["code"]}} for row in stations), iter([_station_total(figures)])
    )


def _station_total(figures: MonthFigures) -> Row:
    values = {row["measure"]: row["value"] for row in figures.overview}
    days = {key: values[key] for key in ("days_opened", "days_recorded", "days_nil")}
    return {"name": _("Total"), "rank": "total", "only": {}} | _printed(days | _totals(figures))


def _totals(figures: MonthFigures) -> Row:
    return {when: figures.total[when] for when in WHEN}


def group_table(figures: MonthFigures) -> Table:
    columns = [
        Column("class", _("Class"), width=18),
        Column("group", _("Group"), width=28),
        *_month_columns(month_of(figures)),
        Column("share", _("Share"), "percent", 10),
    ]
    total = figures.total["value"]
    rows = chain.from_iterable(_class_rows(each, figures.groups, total) for each in GroupClass)
    everything: Row = {"class": _("Total"), "rank": "total", "only": {}, "share": _share(total, total)}
    everything |= _printed(_totals(figures))
    return Table("groups", _("By group"), columns, [*rows, everything])


def _class_rows(of: GroupClass, groups: Sequence[Row], total: int | None) -> list[Row]:
    mine = [row for row in groups if group_class(WorkerGroup(row["group"])) == of]
    rows: list[Row] = [
        _printed(row)
        | {
            "class": str(of.label),
            "group": str(WorkerGroup(row["group"]).label),
            "share": _share(row["value"], total),
            "only": {"group": row["group"]},
        }
        for row in mine
    ]
    if len(mine) == 1:
        return rows
    sums = {when: _sum(row[when] for row in mine) for when in WHEN}
    subtotal = {
        "class": str(of.label),
        "group": _("Subtotal"),
        "rank": "subtotal",
        "share": _share(sums["value"], total),
    }
    return [*rows, subtotal | _printed(sums)]


def method_table(figures: MonthFigures) -> Table:
    columns = [
        Column("method", _("Counting method"), width=20),
        *_month_columns(month_of(figures)),
        Column("beside", _("Recorded beside, not added"), "integer", 18),
    ]
    rows: list[Row] = [
        _printed(row, "beside") | {"method": str(Method(row["method"]).label), "only": {"method": row["method"]}}
        for row in figures.methods
    ]
    total = {"method": _("Total"), "rank": "total", "only": {}, "beside": NONE} | _printed(_totals(figures))
    note = _(
        "Each day is counted by one method. What other methods recorded on that day is the same people counted again: "
        "it stands beside the figure and is never added. Figures of different methods are hard to compare."
    )
    return Table("methods", _("By counting method"), columns, [*rows, total], note)


def source_table(figures: MonthFigures, *, with_hash: bool = True) -> Table:
    """Where the figures come from. Hashing those that are not frozen means reading all of them."""
    source, report = figures.source, figures.report
    digest = (report.digest if report else "") or (digest_of(figures.rows()) if with_hash else "")
    lines = [
        (_("Report of"), " / ".join(source["path"])),
        (_("Code of the unit or division"), source["code"]),
        (_("Month"), source["month"]),
        (_("Rolled up"), rolled_up_at(figures) or NONE),
        (_("Roll-up run"), str(source["run"] or NONE)),
        (_("State"), str(report.get_state_display()) if report else _("Not submitted")),
        (_("SHA-256"), digest or _("Made when the report is submitted")),
        *counting_notes(),
    ]
    columns = [Column("what", _("Item"), width=26), Column("text", pgettext("table column", "Content"), width=110)]
    return Table("source", _("Sources"), columns, [{"what": what, "text": text} for what, text in lines])


def rolled_up_at(figures: MonthFigures) -> str:
    """When the run began that the figures are of, or nothing."""
    at = figures.source["rolled_up_at"]
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M}" if at else ""


def counting_notes() -> list[tuple[str, str]]:
    """How the figures come about, in words; docs/reports.md says it at length."""
    return [
        (_("Visits"), _("Person-visits: somebody who comes twice is counted twice. Sample definition (参考样式).")),
        (
            _("Counting method"),
            _(
                "The method named in the day's record; without one, the first of gate, scan, tally, ledger, estimate "
                "by which anybody was counted. Other methods are shown beside the figure and never added."
            ),
        ),
        (
            _("Handover"),
            _("A station counts for the unit that operates or supervises it on the day, also when that changes."),
        ),
        (_("Days recorded"), _("Days with a visit by any method or with a nil return (open, and nobody came).")),
        (NONE, _("No record. A nil return is printed as 0.")),
    ]


def _month_columns(month: Month) -> list[Column]:
    return [
        Column("value", str(month), "integer", 12),
        Column("previous", _("Previous month (%(month)s)") % {"month": month.plus(-1)}, "integer", 16),
        Column("last_year", _("Same month last year (%(month)s)") % {"month": month.plus(-12)}, "integer", 16),
    ]


def _printed(row: Row, *more: str) -> Row:
    """The row with a dash for every figure that is not there."""
    figures = {*WHEN, "days_opened", "days_recorded", "days_nil", *more}
    return {key: NONE if value is None and key in figures else value for key, value in row.items()}


def _changes(row: Row) -> Row:
    return {f"change_{when}": _change(row["value"], row[when]) for when in WHEN[1:]}


def _change(value: int | None, base: int | None) -> float | str:
    return NONE if value is None or not base else (value - base) / base


def _share(value: int | None, total: int | None) -> float | str:
    return NONE if value is None or not total else value / total


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


TABLES: dict[str, Callable[[MonthFigures], Table]] = {
    "overview": overview_table,
    "stations": station_table,
    "groups": group_table,
    "methods": method_table,
    "source": source_table,
}
