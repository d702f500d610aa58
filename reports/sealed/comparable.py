"""In what two sets of frozen rows can be compared.

Between the two the program may have learnt sections, columns and lines: what one could not hold is no correction.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reports.figures import row_key
from reports.sections import SECTIONS
from reports.sections.base import was_told

Row = dict[str, Any]
SOURCE = "source"
"""Where the figures come from, and when they were added up: it differs each time, and is no figure."""


def comparable(before: Sequence[Row], after: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Of both the sections, columns and lines that both could hold. A row that is in one alone stays."""
    sections = _sections(before) & _sections(after)
    old, new = _columns(before), _columns(after)
    shared = {section: old[section] & new[section] for section in old.keys() & new.keys()}
    return _with_lines_of_both(*(_cut(rows, sections, shared) for rows in (before, after)))


def _sections(rows: Sequence[Row]) -> set[str]:
    """Those that the program had, and has."""
    source = next(row for row in rows if row["section"] == SOURCE)
    known = {section for section in SECTIONS if was_told(section, source)} | {row["section"] for row in rows}
    return (known & SECTIONS.keys()) - {SOURCE}


def _columns(rows: Iterable[Row]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["section"], set()).update(row)
    return found


def _cut(rows: Iterable[Row], sections: set[str], columns: Mapping[str, set[str]]) -> list[Row]:
    return [
        {key: value for key, value in row.items() if key in columns.get(row["section"], row)}
        for row in rows
        if row["section"] in sections
    ]


def _with_lines_of_both(before: list[Row], after: list[Row]) -> tuple[list[Row], list[Row]]:
    """Lines that each report has, such as the measures of the overview, come and go with the program alone."""
    both = _fixed(before) & _fixed(after)
    old, new = (
        [row for row in rows if not SECTIONS[row["section"]].is_fixed or row_key(row) in both]
        for rows in (before, after)
    )
    return old, new


def _fixed(rows: Iterable[Row]) -> set[tuple[str, ...]]:
    return {row_key(row) for row in rows if SECTIONS[row["section"]].is_fixed}
