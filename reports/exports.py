"""A month report as a file; each is a rendering of the same tables."""

import csv
import io
import zipfile
from typing import IO

from django.utils.translation import gettext as _

from harbor_portal.lib.archives import adding_text
from harbor_portal.lib.canonical import canonical_json
from harbor_portal.lib.tables import Sheet, write_csv, write_xlsx
from reports.figures import MonthFigures
from reports.papers import month_pdf
from reports.sealed.comparable import SOURCE
from reports.sections import SECTIONS
from reports.sections.printing import stands_out
from reports.sections.sources import known_by
from reports.tables import month_table, month_tables

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}

CSV_ENCODING = "utf-8-sig"
"""With the mark by which Excel knows it."""


def file_name(figures: MonthFigures, extension: str, section: str = "") -> str:
    """For example "CCB-JN-2026-10-station.csv"."""
    source, period = figures.source, figures.period
    month = str(period) if period.is_month else f"{period.first}_{period.last}"
    revision = f"r{figures.report.revision}" if figures.report and figures.report.revision > 1 else ""
    return "-".join(filter(None, [source["code"], month, revision, section])) + f".{extension}"


def write_month(file: IO[bytes], figures: MonthFigures, extension: str, section: str = "station") -> None:
    """One of `FORMATS`; a csv has one section. The same frozen figures always give the same bytes."""
    match extension:
        case "xlsx":
            write_month_xlsx(file, figures)
        case "pdf":
            file.write(month_pdf(figures))
        case "zip":
            write_month_zip(file, figures)
        case "json":
            # Just the bytes over which the hash is made, so that anybody can make it again.
            file.write(canonical_json(figures.rows()))
        case _:
            text = io.TextIOWrapper(file, CSV_ENCODING, newline="")
            _write_csv(text, figures, section)
            if not figures.is_draft and section != SOURCE:
                # What stands by itself names its revision and hash, below a blank line, as the zip does in its sources.
                csv.writer(text).writerows([[], *known_by(figures.report)])
            text.detach()  # the file is the caller's


def write_month_xlsx(file: IO[bytes], figures: MonthFigures) -> None:
    """A sheet for each section, with typed cells."""
    title = _("%(name)s · %(month)s") % figures.source
    if figures.is_draft:
        title = f"{title} · {_('Draft')}"
    write_xlsx(
        file,
        [
            Sheet(
                table.title,
                table.columns,
                table.rows,
                [f"{title} · {table.title}", *filter(None, [table.note])],
                stands_out,
            )
            for table in month_tables(figures)
        ],
        made_at=figures.as_of,
    )


def write_month_zip(file: IO[bytes], figures: MonthFigures) -> None:
    """A csv for each section, numbered in their order."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, section in enumerate(SECTIONS, 1):
            with adding_text(archive, f"{number:02d}-{section}.csv", CSV_ENCODING, figures.as_of) as text:
                _write_csv(text, figures, section)


def _write_csv(text: IO[str], figures: MonthFigures, section: str) -> None:
    table = month_table(figures, section)
    write_csv(text, table.columns, table.rows)
