"""The rows of a frozen report as they are asked for: of thousands of stations only those of the page that is shown."""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import connection

from reports.models import MonthReport
from reports.sections.printing import Row

STATIONS = "station"
_OTHERS = """
    SELECT jsonb_path_query_array(rows, '$[*] ? (@.section != "station")'), jsonb_path_query_array(rows, '$[*].section')
    FROM reports_monthreport WHERE id = %s
"""
_SLICE = """
    SELECT jsonb_path_query_array(
        jsonb_path_query_array(rows, '$[*] ? (@.section == "station")'), '$[$first to $last]', %s
    )
    FROM reports_monthreport WHERE id = %s
"""
_ONE = """
    SELECT jsonb_path_query_array(rows, '$[*] ? (@.section == "station" && @.code == $code)', %s)
    FROM reports_monthreport WHERE id = %s
"""


def frozen_sections(report: MonthReport) -> dict[str, Sequence[Row]]:
    """By the name of the section. Where the rows are in memory they are read there, else from the database."""
    if "rows" not in report.get_deferred_fields():
        return _by_section(report.rows)
    others, sections = map(json.loads, _ask(_OTHERS, report.pk))
    found = _by_section(others)
    found[STATIONS] = FrozenStations(report, sections.count(STATIONS))
    return {name: found[name] for name in dict.fromkeys(sections)}


def _by_section(rows: Sequence[Row]) -> dict[str, Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["section"], []).append(_bare(row))
    return dict(found)


def _bare(row: Row) -> Row:
    return {key: row[key] for key in row if key != "section"}


def _ask(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


class FrozenStations(Sequence[Row]):
    """Those of a report, in their order; a slice is one query, and so is all of them."""

    def __init__(self, report: MonthReport, count: int) -> None:
        self._report = report
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        return iter(self._all)

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            return self._all[index]
        first, last, _step = index.indices(self._count)
        return self._told(_SLICE, {"first": first, "last": last - 1}) if first < last else []

    def of_station(self, code: str) -> list[Row]:
        return self._told(_ONE, {"code": code})

    @cached_property
    def _all(self) -> Sequence[Row]:
        return self[0 : self._count]  # type: ignore[no-any-return]  # a list of rows

    def _told(self, statement: str, named: dict[str, Any]) -> list[Row]:
        (found,) = _ask(statement, json.dumps(named), self._report.pk)
        return [_bare(row) for row in json.loads(found)]
