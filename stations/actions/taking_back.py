"""Taking one change back, where nothing was built on it: through the actions that anybody's change goes through.

What may be taken back is what officers say of a station: its facts, equipment, exceptions, photos and honours. The
ledger has its own undo, lists and merged stations too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused, StaleState
from stations.actions.exceptions import add_exception, change_exception, remove_exception
from stations.actions.honours import add_honour, remove_honour, update_honour
from stations.actions.showing import update_photo
from stations.actions.stations import (
    AmenityState,
    Facts,
    resume_station,
    set_amenities,
    suspend_station,
    update_station,
)
from stations.choices import StationStatus
from stations.models import Honour, HoursException, Photo, Station, StationAmenity, Unit, User
from stations.moved import kept_of
from stations.policies import why_not_become

LIFE = ("status", "suspended_from", "suspended_until", "suspended_reason")
WHAT: dict[Any, tuple[str, ...]] = {
    Station: (*Facts.__annotations__, *LIFE),
    StationAmenity: ("access", "health", "note", "out_since", "due_back"),
    HoursException: ("first", "last", "hours", "reason"),
    Photo: ("caption", "taken_date", "order"),
    Honour: ("title", "level", "year", "expires_date"),
}
"""Of each table that can be taken back, the fields that are."""
BOTH_WAYS = (StationAmenity, HoursException, Honour)
"""Of these, also that a row was added or removed."""
TOGETHER = (frozenset(LIFE), frozenset({"health", "out_since", "due_back"}))
"""Fields that say one thing between them: none of them goes back alone."""


@dataclass(frozen=True)
class Change:
    """A line of history, the one before it (none: the row was added), and the row as it stands (none: it is gone)."""

    line: Any
    before: Any
    row: Any

    @property
    def model(self) -> Any:
        return self.line.instance_type

    @property
    def fields(self) -> tuple[str, ...]:
        """What of it can be taken back; of a row that came or went, everything that is said of it."""
        names = WHAT.get(self.model, ())
        if self.line.history_type != "~" or self.before is None:
            return names
        changed = {name for name in names if _value(self.line, name) != _value(self.before, name)}
        for group in TOGETHER:
            changed |= group if changed & group else frozenset()
        return tuple(name for name in names if name in changed)

    @property
    def former(self) -> dict[str, Any]:
        """What the fields held before: the others stay as they are now, whoever changed them since."""
        return {name: getattr(self.before, name) for name in self.fields}

    @property
    def owner(self) -> Any:
        """The station of the row; of a row that is gone, the one that has what was at its station since a merge."""
        if self.row is not None:
            return self.row.station
        then = Station.objects.filter(pk=self.line.station_id).first()
        return kept_of(then) if then else None

    @property
    def can_be_taken_back(self) -> bool:
        """Whether there is a way at all; `why_not` says whether it is still open."""
        if self.line.history_type == "~":
            return self.before is not None and bool(self.fields)
        return self.model in BOTH_WAYS

    @property
    def moved_on(self) -> str:
        """The first field that no longer holds what this change made it; "" if all do."""
        if self.line.history_type == "-":
            return "" if self.row is None else self.fields[0]
        if self.row is None:
            return self.fields[0]
        return next((name for name in self.fields if _value(self.row, name) != _value(self.line, name)), "")


def why_not(change: Change, later: Iterable[Any]) -> str:
    """The sentence that says why the change is not taken back, and who came after; "" where it is safe.

    `later` are the lines of the same row after it, the first first.
    """
    if not change.can_be_taken_back:
        return _("There is no way back from here: enter what is right instead.")
    name = change.moved_on
    return _who_came_after(change, name, later) if name else _why_not_live_so(change)


def _why_not_live_so(change: Change) -> str:
    """What forbids the former state of a station's life, whoever came after."""
    if "status" not in change.fields:
        return ""
    until = change.before.suspended_until
    if change.before.status == StationStatus.SUSPENDED and until and until < timezone.localdate():
        return _("The suspension would be over by now.")
    return why_not_become(change.line.status, change.before.status)


def _who_came_after(change: Change, name: str, later: Iterable[Any]) -> str:
    since = next((one for one in later if one.history_type == "-" or _differs(one, change.line, name)), None)
    if since is None:
        return _("This is no longer what stands there.")
    values = {"who": since.history_user or "—", "when": _moment(since.history_date)}
    if since.history_type == "-":
        return _("%(who)s removed it on %(when)s.") % values
    values["field"] = change.model._meta.get_field(name).verbose_name
    return _("“%(field)s” was changed again by %(who)s on %(when)s.") % values


@transaction.atomic
def take_back(*, by: User, line: Any) -> None:
    """Put back what this line of history changed; it stands in the history as a change of its own."""
    way = WAYS.get(line.instance_type)
    if way is None:
        what = line.instance_type._meta.verbose_name_plural
        raise Refused(_("This is not taken back here (%(what)s): enter what is right instead.") % {"what": what})
    change = _held(line)
    if sentence := why_not(change, _later(line)):
        raise StaleState(_("Not taken back: %(why)s") % {"why": sentence})
    who = line.history_user or "—"
    way(by, change, _("taken back: %(who)s, %(when)s") % {"who": who, "when": _moment(line.history_date)})


def change_of(line: Any, row: Any) -> Change:
    lines = line.instance_type.history.filter(id=line.id, history_id__lt=line.history_id)
    return Change(line, lines.order_by("-history_id").first(), row)


def _held(line: Any) -> Change:
    """With the row in hand until the end of the transaction; that of the station before what belongs to it.

    A merge may have moved the row to another station since, and may do so now.
    """
    model: Any = line.instance_type
    row = model.objects.filter(pk=line.id).first()
    station = row if model is Station else change_of(line, row).owner
    if station is not None:
        _refuse_if_merged(Station.objects.select_for_update().get(pk=station.pk))
    change = change_of(line, model.objects.select_for_update(of=("self",)).filter(pk=line.id).first())
    if model is not Station and (change.owner != station or (line.station_id and station is None)):
        raise StaleState(_("Not taken back: %(why)s") % {"why": _("This is no longer what stands there.")})
    return change


def _refuse_if_merged(station: Station) -> None:
    if station.merged_into_id:
        names = {"station": station, "into": kept_of(station)}
        raise StaleState(_("“%(station)s” has been merged into “%(into)s” already.") % names)


def _later(line: Any) -> Any:
    later = line.instance_type.history.filter(id=line.id, history_id__gt=line.history_id)
    return later.select_related("history_user").order_by("history_id")


def _station(by: User, change: Change, reason: str) -> None:
    before = change.before
    facts: Any = {name: value for name, value in change.former.items() if name not in LIFE}
    if facts:
        update_station(by=by, station=change.row, reason=reason, is_looked_at=False, **facts)
    if not set(change.fields) & set(LIFE):
        return
    if before.status == StationStatus.SUSPENDED:
        since, until = before.suspended_from, before.suspended_until
        suspend_station(by=by, station=change.row, since=since, until=until, reason=before.suspended_reason)
    else:
        resume_station(by=by, station=change.row, reason=reason)


def _amenity(by: User, change: Change, reason: str) -> None:
    line, station, amenity = change.line, change.owner, change.line.amenity
    if line.history_type == "-" and station.amenities.filter(amenity=amenity).exists():
        raise StaleState(_("Not taken back: %(what)s was entered anew since.") % {"what": amenity})
    state = None
    if line.history_type != "+":
        said = _said(line) if line.history_type == "-" else _said(change.row) | change.former
        state = AmenityState(said.pop("access"), said)
    set_amenities(by=by, station=station, amenities={amenity: state}, reason=reason, is_looked_at=False)


def _exception(by: User, change: Change, reason: str) -> None:
    line = change.line
    if line.history_type == "+":
        remove_exception(by=by, exception=change.row, because=reason)
    elif line.history_type == "-":
        owner: Station | Unit = change.owner or line.unit
        add_exception(by=by, owner=owner, because=reason, **_said(line))
    else:
        said: Any = _said(change.row) | change.former
        change_exception(by=by, exception=change.row, because=reason, **said)


def _photo(by: User, change: Change, reason: str) -> None:
    facts: Any = change.former
    update_photo(by=by, photo=change.row, reason=reason, **facts)


def _honour(by: User, change: Change, reason: str) -> None:
    facts: Any = change.former if change.line.history_type == "~" else _said(change.line)
    if change.line.history_type == "+":
        remove_honour(by=by, honour=change.row, reason=reason)
    elif change.line.history_type == "-":
        add_honour(by=by, station=change.owner, **_other_holder(change.line), reason=reason, **facts)
    else:
        update_honour(by=by, honour=change.row, reason=reason, **facts)


def _other_holder(line: Any) -> dict[str, Any]:
    """The unit or the person whose honour it was, where it was no station's."""
    return {name: getattr(line, name) for name in ("unit", "person") if getattr(line, f"{name}_id")}


WAYS: Mapping[Any, Callable[[User, Change, str], None]] = {
    Station: _station,
    StationAmenity: _amenity,
    HoursException: _exception,
    Photo: _photo,
    Honour: _honour,
}


def _said(version: Any) -> dict[str, Any]:
    """By a row, or by a line of its history."""
    names = WHAT[getattr(version, "instance_type", type(version))]
    return {name: getattr(version, name) for name in names}


def _differs(one: Any, other: Any, name: str) -> bool:
    return bool(_value(one, name) != _value(other, name))


def _value(version: Any, name: str) -> Any:
    """Of a row or of a line of its history; of a related row its key."""
    return getattr(version, version._meta.get_field(name).attname)


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
