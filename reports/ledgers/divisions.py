"""The divisions behind a figure of coverage: each is one, as it stood at the reference hour."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column
from reports.coverage.places import Place, coverage
from reports.ledgers.base import AMOUNT, Rows, Wanted
from reports.sections.printing import NONE, Row
from stations.choices import DivisionLevel

MEASURES: dict[str, Callable[[Place], bool]] = {
    "places": lambda _place: True,
    "covered": lambda place: place.standing != "blank",
    "blank": lambda place: place.standing == "blank",
    "open": lambda place: place.standing == "open",
    "unknown": lambda place: place.standing == "unknown",
    "points": lambda place: place.has_point,
    "near": lambda place: place.has_point and bool(place.near),
    "near_open": lambda place: place.has_point and bool(place.near_open),
}


def divisions(wanted: Wanted) -> Rows:
    """Of a level, of the last places of a part, or all last places."""
    found = coverage(wanted.subject, datetime.fromisoformat(wanted.only["at"]))
    if "level" in wanted.only:
        places = [one for one in found.places.values() if one.level == wanted.only["level"]]
    elif "part" in wanted.only:
        places = found.parts.get(wanted.only["part"], [])
    else:
        places = [place for part in found.parts.values() for place in part]
    rows = [place for place in places if MEASURES[wanted.measure](place)]
    columns = [
        Column("name", _("Division")),
        Column("level", _("Level")),
        Column("code", _("Division code")),
        Column("around", _("In")),
        Column("stations", _("Stations"), "integer"),
        Column("open", _("of them open"), "integer"),
        Column(AMOUNT, _("Divisions"), "integer"),
    ]

    def line(place: Place) -> Row:
        return {
            "name": place.name,
            "level": str(DivisionLevel(place.level).label),
            "code": place.code,
            "around": found.around_of(place) or NONE,
            "stations": place.stations,
            "open": place.open,
            AMOUNT: 1,
        }

    return Rows(columns, rows, len(rows), line)
