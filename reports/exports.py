"""A month report as a file."""

from typing import IO

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Sheet, write_csv, write_xlsx
from reports.figures import MonthFigures
from reports.tables import month_table, month_tables

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def file_name(figures: MonthFigures, extension: str, section: str = "") -> str:
    """For example "CCB-JN-2026-10-stations.csv"."""
    return "-".join(filter(None, [figures.source["code"], figures.source["month"], section])) + f".{extension}"


def write_month_xlsx(file: IO[bytes], figures: MonthFigures) -> None:
    """A sheet for each section, with typed cells."""
    title = _("%(name)s · %(month)s") % figures.source
    write_xlsx(
        file,
        [
            Sheet(table.title, table.columns, table.rows, preamble=[title, *filter(None, [table.note])])
            for table in month_tables(figures)
        ],
    )


def write_month_csv(file: IO[str], figures: MonthFigures, section: str = "stations") -> None:
    """One section; `file` is opened with `newline=""` and encoding utf-8-sig."""
    table = month_table(figures, section)
    write_csv(file, table.columns, table.rows)
