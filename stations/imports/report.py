"""The problems of a file as people read them: the same sentence once, with all its places, or as a table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Problem
from harbor_portal.lib.tables import Column, Sheet

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


def problem_sheet(problems: Iterable[Problem]) -> Sheet:
    """All problems, one a row, for a workbook beside the list."""
    severities = {"error": _("error"), "warning": _("warning")}
    return Sheet(
        _("Problems"),
        [
            Column("severity", _("Kind"), width=8),
            Column("sheet", _("Sheet"), width=16),
            Column("row", _("Row"), "integer", 8),
            Column("column", _("Column"), width=18),
            Column("value", _("Value"), width=30),
            Column("message", _("What is wrong"), width=90),
        ],
        (
            {
                "severity": severities[problem.severity],
                "sheet": problem.sheet,
                "row": problem.row or None,
                "column": problem.column,
                "value": problem.value,
                "message": problem.message,
            }
            for problem in problems
        ),
    )
