"""The rows of a frozen report as they are asked for: of thousands of stations only those of the page that is shown.

The rows of a section stand one after the other, so those of a page are found by their place. PostgreSQL goes to a place
at once; to ask each of twenty thousand rows whether it is meant would take as long as all the rest of the page.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import connection

from reports.models import MonthReport
from reports.sections.printing import Row

STATIONS = "station"
_NAMES = "SELECT jsonb_path_query_array(rows, '$[*].section') FROM reports_monthreport WHERE id = %s"
_PLACES = "SELECT jsonb_path_query_array(rows, '$[$first to $last]', %s) FROM reports_monthreport WHERE id = %s"
_ONE = """
    SELECT jsonb_path_query_array(rows, '$[*] ? (@.section == "station" && @.code == $code)', %s)
    FROM reports_monthreport WHERE id = %s
"""
_SOME = """
    SELECT coalesce(jsonb_agg(row), '[]')
    FROM reports_monthreport, jsonb_array_elements(rows) row
    WHERE id = %s AND row->>'section' = 'station' AND row->>'code' = ANY(%s)
"""


def frozen_sections(report: MonthReport) -> dict[str, Sequence[Row]]:
    """By the name of the section. Where the rows are in memory they are read there, else from the database."""
    if "rows" not in report.get_deferred_fields():
        return _by_section(report.rows)
    names = _ask(_NAMES, report.pk)
    count = names.count(STATIONS)
    first = names.index(STATIONS) if count else len(names)
    found = _by_section([*_placed(report, 0, first), *_placed(report, first + count, len(names))])
    found[STATIONS] = FrozenStations(report, first, count)
    return {name: found[name] for name in dict.fromkeys(names)}


def _by_section(rows: Sequence[Row]) -> dict[str, Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["section"], []).append(_bare(row))
    return dict(found)


def _bare(row: Row) -> Row:
    return {key: row[key] for key in row if key != "section"}


def _placed(report: MonthReport, first: int, end: int) -> Any:
    """The rows from the first place on, before the end."""
    return _ask(_PLACES, json.dumps({"first": first, "last": end - 1}), report.pk) if first < end else []


def _ask(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (found,) = cursor.fetchone()
        return json.loads(found)


class FrozenStations(Sequence[Row]):
    """Those of a report, in their order; a slice is one query, and so is all of them."""

    def __init__(self, report: MonthReport, place: int, count: int) -> None:
        """`place` is that of the first of them among all rows."""
        self._report = report
        self._place = place
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        return iter(self._all)

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            return self._all[index]
        first, last, _step = index.indices(self._count)
        return [_bare(row) for row in _placed(self._report, self._place + first, self._place + last)]

    def of_station(self, code: str) -> list[Row]:
        return [_bare(row) for row in _ask(_ONE, json.dumps({"code": code}), self._report.pk)]

    def of_stations(self, codes: Sequence[str]) -> list[Row]:
        return [_bare(row) for row in _ask(_SOME, self._report.pk, list(codes))]

    @cached_property
    def _all(self) -> Sequence[Row]:
        return self[0 : self._count]  # type: ignore[no-any-return]  # a list of rows
