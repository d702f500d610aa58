"""The problems of a file as people read them: the same sentence once, with all its places, or as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Problem
from harbor_portal.lib.tables import Column, Grid, Mark, Sheet, column_letters, write_marked
from stations.imports.sheets import find_header

SHOWN_PLACES = 12


@dataclass
class Group:
    """One sentence and where it holds."""

    message: str
    places: list[Problem] = field(default_factory=list)

    @property
    def shown(self) -> list[Problem]:
        return self.places[:SHOWN_PLACES]

    @property
    def more(self) -> int:
        return len(self.places) - len(self.shown)


def grouped(problems: Iterable[Problem]) -> list[Group]:
    """Groups in the order in which their sentences first appear."""
    groups: dict[tuple[str, str], Group] = {}
    for problem in problems:
        groups.setdefault((problem.column, problem.message), Group(problem.message)).places.append(problem)
    return list(groups.values())


def write_problems(file: IO[bytes], grids: list[Grid], problems: Sequence[Problem]) -> None:
    """The file as it was sent, with each bad cell coloured and commented, and all problems on a sheet behind.

    A problem of a column that the file does not have is said of the first cell of its row.
    """
    heads = {grid.name: header.row for grid in grids if (header := find_header(grid))}
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
