"""Which divisions have a station, and one that is open at the reference hour; and streets and towns without any."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.geo import DETOUR, WALK_M_PER_MIN
from harbor_portal.lib.tables import Column
from reports.coverage.places import Coverage, Sums, coverage
from reports.coverage.reference_hour import moment_of_month
from reports.coverage.walking import REACH_M, WALK_MINUTES
from reports.sections.base import Asked, MonthFigures, Section
from reports.sections.behind import OF_DIVISIONS, OF_POINTS, WITHIN_OF_POINTS, Known, measured
from reports.sections.printing import NONE, Chart, Row, Table, printed, share, with_total
from stations.choices import DivisionLevel

PLACES = ("places", "covered", "blank", "open", "unknown")
WALKS = ("points", "near", "near_open")


def _then(asked: Asked) -> Coverage:
    month = asked.period.last
    return coverage(asked.subject, moment_of_month(month.first, month.last, timezone.localdate()))


def _rows(asked: Asked) -> list[Row]:
    found = asked.once(_then)
    return [{"level": level, "at": _at(found)} | _places(sums) | _walks(sums) for level, sums in found.levels.items()]


def _at(found: Coverage) -> str:
    return timezone.localtime(found.at).isoformat(timespec="minutes")


def _places(sums: Sums) -> Row:
    return {key: getattr(sums, key) for key in PLACES}


def _walks(sums: Sums) -> Row:
    """Nothing is known to be near where no point is known."""
    return {key: getattr(sums, key) if sums.points or key == "points" else None for key in WALKS}


def _blank_rows(asked: Asked) -> list[Row]:
    found = asked.once(_then)
    return [
        {"division": code, "name": found.places[code].name, "at": _at(found)}
        | _places(Sums.of(places))
        | {"names": [place.name for place in places if place.standing == "blank"]}
        for code, places in found.parts.items()
    ]


def _table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    labels = dict(DivisionLevel.choices)
    columns = [
        Column("name", _("Level"), width=16),
        *_place_columns(rows, _("Divisions")),
        Column("points", _("Points of reference"), "integer", 10),
        Column("near", _("with a station within the walk"), "integer", 12),
        Column("share_within", _("Share within the walk"), "percent", 10),
        Column("near_open", _("with an open one"), "integer", 10),
        Column("share_near", _("Share of points"), "percent", 10),
    ]
    lines = [
        printed(row, *WALKS)
        | _shares(row)
        | {"name": str(labels[row["level"]]), "share_within": share(row["near"], row["points"])}
        | {"share_near": share(row["near_open"], row["points"])}
        | {"only": {"level": row["level"], "at": row["at"]}, "line": row["level"]}
        for row in rows
    ]
    note = " ".join([_said_of(rows), *method()]) if rows else ""
    return Table("coverage", _("Coverage"), columns, lines, note, behind=BEHIND)


BEHIND: Known = {
    **measured("divisions", (*PLACES, *WALKS)),
    "share_covered": OF_DIVISIONS,
    "share_open": OF_DIVISIONS,
    "share_within": WITHIN_OF_POINTS,
    "share_near": OF_POINTS,
}


def _place_columns(rows: Sequence[Row], places: str) -> list[Column]:
    at = _moment(rows)
    opened = _("with one open at %(hour)s") % {"hour": f"{at:%H:%M}"} if at else _("with one open")
    return [
        Column("places", places, "integer", 10),
        Column("covered", _("with a station"), "integer", 10),
        Column("share_covered", _("Share with a station"), "percent", 10),
        Column("blank", _("without one"), "integer", 10),
        Column("open", opened, "integer", 10),
        Column("share_open", _("Share with one open"), "percent", 10),
        Column("unknown", _("not known whether open"), "integer", 10),
    ]


def _moment(rows: Sequence[Row]) -> datetime | None:
    return datetime.fromisoformat(rows[0]["at"]) if rows else None


def _shares(row: Row) -> Row:
    return {"share_covered": share(row["covered"], row["places"]), "share_open": share(row["open"], row["places"])}


def _said_of(rows: Sequence[Row]) -> str:
    at = _moment(rows)
    return _("Open by what was posted for %(when)s.") % {"when": f"{at:%Y-%m-%d %H:%M}" if at else NONE}


def method() -> list[str]:
    """How it is worked out, and what it does not tell: sentences, for the report as for the page."""
    walk = {"minutes": WALK_MINUTES, "speed": WALK_M_PER_MIN, "detour": DETOUR, "metres": REACH_M}
    return [
        _("A division is covered by a station on the map that stands in it or in anything inside it."),
        _(
            "A walk of %(minutes)d minutes is %(metres)d metres in a straight line: %(speed)d metres a minute, and"
            " streets %(detour)s times as long as that line (参考样式); rivers and walls are not looked at."
        )
        % walk,
        _(
            "It begins at the points of reference that are known: those of nearly all counties, and of streets and"
            " towns those that the portal was given. Of a division without one nothing is said of walks."
        ),
        _("A walk ends at a station that is counted here: what stands across the border of a division is not reached."),
        _("Neither people nor area are known: shares are of divisions and points, not of people."),
    ]


def _blank_table(_figures: MonthFigures, rows: Sequence[Row]) -> Table:
    columns = [
        Column("name", _("Division"), width=18),
        Column("division", _("Division code"), width=10),
        *_place_columns(rows, _("Streets and towns")),
        Column("names", _("Streets and towns without a station"), width=48),
    ]
    lines: list[Row] = [row | {"names": _(", ").join(row["names"]) or NONE} for row in rows]
    everything: list[Any] = [row | _shares(row) | _behind(row, rows) for row in with_total(lines, PLACES)]
    chart = Chart(
        "bars",
        _("Streets and towns without a station"),
        [row["name"] for row in rows],
        [row["blank"] for row in rows],
    )
    note = _(
        "Streets and towns by the division around them; a county of which no streets are listed stands for itself. A"
        " station that is posted to a county only counts for none of its streets."
    )
    return Table("blank", _("Streets and towns"), columns, everything, note, chart if rows else None, BEHIND)


def _behind(line: Row, rows: Sequence[Row]) -> Row:
    """Of a part, or of the last line, which is all of them."""
    part = {"part": line["division"]} if "division" in line else {}
    return {"only": {"at": rows[0]["at"], **part}, "line": line.get("division", "")}


COVERAGE = Section("coverage", ("level",), _rows, _table)
BLANK = Section("blank", ("division",), _blank_rows, _blank_table)
