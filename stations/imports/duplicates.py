"""Rows that mean the same station, and stations that are probably there already."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from django.db.models import BooleanField, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from harbor_portal.lib.geo import haversine_m
from stations.imports.known import Known
from stations.imports.sheets import Row
from stations.imports.targets import Target
from stations.models import Station
from stations.moved import those_that_stay

NEAR_M = 30.0
CELL = 1000
"""Cells of a thousandth of a degree, about 100 m: what is within `NEAR_M` lies in the same cell or the next one."""
MARGIN = 0.0004
"""Degrees: more than `NEAR_M` in latitude anywhere, and in longitude up to 47° north; beyond, it still covers 24 m."""
CELL_SQL = f"floor(longitude * {CELL})::bigint * 1000000 + floor(latitude * {CELL})::bigint"


@dataclass(frozen=True)
class Neighbour:
    """A placed station, in the file or in the database."""

    longitude: float
    latitude: float
    told: str
    """How the warning calls it."""
    pk: int | None


def check_duplicates(targets: list[Target], known: Known) -> None:
    """Refuse rows that stand twice; warn of new stations with the name of another, or within 30 m of one."""
    _refuse_repeated(targets)
    new = [target for target in targets if target.is_new]
    _warn_of_names(new, known)
    moved = [target for target in targets if target.fields.get("longitude") is not None]
    if moved:
        _warn_of_neighbours(moved)


def _refuse_repeated(targets: list[Target]) -> None:
    first: dict[object, Row] = {}
    for target in targets:
        row, values = target.row, target.row.values
        keys: list[tuple[str, object]] = [("name", (values.get("name"), values.get("address")))]
        if "code" in values:
            keys.insert(0, ("code", values["code"]))
        if target.station:
            keys.append(("name", target.station.pk))
        for column, key in keys:
            if first.setdefault(key, row) is not row:
                row.error(column, _("%(row)s means the same station. Keep one of them.") % {"row": first[key].place})
                break


def _warn_of_names(new: list[Target], known: Known) -> None:
    seen: dict[str, Row] = {}
    for target in new:
        name = target.row.values.get("name", "")
        others = those_that_stay(known.by_name.get(name, []))
        if others:
            target.row.warn(
                "name",
                _("A station of this name exists: %(code)s, %(address)s. Is it the same? Then write its code.")
                % {"code": others[0].code, "address": others[0].address},
            )
        elif name in seen:
            target.row.warn("name", _("%(row)s has the same name.") % {"row": seen[name].place})
        seen.setdefault(name, target.row)


def _warn_of_neighbours(moved: list[Target]) -> None:
    near = _existing_near(moved)
    for target in moved:
        longitude, latitude = target.fields["longitude"], target.fields["latitude"]
        own = target.station.pk if target.station else None
        others = (other for cell in _cells(longitude, latitude) for other in near.get(cell, ()))
        for other in others:
            metres = haversine_m(longitude, latitude, other.longitude, other.latitude)
            if metres <= NEAR_M and (own is None or own != other.pk):
                target.row.warn(
                    "longitude",
                    _("%(other)s is only %(metres)s m away. Is it the same station?")
                    % {"other": other.told, "metres": round(metres)},
                )
                break
        told = f"{target.row.place} “{target.value('name')}”"
        near[_cell(longitude, latitude)].append(Neighbour(longitude, latitude, told, own))


def _existing_near(moved: list[Target]) -> dict[int, list[Neighbour]]:
    """The placed stations in the cells around the targets, by cell. One query."""
    cells = {cell for target in moved for cell in _cells(target.fields["longitude"], target.fields["latitude"])}
    near: dict[int, list[Neighbour]] = defaultdict(list)
    stations = Station.objects.filter(longitude__isnull=False, merged_into=None).annotate(
        is_near=RawSQL(f"{CELL_SQL} = ANY(%s)", [sorted(cells)], BooleanField())  # noqa: S611  # no text of a user's
    )
    rows = stations.filter(is_near=Value(True)).values_list("pk", "code", "name", "longitude", "latitude")
    for pk, code, name, longitude, latitude in rows:
        near[_cell(longitude, latitude)].append(Neighbour(longitude, latitude, f"{name} ({code})", pk))
    return near


def _cell(longitude: float, latitude: float) -> int:
    return floor(longitude * CELL) * 1_000_000 + floor(latitude * CELL)


def _cells(longitude: float, latitude: float) -> Iterator[int]:
    """The cell of the place and those that lie within `MARGIN` of it."""
    xs = {floor((longitude + step) * CELL) for step in (-MARGIN, MARGIN)}
    ys = {floor((latitude + step) * CELL) for step in (-MARGIN, MARGIN)}
    return (x * 1_000_000 + y for x in xs for y in ys)
