"""Who sets targets.

- Officers and officials of a unit, or of one above it, set its targets.
- A part was given by the unit above: only those who hold the whole change it.
- A target stays as it is once its year is over and January has passed, in which it is looked back upon.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from reports.models import Target
from reports.querysets import ACTIVE
from stations.models import Unit, User
from stations.scope import scope_of


def giver_of(target: Target) -> Unit:
    """The unit whose people change it; load `part_of__unit` with it."""
    return target.part_of.unit if target.part_of else target.unit


def closes_on(year: int) -> date:
    """The last day on which targets of that year are set."""
    return date(year + 1, 1, 31)


def may_set(by: User, target: Target) -> bool:
    return scope_of(by).holds(giver_of(target).path, *ACTIVE)


def may_give(by: User, target: Target) -> bool:
    """Parts of it, to the units right below."""
    return scope_of(by).holds(target.unit.path, *ACTIVE)


def who_sets(target: Target) -> str:
    if target.part_of:
        return _("It is a part of the target of %(unit)s, whose officers and officials give it.") % {
            "unit": giver_of(target)
        }
    return _("Officers and officials of %(unit)s set this target.") % {"unit": target.unit}


def why_not_now(year: int, today: date) -> str:
    """The sentence that refuses what comes too late; "" if it does not."""
    if today <= closes_on(year):
        return ""
    return _("Targets of %(year)d were set until %(day)s; they stay as they are.") % {
        "year": year,
        "day": date_format(closes_on(year)),
    }


def refuse_unless_may_set(by: User, target: Target, today: date) -> None:
    if not may_set(by, target):
        raise Refused(who_sets(target))
    if reason := why_not_now(target.year, today):
        raise Refused(reason)


def refuse_unless_may_give(by: User, target: Target, today: date) -> None:
    if not may_give(by, target):
        raise Refused(
            _("Officers and officials of %(unit)s give its parts to the units below.") % {"unit": target.unit}
        )
    if reason := why_not_now(target.year, today):
        raise Refused(reason)
