"""Activities, by kind."""

from collections.abc import Sequence

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import Behind, in_spans
from reports.sections.happened import activities
from reports.sections.printing import Chart, Row, Table, span_columns, with_total
from services.activity_choices import ActivityKind


def activity_counts(asked: Asked) -> dict[str, list[Row]]:
    """By the span a row for each kind."""
    sums = {"held": Count("pk"), "participants": Sum("participant_count", default=0)}
    return {when: list(activities(asked, when).values("kind").annotate(**sums)) for when in WHEN}


def _rows(asked: Asked) -> list[Row]:
    found: dict[str, Row] = {}
    for when, rows in asked.once(activity_counts).items():
        for row in rows:
            line = found.setdefault(row["kind"], {})
            line[when] = row["held"]
            if when == "value":
                line["participants"] = row["participants"]
    return [
        {"kind": str(kind)} | {key: found[kind].get(key, 0) for key in (*WHEN, "participants")}
        for kind in ActivityKind.values
        if kind in found
    ]


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    lines = [row | _named(row["kind"]) for row in rows]
    columns = [
        Column("name", _("Kind of activity"), width=26),
        *span_columns(figures.spans),
        Column("participants", _("Participants"), "integer", 12),
    ]
    chart = Chart("bars", _("Activities by kind"), [line["name"] for line in lines], [row["value"] for row in rows])
    note = _(
        "Those that took place, in the month in which they began. One counts for the unit that organised it and for"
        " those that run or supervise its stations; in the report of a division, where it was held."
    )
    everything = with_total(lines, (*WHEN, "participants"))
    return Table("activity", _("Activities"), columns, everything, note, chart, BEHIND)


BEHIND = in_spans("activities", "held") | {"participants": Behind("activities", "participants")}


def _named(kind: str) -> Row:
    return {"name": str(ActivityKind(kind).label), "only": {"kind": kind}}


SECTION = Section("activity", ("kind",), _rows, _table)
