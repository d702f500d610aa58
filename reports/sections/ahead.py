"""What comes next month: activities that are planned."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.happened import planned
from reports.sections.printing import Row, Table, day
from services.activity_choices import ActivityKind

MOST = 100


def _rows(asked: Asked) -> list[Row]:
    month = asked.period.last.plus(1)
    activities = planned(asked, month.first, month.last).select_related("organiser").order_by("starts_at", "code")
    return [
        {
            "code": activity.code,
            "title": activity.title,
            "kind": activity.kind,
            "unit": activity.organiser.name,
            "date": str(timezone.localdate(activity.starts_at)),
        }
        for activity in activities[:MOST]
    ]


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("date", _("Date"), "date", 12),
        Column("title", _("Activity"), width=40),
        Column("kind", _("Kind of activity"), width=20),
        Column("unit", _("Organiser"), width=24),
    ]
    lines = [row | {"kind": str(ActivityKind(row["kind"]).label), "date": day(row["date"])} for row in rows]
    month = figures.period.last.plus(1)
    note = _("Activities planned for %(month)s, as known when these figures were made; at most %(count)d.")
    return Table("ahead", _("Next month"), columns, lines, note % {"month": month, "count": MOST})


SECTION = Section("ahead", ("code",), _rows, _table)
