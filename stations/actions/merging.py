"""One place that stands twice becomes one station: the duplicate goes into the one that stays, and is closed for good.

Its code is never given to another station and leads to the other one for ever. A merge is not taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.geo import haversine_m
from stations.actions.records import MAX_REASON, save_with_history
from stations.changes import mark_changed
from stations.checking import write_checks
from stations.choices import HowChecked, StationStatus
from stations.facts import facts_in
from stations.merging import MOVERS, Line, Merge
from stations.models import PossibleDuplicate, Station, User
from stations.moved import kept_of
from stations.pinyin import initials
from stations.policies import refuse_unless_may_edit

FAR_M = 200
"""Metres. Two doors of one place lie nearer; beyond, somebody has to say that it is one place all the same."""
MOST_REASON = 70
"""Characters: the line of history names the other station as well."""
IN_USE = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)
TAKEABLE = (
    *("name", "address", "longitude", "latitude", "datum_given", "host_kind", "entry_mode", "phone", "schedule"),
    *("area_m2", "seats", "is_smart", "counts_by_hour"),
)
"""What the station that stays may take over from the duplicate, where the officer says so."""
PLACE = ("longitude", "latitude", "datum_given")


@dataclass(frozen=True)
class Pair:
    """Which one goes into which."""

    duplicate: Station
    into: Station

    @property
    def metres(self) -> float | None:
        """How far apart they are; None while one of them has no place."""
        one, other = self.duplicate, self.into
        if one.longitude is None or one.latitude is None or other.longitude is None or other.latitude is None:
            return None
        return haversine_m(one.longitude, one.latitude, other.longitude, other.latitude)

    @property
    def is_far(self) -> bool:
        return self.metres is None or self.metres > FAR_M


@transaction.atomic
def merge_stations(
    *,
    duplicate: Station,
    into: Station,
    reason: str,
    by: User,
    taking: Iterable[str] = (),
    is_far_confirmed: bool = False,
) -> list[Line]:
    """Merge, and tell what went along and what stays with the old station.

    `taking`: the facts that the station that stays takes over from the duplicate. `is_far_confirmed`: somebody said
    that it is one place although they lie more than `FAR_M` apart.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("reason", _("Say why these are the same place: both histories will show it."))
    if len(reason) > MOST_REASON:
        raise Invalid("reason", _("A reason has at most %(most)d characters.") % {"most": MOST_REASON})
    pair = _held(duplicate, into)
    refuse_unless_mergeable(pair, by)
    if pair.is_far and not is_far_confirmed:
        raise Refused(_why_far(pair))
    line = _line(_("Merged into %(code)s: %(reason)s"), pair.into, reason)
    merge = Merge(pair.duplicate, pair.into, by, line, timezone.localdate())
    lines = [line for mover in MOVERS for line in mover.move(merge) if line.count]
    _close(merge)
    _take(merge, _chosen(taking), _line(_("Took in %(code)s: %(reason)s"), pair.duplicate, reason))
    mark_changed([pair.duplicate.pk, pair.into.pk])
    return lines


def preview_merge(*, duplicate: Station, into: Station, by: User) -> list[Line]:
    """What a merge would do now: it is done, and given up. So the preview cannot say anything else."""
    with transaction.atomic():
        lines = merge_stations(duplicate=duplicate, into=into, reason="-", by=by, is_far_confirmed=True)
        transaction.set_rollback(True)
    return lines


def refuse_unless_mergeable(pair: Pair, by: User) -> None:
    """Raises `Refused` or `StaleState` with the reason; how far they are apart is another question."""
    if pair.duplicate == pair.into:
        raise Refused(_("These are one and the same station."))
    for station in (pair.duplicate, pair.into):
        refuse_unless_may_edit(by, station)
        if station.merged_into_id:
            names = {"station": station, "into": kept_of(station)}
            raise StaleState(_("“%(station)s” has been merged into “%(into)s” already.") % names)
    if pair.into.status not in IN_USE:
        values = {"station": pair.into, "status": pair.into.get_status_display()}
        raise Refused(_("“%(station)s” cannot be the one that stays: %(status)s. Put it on the map first.") % values)


def _held(duplicate: Station, into: Station) -> Pair:
    """Both as they stand now, held until the end of the transaction.

    Without their keys, as each visit that is counted somewhere holds the key of its station.
    """
    wanted = [duplicate.pk, into.pk]
    rows = {row.pk: row for row in Station.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")}
    return Pair(rows[duplicate.pk], rows[into.pk])


def _why_far(pair: Pair) -> str:
    if pair.metres is None:
        return _("One of them has no place on the map. Confirm that they are the same place all the same.")
    values = {"metres": round(pair.metres)}
    return _("They lie %(metres)d m apart. Confirm that they are the same place all the same.") % values


def _line(sentence: str, other: Station, reason: str) -> str:
    return (sentence % {"code": other.code, "reason": reason})[:MAX_REASON]


def _chosen(taking: Iterable[str]) -> Sequence[str]:
    chosen = set(taking)
    if unknown := chosen - set(TAKEABLE):
        raise Invalid("taking", _("%(field)s cannot be taken over.") % {"field": min(unknown)})
    return [name for name in TAKEABLE if name in chosen or (name in PLACE and chosen & set(PLACE))]


def _close(merge: Merge) -> None:
    station = merge.duplicate
    station.status, station.merged_into = StationStatus.CLOSED, merge.into
    station.suspended_from = station.suspended_until = None
    station.suspended_reason = ""
    save_with_history(station, by=merge.by, reason=merge.line)


def _take(merge: Merge, taking: Sequence[str], line: str) -> None:
    """A line of history also where no fact changes: this is where one reads what the station took in."""
    kept = merge.into
    if taking and merge.duplicate.longitude is None:
        taking = [name for name in taking if name not in PLACE]
    for name in taking:
        setattr(kept, name, getattr(merge.duplicate, name))
    if kept.opened_date and merge.duplicate.opened_date:
        kept.opened_date = min(kept.opened_date, merge.duplicate.opened_date)
    kept.pinyin = initials(kept.name)
    save_with_history(kept, by=merge.by, reason=line)
    write_checks(((kept.pk, fact) for fact in facts_in(taking)), how=HowChecked.STAFF, by=merge.by)


@transaction.atomic
def tell_apart(*, first: Station, second: Station, by: User) -> PossibleDuplicate:
    """Say that these are two places; they wait no more, however often they are found near each other."""
    for station in (first, second):
        refuse_unless_may_edit(by, station)
    one, other = sorted((first, second), key=lambda station: station.pk)
    metres = Pair(one, other).metres
    if one == other or metres is None:
        raise Refused(_("Only two stations on the map can be told apart."))
    pair = PossibleDuplicate.objects.select_for_update().filter(first=one, second=other).first()
    pair = pair or PossibleDuplicate(first=one, second=other, metres=metres)
    if pair.told_apart_at is None:
        pair.told_apart_at, pair.told_apart_by = timezone.now(), by
        save_with_history(pair, by=by, reason=_("Two places"))
    return pair
