"""Creating, changing and placing a station, and moving it between the states of its life."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.datum import to_wgs84
from harbor_portal.lib.errors import StaleState
from stations.actions.records import delete_with_history, save_with_history
from stations.changes import mark_changed
from stations.checking import write_all_checks, write_checks
from stations.choices import Datum, HowChecked, StationStatus
from stations.codes import new_code
from stations.facts import amenity_fact, facts_in
from stations.models import Amenity, Division, Posting, Schedule, Station, StationAmenity, Unit, User
from stations.pinyin import initials
from stations.places import supervisor_for
from stations.plans import ONE_DAY
from stations.policies import refuse_if_days_are_counted, refuse_unless_may_edit, refuse_unless_own_line


class Facts(TypedDict, total=False):
    """What may be said of a station. Longitude and latitude are WGS-84; `place_station` converts."""

    name: str
    address: str
    host_kind: str
    longitude: float | None
    latitude: float | None
    datum_given: str
    entry_mode: str
    phone: str
    schedule: Schedule | None
    area_m2: Any
    seats: int | None
    is_smart: bool
    counts_by_hour: bool
    opened_date: date | None


@dataclass(frozen=True)
class Line:
    """Who operates and supervises a station, and the division it belongs to."""

    operator: Unit | None = None
    supervisor: Unit | None = None
    division: Division | None = None

    def completed(self) -> "Line":
        """With a blank supervisor filled from the nearest union unit of the division."""
        if self.supervisor is not None or self.division is None:
            return self
        return Line(self.operator, supervisor_for(self.division), self.division)


@dataclass(frozen=True)
class AmenityState:
    """How an amenity can be used; see `StationAmenity`."""

    access: str
    extra: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_station(
    *, by: User, line: Line, since: date | None = None, reason: str = "", **facts: Unpack[Facts]
) -> Station:
    """A new draft with its first posting (since today unless said otherwise)."""
    line = line.completed()
    refuse_unless_own_line(by, [line.operator, line.supervisor])
    station = Station(code=new_code(), pinyin=initials(facts.get("name", "")), **facts)
    save_with_history(station, by=by, reason=reason)
    begun = since or timezone.localdate()
    posting = Posting(station=station, since=begun, **vars(line))
    save_with_history(posting, by=by, reason=reason)
    write_all_checks([station.pk], by=by)
    mark_changed([station.pk])
    return station


@transaction.atomic
def update_station(
    *, by: User, station: Station, reason: str = "", is_looked_at: bool = True, **facts: Unpack[Facts]
) -> Station:
    """Change what is given, leave the rest; nothing is written when nothing differs.

    `is_looked_at`: whether who says so has looked; who takes a mistake back has not, and checks nothing.
    """
    station = _locked(by, station)
    changed = [name for name, value in facts.items() if getattr(station, name) != value]
    if not changed:
        return station
    for name in changed:
        setattr(station, name, facts[name])  # type: ignore[literal-required]  # the names are the keys themselves
    station.pinyin = initials(station.name)
    return _saved(by, station, reason, changed=changed if is_looked_at else ())


@transaction.atomic
def place_station(
    *, by: User, station: Station, longitude: float, latitude: float, datum: str = Datum.WGS84, reason: str = ""
) -> Station:
    """Put the station where the source says, in the datum of the source."""
    station = _locked(by, station)
    station.longitude, station.latitude = to_wgs84(longitude, latitude, Datum(datum).value)
    station.datum_given = datum
    return _saved(by, station, reason, changed=["longitude"])


@transaction.atomic
def publish_station(*, by: User, station: Station, reason: str = "") -> Station:
    """Put a draft on the map."""
    station = _locked(by, station, StationStatus.DRAFT)
    station.status = StationStatus.PUBLISHED
    return _saved(by, station, reason)


@transaction.atomic
def suspend_station(*, by: User, station: Station, since: date, until: date | None = None, reason: str) -> Station:
    """Close the station for a while; the reason is shown to the public."""
    station = _locked(by, station, StationStatus.PUBLISHED, StationStatus.SUSPENDED)
    # Days gone by on which it rested already stay as they are.
    rested_from = station.suspended_from or timezone.localdate()
    refuse_if_days_are_counted(station, since, min(until or date.max, rested_from - ONE_DAY))
    station.status = StationStatus.SUSPENDED
    station.suspended_from, station.suspended_until, station.suspended_reason = since, until, reason
    return _saved(by, station, reason)


@transaction.atomic
def resume_station(*, by: User, station: Station, reason: str = "") -> Station:
    """Open a suspended station again."""
    station = _locked(by, station, StationStatus.SUSPENDED)
    station.status = StationStatus.PUBLISHED
    _forget_suspension(station)
    return _saved(by, station, reason)


@transaction.atomic
def close_station(*, by: User, station: Station, reason: str) -> Station:
    """Close the station for good. It keeps its code and its past."""
    station = _locked(by, station, StationStatus.DRAFT, StationStatus.PUBLISHED, StationStatus.SUSPENDED)
    station.status = StationStatus.CLOSED
    _forget_suspension(station)
    return _saved(by, station, reason)


@transaction.atomic
def set_amenities(
    *,
    by: User,
    station: Station,
    amenities: dict[Amenity, AmenityState | None],
    reason: str = "",
    is_looked_at: bool = True,
) -> Station:
    """Set the amenities given and leave the others; None means that nothing is known of one any more.

    `is_looked_at`: see `update_station`.
    """
    station = _locked(by, station)
    rows = {row.amenity_id: row for row in station.amenities.all()}
    told = [amenity_fact(amenity.code) for amenity, state in amenities.items() if state and is_looked_at]
    for amenity, state in amenities.items():
        row = rows.get(amenity.pk)
        if state is None:
            if row:
                delete_with_history(row, by=by, reason=reason)
            continue
        row = row or StationAmenity(station=station, amenity=amenity)
        values = {"access": state.access, **state.extra}
        if row.pk and all(getattr(row, name) == value for name, value in values.items()):
            continue
        for name, value in values.items():
            setattr(row, name, value)
        save_with_history(row, by=by, reason=reason)
    write_checks([(station.pk, fact) for fact in told], how=HowChecked.STAFF, by=by)
    mark_changed([station.pk])
    return station


def _locked(by: User, station: Station, *allowed: StationStatus) -> Station:
    """The station as it stands now, held until the end of the transaction, if the person may change it."""
    current: Station = Station.objects.select_for_update().get(pk=station.pk)
    refuse_unless_may_edit(by, current)
    if allowed and current.status not in allowed:
        raise StaleState(
            _("“%(station)s” is now: %(status)s. Look again before you change it.")
            % {"station": current, "status": current.get_status_display()}
        )
    return current


def _saved(by: User, station: Station, reason: str, changed: Iterable[str] = ()) -> Station:
    """Whoever writes a fact has looked at it."""
    save_with_history(station, by=by, reason=reason)
    write_checks([(station.pk, fact) for fact in facts_in(changed)], how=HowChecked.STAFF, by=by)
    mark_changed([station.pk])
    return station


def _forget_suspension(station: Station) -> None:
    station.suspended_from = station.suspended_until = None
    station.suspended_reason = ""
