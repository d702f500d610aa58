"""Which days may be written, by whom, and until when.

The rules, in the order in which they are asked:

1. Only keepers of the station and officers of a unit that operates or supervises it today record there.
2. No day lies in the future, before the station opened, or outside every posting (nobody ran the station then).
3. A keeper writes today and `LATE_DAYS` days back. An officer may go further back, as long as the month is open.
4. A locked month takes nothing from anybody; the provider of the lock says why.

A visitor who checks in by the code on the door needs no right, but the station must be in service (and 2 and 4 hold).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from services.choices import InspectionKind
from services.querysets import LATE_DAYS
from stations.choices import Role, StationStatus
from stations.models import Posting, Station, Unit, User
from stations.policies import is_keeper, may_edit, refuse_unless_may_record
from stations.responsible import who_looks_again
from stations.scope import scope_of

LockProvider = Callable[[int, date], str | None]
"""Station id and day → the sentence that says why the day is locked, or None."""

LOCKS: list[LockProvider] = []
Apart = Callable[[date], Iterable[int]]
"""A day → the stations whose days of that month are locked or open by themselves, apart from those of their units."""

APART: list[Apart] = []


def register_lock(provider: LockProvider, apart: Apart) -> None:
    """Called in the `ready()` of an app that locks days; asking it twice about a day must be cheap."""
    if provider not in LOCKS:
        LOCKS.append(provider)
        APART.append(apart)


def lock_reason(station_id: int, day: date) -> str | None:
    """The sentence of the first lock that holds the day, or None while it may be written."""
    return next((reason for provider in LOCKS if (reason := provider(station_id, day))), None)


def stations_apart(day: date) -> set[int]:
    """To be asked after a lock of the month: from then on nobody opens days until the transaction ends."""
    return {station for apart in APART for station in apart(day)}


def refuse_if_locked(station: Station, day: date) -> None:
    if reason := lock_reason(station.pk, day):
        raise Refused(reason)


def earliest_day(by: User, station: Station, today: date) -> date | None:
    """How far back this person may write; None without a limit of their own."""
    return None if may_edit(by, station) else today - timedelta(days=LATE_DAYS)


def refuse_unless_writable(*, station: Station, day: date, by: User, at: datetime) -> None:
    """All rules of this module at once."""
    refuse_unless_may_record(by, station)
    _refuse_impossible_day(station, day, timezone.localdate(at))
    if late := why_late(day, earliest_day(by, station, timezone.localdate(at))):
        raise Refused(late)
    refuse_if_locked(station, day)


def unwritable_days(*, station: Station, days: Sequence[date], by: User, today: date) -> dict[date, str]:
    """Why some of these days, given in order, take nothing from somebody who may record here; the others are absent.

    The same rules for a whole month at once, in a number of queries that does not depend on the days: a lock is asked
    for once for each posting, since what locks a day is the report of a unit that held the station then.
    """
    during = Posting.objects.filter(station=station, since__lte=days[-1]).exclude(until__lt=days[0])
    postings = list(during.order_by("since"))
    locks = {posting.pk: lock_reason(station.pk, max(posting.since, days[0])) for posting in postings}
    earliest = earliest_day(by, station, today)
    found: dict[date, str] = {}
    for day in days:
        posting = next((one for one in postings if one.since <= day and (one.until is None or day <= one.until)), None)
        why = why_impossible(station, day, today, is_run=posting is not None) or why_late(day, earliest)
        if why := why or (posting and locks[posting.pk]):
            found[day] = why
    return found


def refuse_unless_in_service(*, station: Station, day: date) -> None:
    """Visitors are counted today at a station that is on the map, is not suspended, and whose month is open."""
    if station.status not in {StationStatus.PUBLISHED, StationStatus.SUSPENDED}:
        raise Refused(_("“%(station)s” is not in service.") % {"station": station})
    if station.is_suspended_on(day):
        raise Refused(_suspension(station))
    _refuse_impossible_day(station, day, day)
    refuse_if_locked(station, day)


def _suspension(station: Station) -> str:
    if until := station.suspended_until:
        sentence = _("This station is suspended until %(day)s, so no visit is counted.") % {"day": date_format(until)}
    else:
        sentence = _("This station is suspended until further notice, so no visit is counted.")
    return f"{sentence} {station.suspended_reason}".strip()


def _refuse_impossible_day(station: Station, day: date, today: date) -> None:
    is_run = Posting.objects.on(day).filter(station=station).exists()
    if why := why_impossible(station, day, today, is_run=is_run):
        raise Invalid("date", why)


def why_impossible(station: Station, day: date, today: date, *, is_run: bool) -> str | None:
    values = {"day": date_format(day), "station": station}
    if day > today:
        return _("%(day)s has not come yet.") % values
    if station.opened_date and day < station.opened_date:
        return _("%(station)s had not opened yet on %(day)s.") % values
    return None if is_run else _("Nobody ran %(station)s on %(day)s.") % values


def why_late(day: date, earliest: date | None) -> str | None:
    if earliest is None or day >= earliest:
        return None
    values = {"days": LATE_DAYS, "day": date_format(day)}
    return _("Keepers record up to %(days)d days back; ask your officer to add %(day)s.") % values


def refuse_unless_may_answer(by: User, station: Station) -> None:
    """Reports of visitors are answered by the officers of the station, not by those whom they may be about."""
    if not may_edit(by, station):
        raise Refused(_("Only officers of %(station)s may do this.") % {"station": station})


def kinds_for(by: User, station: Station) -> list[InspectionKind]:
    """The inspections that the person may make there: keepers look after their own, officers at others."""
    kinds = [InspectionKind.SELF_CHECK] if is_keeper(by, station) else []
    return kinds + ([InspectionKind.SPOT_CHECK, InspectionKind.UNANNOUNCED] if may_edit(by, station) else [])


def refuse_unless_may_inspect(by: User, station: Station, kind: InspectionKind) -> None:
    if kind in kinds_for(by, station):
        return
    if kind == InspectionKind.SELF_CHECK:
        raise Refused(_("The self-check of %(station)s is made by its keepers.") % {"station": station})
    raise Refused(_("Only officers of the units that run or supervise %(station)s inspect it.") % {"station": station})


def refuse_unless_may_check(by: User, station: Station) -> None:
    """Whether something was mended is seen by an officer of the station."""
    if not may_edit(by, station):
        raise Refused(who_looks_again(station))


def may_keep_services(by: User, unit: Unit) -> bool:
    """Write the online services that the unit keeps: its officers, those of a unit above it, and the superuser."""
    return scope_of(by).holds(unit.path, Role.OFFICER)


def refuse_unless_may_keep_services(by: User, unit: Unit) -> None:
    if not may_keep_services(by, unit):
        names = {"unit": unit}
        raise Refused(
            _("Only officers of %(unit)s, or of a unit above it, write the online services that it keeps.") % names
        )
