"""Who plans, reports and counts activities, and until when.

1. Officers and officials of the organiser, or of a unit above it, plan, change, cancel and report.
2. Keepers and officers of a station where it is held count who came, too.
3. Nothing changes in a month that a report of one of its stations holds.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from services.models import Activity
from services.policies import refuse_if_locked
from stations.choices import Role
from stations.models import Station, Unit, User
from stations.policies import may_record
from stations.scope import kept_by, scope_of

YEARS = range(2000, 2101)
"""Others are slips, such as 26 for 2026; the database does not even give back all of them."""
LONGEST = timedelta(days=92)
ORGANISING = (Role.OFFICER, Role.REVIEWER)


def may_organise(by: User, unit: Unit) -> bool:
    return scope_of(by).holds(unit.path, *ORGANISING)


def organises_anywhere(by: User) -> bool:
    """Whether the person plans activities at all."""
    scope = scope_of(by)
    return scope.everything or bool(scope.paths_as(*ORGANISING))


def who_organises(unit: Unit) -> str:
    return _("Only officers and officials of %(unit)s, or of a unit above it, look after its activities.") % {
        "unit": unit
    }


def refuse_unless_may_organise(by: User, unit: Unit) -> None:
    if not may_organise(by, unit):
        raise Refused(who_organises(unit))


def may_count(by: User, activity: Activity) -> bool:
    """Whoever organises it, and keepers and officers of its stations."""
    if may_organise(by, activity.organiser):
        return True
    if not kept_by(by) and not scope_of(by).paths_as(Role.OFFICER):
        return False
    return any(may_record(by, station) for station in activity.stations.all())


def refuse_unless_may_count(by: User, activity: Activity) -> None:
    if not may_count(by, activity):
        sentence = _("The organiser, %(unit)s, and the keepers and officers of its stations count who came.")
        raise Refused(sentence % {"unit": activity.organiser})


def refuse_if_month_is_locked(activity: Activity, stations: Iterable[Station] | None = None) -> None:
    """The day of an activity belongs to the month reports of the stations where it is held."""
    day = timezone.localdate(activity.starts_at)
    for station in activity.stations.all() if stations is None else stations:
        refuse_if_locked(station, day)
