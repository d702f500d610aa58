"""The same measures by unit, operator and kind of host, or by division: one pass over the roll-up for all of them.

Each posting of a month belongs to one line of a breakdown, so the lines add up to the whole.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, F, When
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.periods import Period
from reports.sections.base import WHEN, Asked, MonthFigures
from reports.sections.behind import CHANGES, HOURS_KEPT, PER_DAY, PLACE, SHARE, Behind, Known, in_spans, measured
from reports.sections.printing import NONE, Row, change, change_columns, printed, share, span_columns, sum_known
from reports.subjects import Subject
from reports.summaries import Part
from reports.sums import DAYS, months_within
from stations.choices import DivisionLevel
from stations.models import Division

DIMENSIONS = ("unit", "operator", "host", "district")
FIGURES = ("stations", *WHEN, *DAYS)
SUMS = ("stations", "visits", *DAYS)
"""What is kept of each line of one span."""
FIELDS = ("month", "last_day", "days_recorded", "visits", *DAYS)
DISTRICT = Case(
    When(posting__division__level=DivisionLevel.TOWNSHIP, then=F("posting__division__parent_id")),
    default=F("posting__division_id"),
)


def breakdown(asked: Asked) -> Mapping[str, dict[str, Row]]:
    """By dimension and then by its key: the path of a unit, the kind of a host, the code of a division.

    The divisions are districts or cities, and whatever stands above them and in none of them.
    """
    return asked.once(_Breakdown)


class _Breakdown(dict[str, dict[str, Row]]):
    """Each dimension is laid side by side when a section asks for it."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def __missing__(self, dimension: str) -> dict[str, Row]:
        found = self[dimension] = side_by_side(self._asked, LINES, dimension)
        return found


def side_by_side(asked: Asked, part: Part, dimension: str) -> dict[str, Row]:
    """The `FIGURES` of each line, from the sums of the three spans."""
    sums = {when: found[dimension] for when, found in asked.by_span(part).items()}
    nothing = [0, *[None] * (len(SUMS) - 1)]
    rows = {}
    for key in dict.fromkeys(key for lines in sums.values() for key in lines):
        stations, visits, *days = sums["value"].get(key, nothing)
        before = [sums[when].get(key, nothing)[1] for when in WHEN[1:]]
        rows[key] = dict(zip(FIGURES, (stations, visits, *before, *days), strict=True))
    return rows


Lines = dict[str, dict[str, list[Any]]]


def _lines(subject: Subject, periods: Sequence[Period]) -> list[Lines]:
    found = _grouped(subject, periods, DIMENSIONS)
    above = cities({code for of in found for code in of["district"]})
    return [of | {"city": _folded(of["district"], above)} for of in found]


def cities(codes: Collection[str]) -> dict[str, str]:
    """Of the districts among these divisions, in which city each lies."""
    districts = Division.objects.filter(level=DivisionLevel.DISTRICT, code__in=codes, parent__isnull=False)
    return {code: str(parent) for code, parent in districts.values_list("code", "parent")}


def _folded(lines: Mapping[str, list[Any]], into: Mapping[str, str]) -> dict[str, list[Any]]:
    folded: dict[str, list[Any]] = {}
    for key, sums in lines.items():
        above = into.get(key, key)
        folded[above] = [sum_known(pair) for pair in zip(folded[above], sums, strict=True)] if above in folded else sums
    return folded


def _places(subject: Subject, periods: Sequence[Period]) -> list[Lines]:
    return _grouped(subject, periods, ("division",))


def _grouped(subject: Subject, periods: Sequence[Period], dimensions: Sequence[str]) -> list[Lines]:
    rows = months_within(subject, periods).values(
        *FIELDS,
        division=F("posting__division_id"),
        district=DISTRICT,
        host=F("posting__station__host_kind"),
        unit=subject.unit_below(),
        operator=subject.head(),
    )
    base, parameters = rows.query.sql_with_params()
    names, sums = ", ".join(dimensions), ", ".join(f"sum({days})" for days in DAYS)
    statement = f"""
        SELECT number, {", ".join(f"grouping({name})" for name in dimensions)}, {names},
               count(*) FILTER (WHERE month = span.last AND line.last_day = span.last_day),
               sum(visits) FILTER (WHERE days_recorded > 0), {sums}
        FROM ({base}) line
        JOIN unnest(%s::date[], %s::date[], %s::date[]) WITH ORDINALITY span (first, last, last_day, number)
            ON month BETWEEN span.first AND span.last
        GROUP BY GROUPING SETS ({", ".join(f"(number, {name})" for name in dimensions)})
    """  # noqa: S608  # of constants of this project; every value is a parameter
    spans = [list(days) for days in zip(*((*span.bounds, span.last.last) for span in periods), strict=True)]
    found: list[Lines] = [{name: {} for name in dimensions} for _period in periods]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *spans])
        for number, *row in cursor.fetchall():
            # Of the one dimension that a line is grouped by, PostgreSQL's `grouping` says 0.
            of = row.index(0)
            found[number - 1][dimensions[of]][row[len(dimensions) + of] or ""] = row[2 * len(dimensions) :]
    return found


LINES = Part("lines", _lines)
PLACES = Part("places", _places, is_kept=False)
"""By division as it is told: of a province some two thousand streets."""


BEHIND: Known = {
    **in_spans("visits", "visits"),
    **measured("days", DAYS),
    **CHANGES,
    "stations": Behind("stations", "end"),
    "share": SHARE,
    "open_share": HOURS_KEPT,
    "per_day": PER_DAY,
    "place": PLACE,
}


def breakdown_columns(figures: MonthFigures) -> list[Column]:
    return [
        Column("stations", _("Stations at the end"), "integer", 10),
        *span_columns(figures.spans),
        *change_columns(figures.spans)[:1],
        Column("share", _("Share"), "percent", 10),
        *day_columns(),
        Column("per_day", _("Visits per station and open day"), "decimal", 14),
    ]


def breakdown_line(row: Row, figures: MonthFigures) -> Row:
    """What `breakdown_columns` shows of a row."""
    return printed(row, *DAYS) | {
        "change_previous": change(row["value"], row["previous"]),
        "share": share(row["value"], figures.total["value"]),
        "open_share": share(row["minutes_open"], row["minutes_posted"]),
        "per_day": per_day(row["value"], row["days_opened"]),
    }


def day_columns() -> list[Column]:
    return [
        Column("days_expected", _("Days expected"), "integer", 11),
        Column("days_opened", _("Days opened"), "integer", 11),
        Column("days_recorded", _("Days recorded"), "integer", 11),
        Column("days_nil", _("Nil returns"), "integer", 11),
        Column("days_explained", _("Days explained"), "integer", 11),
        Column("days_missing", _("Days missing"), "integer", 11),
        Column("open_share", _("Posted hours kept"), "percent", 11),
    ]


def breakdown_total(figures: MonthFigures) -> Row:
    """What the lines add up to: the figures of the overview."""
    measures = figures.measures
    row: Row = {key: measures[key]["value"] for key in DAYS}
    row |= {"stations": measures["stations_end"]["value"] if "stations_end" in measures else None}
    row |= {when: figures.total[when] for when in WHEN}
    return {"rank": "total", "only": {}} | breakdown_line(row, figures)


def per_day(visits: int | None, days_opened: int | None) -> float | str:
    """What puts small and large on an equal footing: visits for each day on which a station was opened."""
    return NONE if visits is None or not days_opened else round(visits / days_opened, 2)


def ranked(lines: list[Row]) -> list[Row]:
    """Each with its `place` by `per_day`, equals sharing one; those without it have none."""
    best = sorted((line["per_day"] for line in lines if line["per_day"] != NONE), reverse=True)
    places = {per_day: place for place, per_day in reversed([*enumerate(best, 1)])}
    return [line | {"place": places.get(line["per_day"], NONE)} for line in lines]
