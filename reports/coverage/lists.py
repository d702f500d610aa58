"""The places of a coverage as a list: which of them, in which order, and as a table for a file."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from harbor_portal.lib.tables import Column, Sheet, write_csv, write_xlsx
from reports.coverage.places import STANDINGS, Coverage, Place
from reports.sections.coverage import method
from reports.sections.printing import NONE
from stations.choices import DivisionLevel

ALL = "all"
WHICH: Mapping[str, str | Promise] = {
    "blank": gettext_lazy("Without a station"),
    "closed": gettext_lazy("With stations, none of them open"),
    "unknown": gettext_lazy("Not known whether one is open"),
    "open": gettext_lazy("With a station that is open"),
    ALL: gettext_lazy("All"),
}
ORDERS: Mapping[str, Callable[["Line"], Any]] = {
    "name": lambda line: line.place.name,
    "around": lambda line: line.around,
    "code": lambda line: line.place.code,
    "stations": lambda line: line.place.stations,
    "open": lambda line: line.place.open,
    "standing": lambda line: STANDINGS.index(line.place.standing),
}
"""What a list is sorted by, each also the other way round with a "-" before it; equals by their code."""
FIRST = "code"


@dataclass(frozen=True)
class Line:
    place: Place
    found: Coverage

    @property
    def around(self) -> str:
        """The names of the divisions around the place, the nearest last."""
        return self.found.around_of(self.place)

    @property
    def standing(self) -> str | Promise:
        return WHICH[self.place.standing]

    @property
    def level(self) -> str:
        return str(DivisionLevel(self.place.level).label)

    @property
    def walk(self) -> str:
        """Whether an open station is within the walk."""
        if not self.place.has_point:
            return NONE
        return _("yes") if self.place.near_open else _("no")


def lines_of(found: Coverage, which: str, order: str) -> list[Line]:
    places = found.last if which == ALL else [place for place in found.last if place.standing == which]
    lines = [Line(place, found) for place in places]
    key = order.removeprefix("-")
    return sorted(lines, key=ORDERS[key], reverse=order.startswith("-"))


def is_order(order: str) -> bool:
    return order.removeprefix("-") in ORDERS


def _columns(found: Coverage) -> list[Column]:
    hour = {"hour": f"{found.at_local:%H:%M}"}
    return [
        Column("name", _("Street or town"), width=24),
        Column("level", _("Level"), width=14),
        Column("code", _("Division code"), width=12),
        Column("around", _("Lies in"), width=30),
        Column("standing", pgettext("of a place", "Standing"), width=30),
        Column("stations", _("Stations"), "integer", 10),
        Column("open", _("Open at %(hour)s") % hour, "integer", 12),
        Column("unknown", _("Not known"), "integer", 12),
        Column("walk", _("An open one within the walk"), width=14),
        Column("longitude", _("Longitude"), "degrees", 12),
        Column("latitude", _("Latitude"), "degrees", 12),
    ]


def _rows(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in lines:
        place = line.place
        yield {key: getattr(place, key) for key in ("name", "code", "stations", "open", "unknown")} | {
            "level": line.level,
            "around": line.around,
            "standing": str(line.standing),
            "walk": line.walk,
            "longitude": place.longitude,
            "latitude": place.latitude,
        }


def list_file(found: Coverage, which: str, lines: Iterable[Line], extension: str) -> bytes:
    """As csv; or as xlsx, which says above the list what it is."""
    columns, rows = _columns(found), _rows(lines)
    if extension == "csv":
        text = io.StringIO(newline="")
        write_csv(text, columns, rows)
        return text.getvalue().encode("utf-8-sig")
    file = io.BytesIO()
    words = {"name": found.title, "when": f"{found.at_local:%Y-%m-%d %H:%M}", "which": WHICH[which]}
    title = _("%(name)s · %(when)s · %(which)s") % words
    write_xlsx(file, [Sheet(_("Coverage"), columns, rows, preamble=[title, *method()])])
    return file.getvalue()
