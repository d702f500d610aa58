"""The tables of a month report: one definition for screen, xlsx, csv, PDF and API."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from reports.figures import MonthFigures, Row
from reports.sections import SECTIONS
from reports.sections.base import Section
from reports.sections.printing import NONE, Table


def month_tables(figures: MonthFigures) -> list[Table]:
    """The sections in order."""
    return [month_table(figures, key) for key in SECTIONS]


def page_tables(figures: MonthFigures, stations: Sequence[Row], most: int) -> list[Table]:
    """The sections as a page shows them: of the stations those given, of other lists about so many lines."""
    return [
        section.table(figures, stations) if key == "station" else _brief(section, figures, most)
        for key, section in SECTIONS.items()
    ]


def _brief(section: Section, figures: MonthFigures, most: int) -> Table:
    rows = figures.of(section.key)
    brief = section.brief(rows, most) if section.brief else None
    if brief is None:
        return month_table(figures, section.key)
    table = section.table(figures, brief)
    return replace(table, note=f"{table.note} {_('What lies below these lines is in the files.')}")


def month_table(figures: MonthFigures, key: str) -> Table:
    """One section; KeyError for an unknown one. One that the report was frozen without has "—" in every column."""
    table = SECTIONS[key].table(figures, figures.of(key))
    if figures.has(key):
        return table
    note = _("The report was frozen before this was told in it.")
    return replace(table, rows=[{column.key: NONE for column in table.columns}], note=note)
