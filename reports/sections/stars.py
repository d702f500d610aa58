"""Stations by their stars, as they were borne on the last day."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.models import Assessment
from reports.models.rubrics import MOST_STARS
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import in_spans
from reports.sections.printing import Chart, Row, Table, printed, summed
from reports.stars.words import in_stars
from stations.models import Posting

WITHOUT = "without"
"""Stations that nobody has assessed, or whose star has run out."""


def _rows(asked: Asked) -> list[Row]:
    """Each station once, by the star given last, whichever line gave it; nothing before the first star was given."""
    counts = {when: _counts(asked, when) for when in WHEN}
    if not any(counts.values()):
        return []
    stars = [*(str(star) for star in range(MOST_STARS, -1, -1)), WITHOUT]
    return [{"stars": star} | {when: counts[when][star] if counts[when] else None for when in WHEN} for star in stars]


def _counts(asked: Asked, when: str) -> Counter[str]:
    day = asked.spans[when].last.last
    borne = borne_stars(asked, day)
    if not borne:
        return Counter()
    found = Counter(str(star) for star in borne.values())
    found[WITHOUT] = _held_on(asked, day).count() - len(borne)
    return found


def borne_stars(asked: Asked, day: date) -> dict[int, int]:
    """By the key of the station, what it bore on that day."""
    given = Assessment.objects.all().in_force(day).filter(station__in=_held_on(asked, day))
    return dict(given.order_by("since", "pk").values_list("station", "star"))


def _held_on(asked: Asked, day: date) -> Any:
    return (
        Posting.objects.all().on(day).filter(asked.subject.in_days(day, day).held_by("")).order_by().values("station")
    )


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("name", _("Stars"), width=20),
        Column("value", str(figures.period), "integer", 12),
        Column("previous", _("Before (%(month)s)") % {"month": figures.period.before()}, "integer", 16),
        Column("last_year", _("Last year (%(month)s)") % {"month": figures.period.year_before()}, "integer", 16),
    ]
    lines = [printed(row) | {"name": _name(row["stars"]), "only": {"stars": row["stars"]}} for row in rows]
    chart = Chart("bars", _("Stations by stars"), [line["name"] for line in lines], [row["value"] for row in rows])
    note = _("On the last day of the months: each station by the star that it was given last and that still holds.")
    everything, behind = [*lines, summed(rows, WHEN)], in_spans("stations", "standing")
    return Table("star", _("Stars of stations"), columns, everything, note, chart if rows else None, behind)


def _name(stars: str) -> str:
    return _("without a star that holds") if stars == WITHOUT else in_stars(int(stars))


SECTION = Section("star", ("stars",), _rows, _table)
