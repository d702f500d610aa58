"""Granting a programme's plate to stations, and taking it down again: one station or many, each with its history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from partners.models import Plate, Programme
from partners.policies import borne_already, under_agreement
from stations.actions.records import change_with_history, save_with_history
from stations.changes import mark_many_changed
from stations.choices import Role, StationStatus
from stations.models import Station, Unit, User
from stations.policies import refuse_unless_officer
from stations.scope import scope_of


@dataclass(frozen=True)
class GrantPlan:
    """What granting would do to each of the stations, in the order of their codes."""

    new: list[Station] = field(default_factory=list)
    bore_it: list[Station] = field(default_factory=list)
    """Those that bear the plate on one of these days already: they are left as they are."""
    closed: list[Station] = field(default_factory=list)
    strange: list[Station] = field(default_factory=list)
    """In the care of other units than the person's."""
    without: list[Station] = field(default_factory=list)
    """Those that have no such plate to be taken down."""


@dataclass(frozen=True)
class Granted:
    plan: GrantPlan
    plates: list[Plate] = field(default_factory=list)


def plan_grant(
    *,
    by: User | None,
    programme: Programme,
    stations: Iterable[Station],
    since: date,
    until: date | None = None,
) -> GrantPlan:
    """Without writing anything."""
    rows = sorted(stations, key=lambda row: row.code)
    ids = [row.pk for row in rows]
    bearing = _bearing(ids, programme, since, until)
    mine = in_care_of(by, ids) if by else set(ids)
    plan = GrantPlan()
    for row in rows:
        if row.pk not in mine:
            plan.strange.append(row)
        elif row.status == StationStatus.CLOSED:
            plan.closed.append(row)
        else:
            (plan.bore_it if row.pk in bearing else plan.new).append(row)
    return plan


@transaction.atomic
def grant_plates(
    *,
    by: User | None,
    programme: Programme,
    stations: Iterable[Station],
    since: date,
    until: date | None = None,
    granted_by: Unit | None = None,
    numbers: dict[int, str] | None = None,
    reason: str = "",
) -> Granted:
    """Hang the plate at each station that does not bear it on one of these days; `numbers` by station id.

    `by` is None where the clock does what an officer arranged before, such as an agreement that begins.
    """
    held = _held(by, stations)
    hold_programmes([programme.pk])
    if until is not None and until < since:
        raise Invalid("until", _("A plate ends on or after the day it starts."))
    done = Granted(plan_grant(by=by, programme=programme, stations=held, since=since, until=until))
    for station in done.plan.new:
        plate = Plate(station=station, programme=programme, since=since, until=until, granted_by=granted_by)
        plate.number = (numbers or {}).get(station.pk, "")
        save_with_history(plate, by=by, reason=reason)
        done.plates.append(plate)
    mark_many_changed(plate.station_id for plate in done.plates)
    return done


class PlateFacts(TypedDict, total=False):
    programme: Programme
    number: str
    since: date
    until: date | None
    granted_by: Unit | None


@transaction.atomic
def update_plate(*, by: User, plate: Plate, reason: str = "", **facts: Unpack[PlateFacts]) -> Plate:
    """Change what is given, leave the rest; of what hangs under an agreement only the number is written by hand."""
    [station] = _held(by, [plate.station])
    programme = facts.get("programme")
    hold_programmes([plate.programme_id, programme.pk if programme else plate.programme_id])
    row: Plate = Plate.objects.select_related("programme", "agreement").get(pk=plate.pk)
    other = {name for name, value in facts.items() if name != "number" and getattr(row, name) != value}
    if row.agreement and other:
        raise Refused(under_agreement(row))
    if change_with_history(row, dict(facts), by=by, reason=reason):
        if other & {"programme", "since", "until"}:
            _refuse_second(row)
        mark_many_changed([station.pk])
    return row


def _refuse_second(plate: Plate) -> None:
    others = Plate.objects.filter(station=plate.station_id, programme=plate.programme).exclude(pk=plate.pk)
    on_these_days = others.not_ended(plate.since)
    if plate.until is not None:
        on_these_days = on_these_days.filter(since__lte=plate.until)
    if on_these_days.exists():
        raise Invalid("since", borne_already())


@transaction.atomic
def withdraw_plates(*, by: User | None, plates: Iterable[Plate], last: date, reason: str = "") -> int:
    """Take these plates down; `last` is the last day on which they hang. A plate that has not begun is removed.

    A plate that ends before that day is left as it is. How many changed.
    """
    chosen = {plate.pk: plate.station_id for plate in plates}
    _held(by, Station.objects.filter(pk__in=set(chosen.values())))
    rows = list(Plate.objects.select_for_update(of=("self",)).filter(pk__in=chosen).not_ended(last + timedelta(days=1)))
    rows = [row for row in rows if row.until is None or row.until > last]
    _refuse_agreed(rows)
    for row in rows:
        if row.since > last:
            row._history_user, row._change_reason = by, reason
            row.delete()
            continue
        row.until = last
        save_with_history(row, by=by, reason=reason)
    mark_many_changed({row.station_id for row in rows})
    return len(rows)


def _refuse_agreed(rows: Iterable[Plate]) -> None:
    if plate := next((row for row in rows if row.agreement_id), None):
        names = {"station": plate.station, "agreement": plate.agreement}
        raise Refused(_("The plate of “%(station)s” hangs under “%(agreement)s”: it comes down with that.") % names)


def _held(by: User | None, stations: Iterable[Station]) -> list[Station]:
    """The stations in the order of their codes, each in the person's care, held until the end of the transaction."""
    wanted = {station.pk for station in stations}
    # Nothing but the rows: an order of joins would lock what is joined. Not their keys, to which plates of an agreement
    # point that are being written, and for which this would wait once more.
    rows = list(Station.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    if by is not None:
        refuse_unless_officer(by)
        mine = in_care_of(by, wanted)
        if strange := [row for row in rows if row.pk not in mine]:
            raise Refused(_("“%(station)s” is run and supervised by other units than yours.") % {"station": strange[0]})
    return sorted(rows, key=lambda row: row.code)


def hold_programmes(programmes: Iterable[int]) -> None:
    """Whoever hangs plates of a programme takes turns: two at the same moment would not see each other's.

    The stations, or the agreement, are in hand before.
    """
    list(Programme.objects.select_for_update(no_key=True).filter(pk__in=set(programmes)).order_by("pk").values("pk"))


def in_care_of(by: User, station_ids: Iterable[int]) -> set[int]:
    """Of these stations those that the person may change. One query."""
    scope = scope_of(by)
    rows = Station.objects.filter(pk__in=set(station_ids))
    if not scope.everything:
        rows = rows.in_units(scope.paths_as(Role.OFFICER))
    return set(rows.values_list("pk", flat=True))


def _bearing(stations: list[int], programme: Programme, since: date, until: date | None) -> set[int]:
    rows = Plate.objects.filter(station__in=stations, programme=programme).not_ended(since)
    if until is not None:
        rows = rows.filter(since__lte=until)
    return set(rows.values_list("station", flat=True))
