"""By programme: by the days on which a plate hung. One place may bear several, so the lines overlap."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from harbor_portal.lib.languages import in_language
from harbor_portal.lib.tables import Column
from partners.models import Programme
from reports.periods import Period
from reports.programmes import overlap, programme_months
from reports.sections.base import WHEN, Asked, MonthFigures, Section
from reports.sections.behind import SHARE, Behind, Known, in_spans
from reports.sections.printing import Row, Table, printed, share, span_columns
from reports.subjects import Subject
from reports.summaries import Part, each

OVERLAP = "several"
"""The line that says how many stations stand in more than one of the others."""


def _borne(subject: Subject, month: Period) -> list[list[int]]:
    return [[key, of.stations, of.visits] for key, of in programme_months(subject, month.first).items()]


def _several(subject: Subject, month: Period) -> int:
    return overlap(subject, month.first)


BORNE = Part("programmes", each(_borne))
"""Of periods of one month: programme, stations, visits."""
SEVERAL = Part("several", each(_several))


def _rows(asked: Asked) -> list[Row]:
    names = {one.pk: one for one in Programme.objects.all()}
    found: dict[int, Row] = {}
    by_month = asked.summed(BORNE, [month for when in WHEN for month in asked.added_up[when].months])
    for when in WHEN:
        for month in asked.added_up[when].months:
            for key, stations, visits in by_month[month]:
                line = found.setdefault(key, {"stations": 0})
                line[when] = line.get(when, 0) + visits
                if when == "value":
                    line["stations"] = max(line["stations"], stations)
    rows: list[Row] = [
        {"programme": one.code, "name": one.name, "name_en": one.name_en, "stations": found[key]["stations"]}
        | {when: found[key].get(when) for when in WHEN}
        for key, one in names.items()
        if key in found
    ]
    last = asked.period.months[-1]
    several = asked.summed(SEVERAL, [last])[last]
    if several:
        rows.append({"programme": OVERLAP, "name": "", "name_en": "", "stations": several} | dict.fromkeys(WHEN))
    return rows


def told_programme(row: Row) -> str:
    """By the names that it had when the figures were frozen."""
    return in_language(row["name"], row["name_en"])


def _table(figures: MonthFigures, rows: Sequence[Row]) -> Table:
    total = figures.total["value"]
    columns = [
        Column("shown", _("Programme"), width=24),
        Column("stations", _("Stations with its plate"), "integer", 12),
        *span_columns(figures.spans),
        Column("share", _("Share of all visits"), "percent", 12),
    ]
    several = _("Stations with several plates")
    lines = [
        printed(row)
        | {
            "shown": several if row["programme"] == OVERLAP else told_programme(row),
            "share": share(row["value"], total),
            "rank": "part" if row["programme"] == OVERLAP else "",
            "only": {"programme": row["programme"]},
        }
        for row in rows
    ]
    behind: Known = {**in_spans("visits", "visits"), "stations": Behind("stations", "plates"), "share": SHARE}
    note = _(
        "A visit counts for a programme on the days on which its plate hung at the station. A place with several plates"
        " stands in several lines: they are not parts of a whole, and are never added up."
    )
    return Table("programme", _("By programme"), columns, lines, note, behind=behind)


SECTION = Section("programme", ("programme",), _rows, _table)
