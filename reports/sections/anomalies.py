"""Figures worth a second look: how many there were, and what came of them. Nobody is accused of anything."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.choices import AnomalyKind, AnomalyState
from reports.models import Anomaly, StationMonth
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import measured
from reports.sections.printing import Row, Table, with_total

STATES = tuple(AnomalyState.values)


def anomalies(asked: Asked) -> Any:
    """Of stations that the subject held in the month of the finding."""
    held = StationMonth.objects.filter(
        asked.subject.postings, posting__station=OuterRef("station"), month=OuterRef("month")
    )
    return Anomaly.objects.filter(Exists(held), month__range=asked.period.bounds).order_by()


def _rows(asked: Asked) -> list[Row]:
    counts = {state: Count("pk", filter=Q(state=state)) for state in STATES}
    found = {row["kind"]: row for row in anomalies(asked).values("kind").annotate(**counts)}
    return [
        {"kind": str(kind), "found": sum(found[kind][state] for state in STATES)}
        | {state: found[kind][state] for state in STATES}
        for kind in AnomalyKind.values
        if kind in found
    ]


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("name", _("What stands out"), width=40),
        Column("found", _("Found"), "integer", 10),
        *(Column(state, str(AnomalyState(state).label), "integer", 16) for state in STATES),
    ]
    lines = [row | {"name": str(AnomalyKind(row["kind"]).label), "only": {"kind": row["kind"]}} for row in rows]
    note = _("An unusual figure is a question, not a reproach: somebody looks at it and says how it came about.")
    everything = with_total(lines, ("found", *STATES))
    behind = measured("anomalies", ("found", *STATES))
    return Table("anomaly", _("Unusual figures"), columns, everything, note, behind=behind)


SECTION = Section("anomaly", ("kind",), _rows, _table)
