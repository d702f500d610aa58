"""Stations by territory: what kinds of them there are on the last day, their stars, and what is told of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Case, Count, F, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.models.rubrics import MOST_STARS
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import Behind, Known
from reports.sections.breakdown import PLACES, breakdown
from reports.sections.happened import activities, feedback
from reports.sections.printing import Chart, Row, Table, printed
from reports.sections.returns import Return, returns_of, told_return
from reports.sections.stars import borne_stars
from reports.sections.territory import REST, ByTerritory, brief, highest_of, level_labels, place_of, territories
from services.choices import FeedbackKind
from stations.choices import DivisionLevel, HostKind, StationStatus, UnitKind
from stations.models import Posting, Schedule, Unit
from stations.usual_weeks import ALWAYS, Week, usual_weeks, week_of_january

EVENING = 20 * 60
"""Minutes after midnight at which a station of extended hours is open still."""
EVENINGS = 5
COMPLAINTS = ~Q(kind__in=(FeedbackKind.PRAISE, FeedbackKind.IDEA))
STARS = tuple(f"stars_{star}" for star in range(MOST_STARS, 0, -1))
STARLESS = "none"
"""Stations without a star that holds, whether they were assessed or not."""
NO_STARS = f"stars_{STARLESS}"
EVENTS = ("activities", "complaints")
TOTAL = "total"
"""The level of the line that is the whole."""


def schedules_open(test: Callable[[Week], bool], year: int) -> list[int]:
    """The keys of the schedules whose usual weeks of that year are all so."""
    rows = Schedule.objects.values_list("pk", "opening_hours", "calendar_policy")
    likely = ((pk, hours, policy) for pk, hours, policy in rows if test(week_of_january(hours, policy, year)))
    weeks = ((pk, usual_weeks(hours, policy, year)) for pk, hours, policy in likely)
    return [pk for pk, seasons in weeks if seasons and all(test(season.week) for season in seasons)]


def is_always(week: Week) -> bool:
    return week == ALWAYS


def is_extended(week: Week) -> bool:
    """Not round the clock, and open at eight in the evening on five days of the week or more."""
    evenings = sum(
        any(one.state == "open" and one.start <= EVENING < one.end for one in intervals) for intervals in week
    )
    return evenings >= EVENINGS and week != ALWAYS


def _scheduled(test: Callable[[Week], bool]) -> Callable[[int, str], Q]:
    return lambda year, station: Q(**{f"{station}schedule__in": schedules_open(test, year)})


ON_MAP = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)
KINDS: Mapping[str, Callable[[int, str], Q]] = {
    "self_built": lambda _year, station: Q(**{f"{station}host_kind": HostKind.UNION_BUILT}),
    "shared": lambda _year, station: ~Q(**{f"{station}host_kind": HostKind.UNION_BUILT}),
    "round_the_clock": _scheduled(is_always),
    "extended": _scheduled(is_extended),
    "on_map": lambda _year, station: Q(**{f"{station}status__in": ON_MAP}),
}
"""By the year of the month, the condition on stations, or on rows that have them behind that prefix."""
COUNTED = ("stations", *KINDS, *STARS, NO_STARS, *EVENTS)
Sums = dict[str, Counter[str]]
"""By division, how many of what."""


def _rows(asked: Asked) -> ByTerritory:
    return ByTerritory(asked, _whole, _upper)


def _whole(asked: Asked) -> list[Row]:
    known = dict.fromkeys(code for lines in asked.by_span(PLACES).values() for code in lines["division"])
    return _told(asked, _sums(asked, lambda division: F(f"{division}_id")), known)


def _upper(asked: Asked, dimension: str) -> list[Row]:
    return _told(asked, _sums(asked, UPPER[dimension]), breakdown(asked)[dimension])


def _district(division: str) -> Any:
    """Of a division the district, or whatever stands above that and is in none."""
    return Case(
        When(**{f"{division}__level": DivisionLevel.TOWNSHIP}, then=F(f"{division}__parent_id")),
        default=F(f"{division}_id"),
    )


def _city(division: str) -> Any:
    """The city of that district, or whatever it lies in without one."""
    above = f"{division}__parent"
    return Case(
        When(
            **{f"{division}__level": DivisionLevel.TOWNSHIP, f"{above}__level": DivisionLevel.DISTRICT},
            then=Coalesce(F(f"{above}__parent_id"), F(f"{above}_id")),
        ),
        When(**{f"{division}__level": DivisionLevel.TOWNSHIP}, then=F(f"{above}_id")),
        When(**{f"{division}__level": DivisionLevel.DISTRICT}, then=Coalesce(F(f"{above}_id"), F(f"{division}_id"))),
        default=F(f"{division}_id"),
    )


UPPER = {"district": _district, "city": _city}
"""As the sums of the breakdown are made."""


def _told(asked: Asked, sums: Sums, known: Iterable[str]) -> list[Row]:
    lines = territories(asked, [*dict.fromkeys([*known, *sums])])
    told = _returns(asked, [line.division for line in lines if line.level != REST])
    has_stars = any(key in STARS for found in sums.values() for key in found)
    rows = [
        line.named | _counts(sums, line.parts, has_stars=has_stars) | _return(told, line.division, line.level)
        for line in lines
    ]
    rows = [row for row in rows if any(row[key] for key in COUNTED)]
    if rows:
        named = {"division": "", "level": TOTAL, "name": ""}
        rows.append(named | _counts(sums, list(sums), has_stars=has_stars) | _return({}, "", ""))
    return rows


def _counts(sums: Sums, codes: Sequence[str], *, has_stars: bool) -> Row:
    """Before the first star was given there is nothing to tell of stars."""
    found: Counter[str] = Counter()
    for code in codes:
        found.update(sums.get(code, {}))
    return {key: found[key] if has_stars or key not in (*STARS, NO_STARS) else None for key in COUNTED}


def held_at_end(asked: Asked) -> Any:
    """The postings in force on the last day; of stations that were added up, so none that was merged into another."""
    last = asked.period.last
    rolled_up = Posting.objects.filter(months__month=last.first, months__last_day=last.last)
    return rolled_up.filter(asked.at_end.held_by("")).order_by()


def _sums(asked: Asked, within: Callable[[str], Any]) -> Sums:
    """`within` is the code of the line in which something counts, by the way to its division."""
    found: Sums = defaultdict(Counter)
    day, held = asked.period.last.last, held_at_end(asked)
    kinds = {kind: Count("pk", filter=condition(day.year, "station__")) for kind, condition in KINDS.items()}
    for row in held.values(within=within("division")).annotate(stations=Count("pk"), **kinds):
        found[row.pop("within") or ""].update(row)
    borne = borne_stars(asked, day)
    for station, code in held.values_list("station", within("division")) if borne else ():
        found[code or ""][f"stars_{borne.get(station) or STARLESS}"] += 1
    told = feedback(asked).filter(COMPLAINTS).values(within=within("station__postings__division"))
    for key, rows in (("activities", activities(asked).values(within=within("division"))), ("complaints", told)):
        for row in rows.annotate(count=Count("pk")):
            found[row["within"] or ""][key] += row["count"]
    return dict(found)


def _returns(asked: Asked, codes: Sequence[str]) -> dict[str, Return]:
    """Of the union below the subject whose territory a division is: how far its return has come."""
    unions = Unit.objects.filter(kind=UnitKind.UNION, division__in=[code for code in codes if code])
    if unit := asked.subject.unit:
        unions = unions.filter(asked.subject.tree(asked.period.last.last).below([unit.path])).exclude(pk=unit.pk)
    listed = list(unions.order_by("division_id", "depth", "path").distinct("division_id"))
    found = returns_of(listed, asked)
    return {str(one.division_id): found[one.path] for one in listed}


def _return(told: Mapping[str, Return], code: str, level: str) -> Row:
    one = told.get(code) if level != REST else None
    if one is None:
        return {"state": None, "in_time": None}
    return {"state": one.state, "in_time": one.in_time}


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = level_labels() | {TOTAL: ""}
    highest = highest_of(rows)
    lines = [
        printed(row, *COUNTED)
        | {
            "name": _("Total") if row["level"] == TOTAL else row["name"],
            "level_name": str(labels[row["level"]]),
            "return": told_return(row["state"], in_time=row["in_time"]),
            "rank": TOTAL if row["level"] == TOTAL else "whole" if row["level"] == highest else "part",
            "only": {} if row["level"] == TOTAL else place_of(row),
        }
        for row in rows
    ]
    note = _(
        "As they stood on the last day; on the map, kind of host and hours as they are now. Built by the union, or"
        " shared with whoever else runs a place. Extended: open at 20:00 on five days of the week or more (参考样式)."
        " Complaints are reports of visitors without praise and ideas. The return is that of the union whose territory"
        " it is."
    )
    first = [row for row in rows if row["level"] == highest]
    names, counts = [row["name"] for row in first], [row["stations"] for row in first]
    chart = Chart("bars", _("Stations by territory"), names, counts) if first else None
    return Table("standing", _("Stations by territory"), _columns(), lines, note, chart, BEHIND)


BEHIND: Known = {
    "stations": Behind("stations", "standing"),
    **{kind: Behind("stations", "standing", only={"kind": kind}) for kind in KINDS},
    **{key: Behind("stations", "standing", only={"stars": key.removeprefix("stars_")}) for key in (*STARS, NO_STARS)},
    "activities": Behind("activities", "held"),
    "complaints": Behind("feedback", "complaints"),
}


def _columns() -> list[Column]:
    titles = {
        "stations": _("Stations"),
        "self_built": _("Built by the union"),
        "shared": _("Shared"),
        "round_the_clock": _("Round the clock"),
        "extended": _("Extended hours"),
        "on_map": _("On the map"),
        **{key: f"{key.removeprefix('stars_')} ★" for key in STARS},
        NO_STARS: _("without a star that holds"),
        "activities": _("Activities"),
        "complaints": _("Complaints"),
    }
    return [
        Column("name", _("Division"), width=20),
        Column("level_name", _("Level"), width=12),
        Column("division", _("Division code"), width=11),
        *(Column(key, titles[key], "integer", 10) for key in COUNTED),
        Column("return", _("Return"), width=14),
    ]


SECTION = Section("standing", ("division", "level"), _rows, _table, brief)
