"""How stars, and what they came about by, are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from harbor_portal.lib.languages import in_language
from reports.models.rubrics import MOST_STARS
from reports.stars.inputs import SOURCES, Source
from reports.stars.points import Line
from stations.models import Station

UNKNOWN = "—"
BY_NAME: Mapping[str, int | None] = {str(star): star for star in range(MOST_STARS, -1, -1)} | {"unknown": None}
"""What a list of stars is narrowed to, as its address names it."""


def in_stars(star: int | None) -> str:
    """Drawn and as a figure, so that no sign has to be counted."""
    if star is None:
        return UNKNOWN
    return f"{'★' * star} {star}" if star else _("no star")


def as_choice(star: int | None) -> str:
    return _("too little known") if star is None else in_stars(star)


@dataclass(frozen=True)
class Why:
    """One item as the page of why shows it.

    `url` leads to the rows behind it; "" where there are none. `read_at`: when what is told of no days was read.
    """

    name: str
    title: str
    found: str
    value: str
    scale: str
    points: str
    weight: int
    veto: str
    is_vetoed: bool
    is_full: bool
    url: str
    read_at: datetime | None


def why_of(lines: list[Line], station: Station, worked_out_at: datetime | None) -> list[Why]:
    return [_why(line, station, worked_out_at) for line in lines]


def _why(line: Line, station: Station, worked_out_at: datetime | None) -> Why:
    source = SOURCES.get(line["source"])
    applies = line["value"] is not None
    return Why(
        name=in_language(line["name"], line["name_en"] or line["name"]),
        title=str(source.title) if source else line["source"],
        found=_found(line, source) if applies and source else _("Nothing of it is known, so it does not count."),
        value=_figure(line["value"], source) if applies else UNKNOWN,
        scale=_("%(full)s for all points, %(zero)s for none")
        % {"full": _figure(line["full_at"], source), "zero": _figure(line["zero_at"], source)},
        points=_number(line["points"]) if applies else UNKNOWN,
        weight=line["weight"],
        veto=_veto(line, source),
        is_vetoed=line["is_vetoed"],
        is_full=applies and Decimal(line["points"]) == line["weight"],
        url=_url(source, station) if source and applies else "",
        read_at=worked_out_at if source and source.is_live and applies else None,
    )


def _found(line: Line, source: Source) -> str:
    parts = {"part": f"{line['part']:,}", "whole": f"{line['whole']:,}", "done": source.part, "among": source.whole}
    if not source.whole:
        return _("%(done)s: %(part)s") % parts
    return _("%(done)s: %(part)s · %(among)s: %(whole)s") % parts


def _figure(text: str | None, source: Source | None) -> str:
    if text is None:
        return UNKNOWN
    return f"{_number(text)} %" if source and source.is_share else _number(text)


def _number(text: str) -> str:
    value = Decimal(text)
    return number_format(value, 0 if value == value.to_integral_value() else 2)


def _veto(line: Line, source: Source | None) -> str:
    """What is decided by this alone; "" if nothing is."""
    if line["veto_at"] is None:
        return ""
    words: dict[str, Any] = {"limit": _figure(line["veto_at"], source), "stars": in_stars(line["veto_star"])}
    return _("Worse than %(limit)s: at most %(stars)s, whatever the rest.") % words


def _url(source: Source, station: Station) -> str:
    if not source.page:
        return f"{reverse('admin:stations_station_change', args=[station.pk])}#amenities-group"
    asked = {**source.query, "q": station.code}
    return f"{reverse(f'admin:{source.page}_changelist')}?{urlencode(asked)}"
