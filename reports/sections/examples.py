"""Good examples: what was told of the stations in the month."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.happened import held_stations
from reports.sections.printing import NONE, Row, Table, day
from services.models import Story
from stations.querysets import in_subtrees


def _rows(asked: Asked) -> list[Row]:
    """Stories that everybody may read; the month keeps its list when one is withdrawn later."""
    first, last = asked.period.days
    shown = Story.objects.all().shown_on(timezone.localdate())
    at_units = in_subtrees(asked.subject.paths, "unit", "published_at__date")
    mine = shown.filter(at_units if asked.subject.unit else Q(station__in=held_stations(asked)))
    told = mine.filter(published_at__date__range=(first, last)).select_related("station", "unit")
    return [
        {
            "slug": story.slug,
            "title": story.title,
            "station": story.station.name if story.station else None,
            "unit": story.unit.name,
            "date": str(timezone.localdate(story.published_at)),
        }
        for story in told.order_by("published_at", "pk")
    ]


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("title", _("Story"), width=40),
        Column("station", _("Station"), width=30),
        Column("unit", _("Unit"), width=24),
        Column("date", _("Published on"), "date", 12),
    ]
    lines = [row | {"station": row["station"] or NONE, "date": day(row["date"])} for row in rows]
    return Table("example", _("Good examples"), columns, lines, _("Stories that were published in these months."))


SECTION = Section("example", ("slug",), _rows, _table)
