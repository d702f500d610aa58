"""Targets of the year: what the unit and those right below it were to reach by the end of the month, and did."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.metrics import METRICS
from reports.models import Target
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import DUE, OF_GOAL, Known, measured
from reports.sections.printing import NONE, Chart, Row, Table
from reports.targets.progress import Progress, progress_of

OWN, PART = "own", "part"


def _rows(asked: Asked) -> list[Row]:
    """Of a unit; a division has no targets. As last measured, which is every night."""
    unit, last = asked.subject.unit, asked.period.last
    if unit is None:
        return []
    mine = Target.objects.filter(unit__path__startswith=unit.path, unit__depth__lte=unit.depth + 1, year=last.year)
    ordered = mine.select_related("unit").order_by("campaign", "metric", "unit__path", "pk")
    known = [target for target in ordered if target.metric in METRICS]
    return [_row(asked, one, is_own=one.target.unit_id == unit.pk) for one in progress_of(known, last.last)]


def _row(asked: Asked, one: Progress, *, is_own: bool) -> Row:
    last = asked.period.last
    value, due = one.reached_by(last) if last in one.measured else None, one.due(last.last)
    return {
        "unit_code": one.target.unit.code,
        "unit": one.target.unit.name,
        "level": OWN if is_own else PART,
        "campaign": one.target.campaign,
        "metric": one.target.metric,
        "goal": _plain(one.target.goal),
        "due": _plain(due),
        "reached": _plain(value),
        "state": _state(one, value, due),
    }


def _state(one: Progress, value: Decimal | None, due: Decimal) -> str:
    if value is None:
        return "unknown"
    if value >= one.target.goal:
        return "reached"
    return "on_pace" if value >= due else "behind"


def _plain(value: Decimal | None) -> float | int | None:
    """As a number of JSON."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    states = {"unknown": NONE, "reached": _("reached"), "on_pace": _("on pace"), "behind": _("behind")}
    columns = [
        Column("name", _("Target"), width=34),
        Column("unit", _("Unit"), width=24),
        Column("goal", _("Goal of the year"), "decimal", 14),
        Column("due", _("Due by the end of %(month)s") % {"month": figures.period.last}, "decimal", 16),
        Column("reached", _("Reached"), "decimal", 12),
        Column("share", _("Of the goal"), "percent", 12),
        Column("state_name", _("Pace"), width=12),
    ]
    lines = [_line(row) | {"state_name": str(states[row["state"]])} for row in rows]
    note = _(
        "Goals of the unit, and the parts of those right below it; shares are in a hundred. What is due grows evenly"
        " over the year, a share of what happened is due all the time. Lines of parts are not added to the whole."
    )
    own = [line for line in lines if line["level"] == OWN]
    chart = Chart(
        "pace",
        _("Reached of the goal; the line is what was due"),
        [line["name"] for line in own],
        [(None if line["reached"] == NONE else line["share"], line["due"] / line["goal"]) for line in own],
    )
    return Table("target", _("Targets of the year"), columns, lines, note, chart=chart, behind=BEHIND)


BEHIND: Known = {
    **measured("targets", ("goal", "reached")),
    "due": DUE,
    "share": OF_GOAL,
}


def _line(row: Row) -> dict[str, Any]:
    title = str(METRICS[row["metric"]].title) if row["metric"] in METRICS else row["metric"]
    reached = row["reached"]
    return (
        row
        | {
            "name": f"{row['campaign']} · {title}" if row["campaign"] else title,
            "goal": float(row["goal"]),
            "due": float(row["due"]),
            "reached": NONE if reached is None else float(reached),
            "share": NONE if reached is None else reached / row["goal"],
            "only": {"unit": row["unit_code"], "metric": row["metric"]},
        }
        | ({"rank": "part"} if row["level"] == PART else {})
    )


SECTION = Section("target", ("unit_code", "metric"), _rows, _table)
