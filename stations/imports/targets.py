"""What each row asks for: a new station, a change of one that exists, or nothing."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from stations.choices import CalendarPolicy, Datum, EntryMode, HostKind, StationStatus
from stations.imports.columns import REASON, ROWS
from stations.imports.known import Known
from stations.imports.lines import LineWanted, read_line
from stations.imports.placing import read_position
from stations.imports.sheets import Row
from stations.models import Station
from stations.moved import those_that_stay, why_merged
from stations.policies import why_not_become

PLAIN_FIELDS = (
    *("name", "address", "host_kind", "phone", "entry_mode", "area_m2", "seats", "counts_by_hour", "opened_date"),
)
DEFAULTS: dict[str, Any] = {
    "host_kind": HostKind.OTHER.value,
    "phone": "",
    "entry_mode": EntryMode.WALK_IN.value,
    "area_m2": None,
    "seats": None,
    "counts_by_hour": False,
    "opened_date": None,
    "longitude": None,
    "latitude": None,
    "datum_given": Datum.WGS84.value,
    "status": StationStatus.DRAFT.value,
    "suspended_from": None,
    "suspended_until": None,
    "suspended_reason": "",
}
Hours = tuple[str, str]
"""Expression and calendar policy."""


@dataclass
class Target:
    """What the station of a row shall be. `fields` hold what differs (all of them for a new station)."""

    row: Row
    station: Station | None
    fields: dict[str, Any] = field(default_factory=dict)
    hours: Hours | None = None
    """The schedule wanted; None leaves it as it is."""
    line: LineWanted = field(default_factory=LineWanted)
    line_differs: bool = False
    rows: dict[str, Any] = field(default_factory=dict)
    """By registered column, the merged value where it differs."""

    @property
    def is_new(self) -> bool:
        return self.station is None

    @property
    def differs(self) -> bool:
        return bool(self.fields or self.hours or self.line_differs or self.rows)

    @property
    def shown(self) -> list[str]:
        line, values = self.line, self.row.values
        division = line.division.name if line.division else ""
        hours = self.hours[0] if self.hours else ""
        return [
            str(self.row.number), values["name"], values["address"],
            str(line.operator or ""), str(line.supervisor or ""), division, hours,
        ]  # fmt: skip

    def value(self, name: str) -> Any:
        """A field as it will be."""
        if name in self.fields:
            return self.fields[name]
        return getattr(self.station, name) if self.station else DEFAULTS.get(name)


def target_of(row: Row, known: Known) -> Target | None:
    """The target of the row; None when it matches a station that may not be changed, or contradicts itself."""
    try:
        target = Target(row, _matched(row, known))
    except ValueError as error:
        row.error("code" if "code" in row.cells else "name", str(error))
        return None
    if target.is_new:
        target.fields.update(DEFAULTS)
    for name in PLAIN_FIELDS:
        if name in row.values:
            _set(target, name, row.values[name])
    _line_and_place(target, known)
    _hours(target)
    _status(target, known)
    _rows(target, known)
    return target


def _set(target: Target, name: str, value: Any) -> None:
    if target.is_new or _plain(getattr(target.station, name)) != value:
        target.fields[name] = value


def _plain(value: Any) -> Any:
    """As a cell is read: spaces within a text are single."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _matched(row: Row, known: Known) -> Station | None:
    """The station with the row's code, or else with its name and address."""
    code, name, address = (row.values.get(key, "") for key in ("code", "name", "address"))
    same = those_that_stay([station for station in known.by_name.get(name, []) if station.address == address])
    station = known.by_code.get(code) if code else None
    if code and station is None:
        if same:
            raise ValueError(
                _("No station has this code, but “%(name)s” at this address has the code %(code)s.")
                % {"name": name, "code": same[0].code}
            )
        row.warn("code", _("No station has this code yet; a new one is made with it."))
        return None
    if station is None and len(same) > 1:
        raise ValueError(
            _("Several stations have this name and address: %(codes)s. Write the code of the one meant.")
            % {"codes": ", ".join(each.code for each in same)}
        )
    station = station or (same[0] if same else None)
    if station and station.pk not in known.editable:
        raise ValueError(
            _("Row %(row)s means the station %(code)s, which other units than yours run and supervise.")
            % {"row": row.number, "code": station.code}
        )
    if station and (why := why_merged(station)):
        raise ValueError(why)
    return station


def _line_and_place(target: Target, known: Known) -> None:
    row, station = target.row, target.station
    posting = known.postings.get(station.pk) if station else None
    target.line = read_line(row, known, posting, is_new=target.is_new)
    target.line_differs = target.line.differs_from(posting)
    position = read_position(row, known, target.line.division, station)
    if position:
        target.fields |= {
            "longitude": position.longitude,
            "latitude": position.latitude,
            "datum_given": position.datum,
        }
    elif target.is_new and not {"longitude", "latitude"} & row.cells.keys():
        row.warn("longitude", _("Without coordinates the station waits as a draft to be placed on the map."))


def _hours(target: Target) -> None:
    row = target.row
    schedule = target.station.schedule if target.station else None
    now = (schedule.opening_hours, schedule.calendar_policy) if schedule else None
    parsed, policy = row.values.get("opening_hours"), row.values.get("calendar_policy")
    if parsed:
        kept = now[1] if now and now[0] == parsed.opening_hours else None
        wanted = (
            parsed.opening_hours,
            policy or kept or default_policy(parsed.opening_hours, target.value("host_kind")),
        )
    elif policy and now:
        wanted = (now[0], policy)
    else:
        if policy:
            row.warn("calendar_policy", _("Without opening hours this says nothing and is left out."))
        elif target.is_new and "opening_hours" not in row.cells:
            row.warn("opening_hours", _("Without opening hours the public reads “unknown, call first”."))
        return
    target.hours = wanted if wanted != now else None


def default_policy(opening_hours: str, host_kind: str) -> str:
    """What holds on public holidays when the list does not say.

    Round the clock is round the year; a bank branch rests as banks do; others follow the statutory calendar.
    """
    if opening_hours == "24/7":
        return CalendarPolicy.EVERY_DAY.value
    return (CalendarPolicy.FINANCE if host_kind == HostKind.BANK_BRANCH else CalendarPolicy.STATUTORY).value


def _status(target: Target, known: Known) -> None:
    is_placed = target.value("longitude") is not None
    wanted = target.row.values.get("status")
    if target.station and wanted and (sentence := why_not_become(target.station.status, wanted)):
        target.row.error("status", sentence)
        return
    if wanted == StationStatus.PUBLISHED and not is_placed:
        target.row.error("status", _("Without coordinates the station cannot be on the map. Leave the status empty."))
        return
    if wanted is None:
        was_unplaced = target.station is None or (
            target.station.status == StationStatus.DRAFT and not target.station.is_placed
        )
        wanted = StationStatus.PUBLISHED.value if was_unplaced and is_placed else target.value("status")
    if wanted != target.value("status"):
        is_suspended = wanted == StationStatus.SUSPENDED
        _set(target, "status", wanted)
        _set(target, "suspended_from", known.today if is_suspended else None)
        _set(target, "suspended_until", None)
        _set(target, "suspended_reason", "")
    _reason(target)


def _reason(target: Target) -> None:
    """Why it is suspended: the public is never left without it."""
    row, reason = target.row, target.row.values.get("suspended_reason")
    if target.value("status") == StationStatus.SUSPENDED:
        if reason:
            _set(target, "suspended_reason", reason)
        elif "suspended_from" in target.fields:
            row.error("status", _("Say why it is suspended in the column “%(column)s”.") % {"column": REASON.title})
    elif reason:
        row.warn("suspended_reason", _("The station is not suspended, so this says nothing and is left out."))


def _rows(target: Target, known: Known) -> None:
    for key, rows in ROWS.items():
        if key in target.row.values:
            current = known.rows[key].get(target.station.pk) if target.station else None
            merged = rows.merged(current, target.row.values[key])
            if merged != current:
                target.rows[key] = merged
