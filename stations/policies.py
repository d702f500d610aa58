"""Who may do what to a station. Seeing it at all is `visible_to`; these are asked afterwards.

Each refusal is the sentence that the person will read.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any, Protocol

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from stations.choices import Role, StationStatus, UnitKind
from stations.models import Division, Posting, Station, Unit, User
from stations.querysets import covered_prefixes
from stations.scope import Scope, kept_by, scope_of

SpanLock = Callable[[Collection[str], date, date, int | None], str | None]
"""Paths of units, a first and a last day → why what their stations did on these days stands, or None.

With a station it is asked of that alone.
"""

SPAN_LOCKS: list[SpanLock] = []


def register_span_lock(provider: SpanLock) -> None:
    """Called in the `ready()` of an app that has counted what the unit's stations did, and answers for it."""
    if provider not in SPAN_LOCKS:
        SPAN_LOCKS.append(provider)


def refuse_if_span_is_locked(unit: Unit, first: date, last: date) -> None:
    """No station comes to the unit or leaves it for days that were counted for it."""
    _refuse_if_locked([unit.path], first, last)


def refuse_if_days_are_counted(of: Station | Unit, first: date, last: date) -> None:
    """Nothing else is said to have been expected of the station, or of those that the unit operated."""
    last = min(last, timezone.localdate())
    if last < first:
        return
    postings: QuerySet[Posting] = Posting.objects.all().during(first, last)
    if isinstance(of, Station):
        station, postings = of.pk, postings.filter(station=of)
    else:
        station, postings = None, postings.filter(operator__path__startswith=of.path)
    lines = postings.order_by().values_list("operator__path", "supervisor__path").distinct()
    _refuse_if_locked({path for line in lines for path in line if path}, first, last, station)


def _refuse_if_locked(paths: Collection[str], first: date, last: date, station: int | None = None) -> None:
    for provider in SPAN_LOCKS:
        if reason := provider(paths, first, last, station):
            raise Refused(reason)


def is_officer(by: User | AnonymousUser) -> bool:
    """Whether the person may change stations at all: an officer of some unit, or the superuser."""
    scope = scope_of(by)
    return scope.everything or bool(scope.paths_as(Role.OFFICER))


def refuse_unless_officer(by: User | AnonymousUser) -> None:
    if not is_officer(by):
        raise Refused(_("Only officers may change stations. Ask an officer of the unit that runs them."))


def may_edit(by: User, station: Station) -> bool:
    """Officers of a unit that operates or supervises the station today, and the superuser."""
    scope = scope_of(by)
    if scope.everything:
        return True
    mine: QuerySet[Station] = Station.objects.in_units(scope.paths_as(Role.OFFICER))
    return mine.filter(pk=station.pk).exists()


def refuse_unless_may_edit(by: User, station: Station) -> None:
    refuse_unless_officer(by)
    if not may_edit(by, station):
        raise Refused(_("“%(station)s” is run and supervised by other units than yours.") % {"station": station})


FOLLOWING: dict[str, tuple[StationStatus, ...]] = {
    StationStatus.DRAFT: (StationStatus.PUBLISHED, StationStatus.CLOSED),
    StationStatus.PUBLISHED: (StationStatus.SUSPENDED, StationStatus.CLOSED),
    StationStatus.SUSPENDED: (StationStatus.PUBLISHED, StationStatus.CLOSED),
    StationStatus.CLOSED: (),
}
"""A draft goes on the map, what is on the map rests or ends; nothing becomes a draft again, nor opens once closed."""


def why_not_become(before: str, after: str) -> str:
    """The sentence that refuses this step in a station's life; "" if it is none, or allowed."""
    if before == after or after in FOLLOWING[before]:
        return ""
    if not FOLLOWING[before]:
        return _("What is closed for good stays closed. If the place opens again, enter it as a new station.")
    return _("From “%(before)s” a station can become: %(choices)s.") % {
        "before": StationStatus(before).label,
        "choices": _(", ").join(str(status.label) for status in FOLLOWING[before]),
    }


class Placed(Protocol):
    """A unit, or one that is still to be made."""

    @property
    def path(self) -> str: ...


def holds_line(scope: Scope, units: Iterable[Placed | None]) -> bool:
    """Whether one of these units (operator, supervisor) is in the care of an officer with this scope."""
    return scope.everything or any(unit is not None and scope.holds(unit.path, Role.OFFICER) for unit in units)


def refuse_unless_own_line(by: User | AnonymousUser, units: Iterable[Unit | None]) -> None:
    """A station may be put only under units of which one is in the officer's care."""
    refuse_unless_officer(by)
    if not holds_line(scope_of(by), units):
        raise Refused(_("Choose an operator or a supervisor from your own units."))


def may_lead(by: User, unit: Unit) -> bool:
    """Officers of the unit or of one above it, and the superuser: what they say holds for all that it operates."""
    return scope_of(by).holds(unit.path, Role.OFFICER)


def units_led_by(by: User) -> QuerySet[Unit]:
    """Those for which the person speaks."""
    mine = scope_of(by)
    rows: Any = Unit.objects.all() if mine.everything else Unit.objects.below(mine.paths_as(Role.OFFICER))
    return rows.order_by("path")  # type: ignore[no-any-return]  # treebeard is untyped


def refuse_unless_may_lead(by: User, unit: Unit) -> None:
    if not may_lead(by, unit):
        raise Refused(_("Only officers of %(unit)s, or of a unit above it, may say this.") % {"unit": unit})


def may_move(by: User, unit: Unit) -> bool:
    """Whether the person may put it below another unit at all: officers above it, and the superuser."""
    scope = scope_of(by)
    return scope.everything or (not unit.is_root() and scope.holds(unit.path[: -Unit.steplen], Role.OFFICER))


def refuse_unless_may_move(by: User, unit: Unit, above: Unit | None, parent: Unit) -> None:
    """Out of one line and into another: officers in whose care both are, and the superuser."""
    if not (may_move(by, unit) and may_lead(by, parent)):
        raise Refused(
            _("%(unit)s is moved by an officer of units above both %(above)s and %(parent)s, or an administrator.")
            % {"unit": unit, "above": above or "—", "parent": parent}
        )


def may_honour(by: User, person: User) -> bool:
    """Officers enter honours of the people of their units, and of the keepers of their stations."""
    scope = scope_of(by)
    if scope.everything:
        return True
    own = scope.paths_as(Role.OFFICER)
    if any(path.startswith(own) for path in person.memberships.values_list("unit__path", flat=True)):
        return True
    mine: QuerySet[Station] = Station.objects.in_units(own)
    return mine.filter(pk__in=person.keeperships.values("station")).exists()


def refuse_unless_may_honour(by: User, person: User) -> None:
    if not may_honour(by, person):
        raise Refused(
            _("%(person)s belongs to other units than yours: their officers enter this.") % {"person": person}
        )


def may_keep_calendar(by: User | AnonymousUser) -> bool:
    """Union officials and administrators: the calendar is one for all."""
    scope = scope_of(by)
    if scope.everything:
        return True
    own = scope.paths_as(Role.REVIEWER)
    return bool(own) and Unit.objects.filter(path__in=own, kind=UnitKind.UNION).exists()


def refuse_unless_calendar_keeper(by: User | AnonymousUser) -> None:
    if not may_keep_calendar(by):
        raise Refused(_("Only union officials and administrators keep the calendar of public holidays."))


def is_keeper(by: User, station: Station) -> bool:
    return station.pk in kept_by(by)


def refuse_unless_may_propose(by: User, station: Station) -> None:
    """Keepers propose, since officers write the facts themselves."""
    if not is_keeper(by, station):
        names = {"station": station}
        raise Refused(
            _("Officers change the facts of %(station)s themselves, on its page.") % names
            if may_edit(by, station)
            else _("Only the keepers of %(station)s propose changes.") % names
        )
    if station.status == StationStatus.CLOSED:
        raise Refused(_("%(station)s is closed for good.") % {"station": station})


def may_record(by: User, station: Station) -> bool:
    """Who writes the station's day, its ledger and the state of its equipment."""
    return is_keeper(by, station) or may_edit(by, station)


def refuse_unless_may_record(by: User, station: Station) -> None:
    if not may_record(by, station):
        raise Refused(_("Only the keepers of %(station)s and its officers may record here.") % {"station": station})


def may_manage(by: User, whom: User) -> bool:
    """Let the person in again, or say farewell: officers do so for people who keep stations of theirs and nothing else.

    Were there a role anywhere, or another's station, a new password for them would be a way to rights beyond one's own.
    """
    scope = scope_of(by)
    if scope.everything:
        return True
    if whom.is_superuser or not whom.is_active or whom.memberships.exists():
        return False
    mine: QuerySet[Station] = Station.objects.in_units(scope.paths_as(Role.OFFICER))
    kept = set(whom.keeperships.values_list("station", flat=True))
    return bool(kept) and mine.filter(pk__in=kept).count() == len(kept)


def refuse_unless_may_manage(by: User, whom: User) -> None:
    if not may_manage(by, whom):
        raise Refused(
            _("%(person)s has a role or keeps stations of other units: the administrator looks after this account.")
            % {"person": whom}
        )


def alert_prefixes(by: User | AnonymousUser) -> tuple[str, ...]:
    """Where the person may publish notices, as prefixes of divisions: an official, where their union is."""
    scope = scope_of(by)
    if scope.everything:
        return ("",)
    return covered_prefixes(scope.paths_as(Role.REVIEWER), kind=UnitKind.UNION)


def may_announce(by: User | AnonymousUser, division: Division) -> bool:
    """Publish a notice for the division, or end it."""
    return division.prefix.startswith(alert_prefixes(by))


def refuse_unless_may_announce(by: User | AnonymousUser, division: Division) -> None:
    if not may_announce(by, division):
        raise Refused(who_announces(division))


def who_announces(division: Division) -> str:
    return _("Notices in %(division)s are published by officials of its union.") % {"division": division}
