"""Stations as the rows of a list that the import reads: entering them again changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from stations.choices import Counting, Datum, StationStatus
from stations.imports.columns import ROWS
from stations.imports.kinds import Cells
from stations.imports.units import UnitFinder
from stations.models import Posting, Station, Unit, User
from stations.places import Gazetteer
from stations.scope import scope_of

MOST_EXPORTED = 50_000
"""As many as one list may hold when it is sent back."""
AT_ONCE = 2000

Write = Callable[[Any], str]


def station_rows(stations: QuerySet[Station], by: User) -> Iterator[Cells]:
    """A row for each station, in the order of codes, in the language in force; refuses more than can be sent back."""
    if stations.order_by()[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
        raise Refused(
            _("These are more than %(most)s stations. Filter the list, and take it in parts.") % {"most": MOST_EXPORTED}
        )
    current = Posting.objects.on(timezone.localdate())
    rows = stations.order_by("code").select_related(None).select_related("schedule")
    rows = rows.prefetch_related(None).prefetch_related(Prefetch("postings", queryset=current, to_attr="current"))
    return _rows(iter(rows.iterator(AT_ONCE)), _Lines(by))


def _rows(stations: Iterator[Station], lines: "_Lines") -> Iterator[Cells]:
    writers = {key: rows.writer() for key, rows in ROWS.items()}
    while some := list(islice(stations, AT_ONCE)):
        ids = [station.pk for station in some]
        listed = {key: rows.current(ids) for key, rows in ROWS.items()}
        for station in some:
            cells = _facts(station) | lines.cells(station)
            cells |= {key: write(listed[key].get(station.pk, {})) for key, write in writers.items()}
            yield cells


def _facts(station: Station) -> dict[str, Any]:
    schedule = station.schedule
    is_suspended = station.status == StationStatus.SUSPENDED
    return {
        "code": station.code,
        "name": station.name,
        "host_kind": station.get_host_kind_display(),
        "address": station.address,
        "longitude": station.longitude,
        "latitude": station.latitude,
        "datum": Datum.WGS84.label if station.is_placed else "",
        "phone": station.phone,
        "opening_hours": schedule.opening_hours if schedule else "",
        "calendar_policy": schedule.get_calendar_policy_display() if schedule else "",
        "entry_mode": station.get_entry_mode_display(),
        "area_m2": station.area_m2,
        "seats": station.seats,
        "counts_by_hour": str((Counting.HOUR if station.counts_by_hour else Counting.DAY).label),
        "opened_date": station.opened_date,
        "status": station.get_status_display(),
        "suspended_reason": station.suspended_reason if is_suspended else "",
    }


class _Lines:
    """Units and divisions as paths of names where these are understood, else by their codes."""

    def __init__(self, by: User) -> None:
        self._units = {unit.pk: unit for unit in Unit.objects.all()}
        self._by_path = {unit.path: unit for unit in self._units.values()}
        self._finder = UnitFinder.of(scope_of(by), self._units.values())
        self._gazetteer = Gazetteer.load()
        self._unit_text = cache(self._told_unit)
        self._division_text = cache(self._told_division)

    def cells(self, station: Any) -> dict[str, Any]:
        postings: Sequence[Posting] = station.current
        if not postings:
            return {}
        return {
            "operator": self._unit_text(postings[0].operator_id),
            "supervisor": self._unit_text(postings[0].supervisor_id),
            "division": self._division_text(postings[0].division_id),
        }

    def _told_unit(self, pk: int | None) -> str:
        unit = self._units.get(pk) if pk else None
        if unit is None:
            return ""
        ends = range(Unit.steplen, len(unit.path) + 1, Unit.steplen)
        path = "/".join(self._by_path[unit.path[:end]].name for end in ends)
        try:
            is_understood = self._finder.find(path, may_make=False) == unit
        except ValueError:
            is_understood = False
        return path if is_understood else str(unit.code)

    def _told_division(self, code: str | None) -> str:
        if code is None:
            return ""
        place = self._gazetteer.by_code.get(code)
        path = self._gazetteer.path(place) if place else ""
        try:
            is_understood = bool(path) and self._gazetteer.resolve(path).place.code == code
        except ValueError:
            is_understood = False
        return path if is_understood else code
