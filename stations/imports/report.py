"""The problems of a file as people read them: the same sentence once, with all its places, or as a table."""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Problem
from harbor_portal.lib.tables import Column, Grid, Mark, Sheet, column_letters, write_marked
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Plan
from stations.imports.sheets import find_header

SHOWN_PLACES = 12
SHOWN_GROUPS = 200
SHOWN_STEPS = 30


@dataclass
class Group:
    """One sentence and where it holds."""

    message: str
    places: list[Problem] = field(default_factory=list)

    def as_shown(self) -> dict[str, Any]:
        """Its sentence with the first places, for a page."""
        shown = self.places[:SHOWN_PLACES]
        keys = ("sheet", "row", "column", "value")
        return {
            "message": self.message,
            "shown": [{key: getattr(problem, key) for key in keys} for problem in shown],
            "more": len(self.places) - len(shown),
        }


def grouped(problems: Iterable[Problem]) -> list[Group]:
    """Groups in the order in which their sentences first appear."""
    groups: dict[tuple[str, str], Group] = {}
    for problem in problems:
        groups.setdefault((problem.column, problem.message), Group(problem.message)).places.append(problem)
    return list(groups.values())


def summary_of(plan: Plan) -> tuple[dict[str, int], dict[str, Any]]:
    """What a plan comes to, as figures and as a page shows it."""
    errors, warnings = plan.errors, plan.warnings
    counts = {
        "new": len(plan.creates),
        "changed": len(plan.updates),
        "same": plan.unchanged,
        "errors": len(errors),
        "warnings": len(warnings),
    }
    found: dict[str, Any] = {
        "new": [list(step.shown) for step in plan.creates[:SHOWN_STEPS]],
        "changed": [list(step.shown) for step in plan.updates[:SHOWN_STEPS]],
    }
    for key, problems in (("errors", errors), ("warnings", warnings)):
        groups = grouped(problems)
        found[key] = [group.as_shown() for group in groups[:SHOWN_GROUPS]]
        found[f"more_{key}"] = max(0, len(groups) - SHOWN_GROUPS)
    return counts, found


def packed(problems: Sequence[Problem]) -> bytes:
    return zlib.compress(json.dumps([astuple(problem) for problem in problems], ensure_ascii=False).encode())


def unpacked(data: bytes) -> list[Problem]:
    return [Problem(*values) for values in json.loads(zlib.decompress(data))] if data else []


def write_problems(
    file: IO[bytes], grids: list[Grid], columns: Sequence[ImportColumn], problems: Sequence[Problem]
) -> None:
    """The file as it was sent, with each bad cell coloured and commented, and all problems on a sheet behind.

    A problem of a column that the file does not have is said of the first cell of its row.
    """
    heads = {grid.name: header.row for grid in grids if (header := find_header(grid, columns))}
    marks: dict[tuple[str, int, int], Mark] = {}
    for problem in problems:
        if problem.row:
            mark = marks.setdefault((problem.sheet, problem.row, problem.index or 1), Mark("warning", ""))
            mark.text = "\n".join(filter(None, [mark.text, problem.message]))
            if problem.severity == "error":
                mark.severity = "error"
    write_marked(file, grids, marks, heads=heads, last=problem_sheet(problems))


def problem_sheet(problems: Iterable[Problem]) -> Sheet:
    """All problems, one a row."""
    severities = {"error": _("error"), "warning": _("warning")}
    return Sheet(
        _("Problems"),
        [
            Column("severity", _("Kind"), width=8),
            Column("sheet", _("Sheet"), width=16),
            Column("row", _("Row"), "integer", 8),
            Column("cell", _("Cell"), width=8),
            Column("column", _("Column"), width=18),
            Column("value", _("Value"), width=30),
            Column("message", _("What is wrong"), width=90),
        ],
        (
            {
                "severity": severities[problem.severity],
                "sheet": problem.sheet,
                "row": problem.row or None,
                "cell": f"{column_letters(problem.index)}{problem.row}" if problem.index and problem.row else "",
                "column": problem.column,
                "value": problem.value,
                "message": problem.message,
            }
            for problem in problems
        ),
    )
