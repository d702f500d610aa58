"""Who may do what with a month report.

- It is read by everybody who has a role in the unit or above it.
- An officer or official of the unit, or of one above, submits it once the month is over.
- An officer or official of a unit *above* approves, returns and seals it, opens what is sealed for a revision, and
  waives the report of a unit that cannot hand in; where there is none above, of the unit itself. Nobody judges what
  they submitted themselves.
- An auditor only reads. The administrator may do everything.

A bundle of reports is asked for by whoever reads the report of its unit or division; whoever asked cancels it.

A contest is held by officers and officials of its unit, or of one above it.

The deadline of a unit is set by its officials, or by those of a unit above it.

How unusual figures of a station came about is said by officers and officials of the units that run or supervise it.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.months import Month
from reports.models import Bundle, MonthReport
from reports.querysets import ACTIVE
from stations.choices import Role
from stations.models import Station, Unit, User
from stations.scope import Scope, scope_of


def may_submit(by: User, unit: Unit) -> bool:
    return scope_of(by).holds(unit.path, *ACTIVE)


def refuse_unless_may_submit(by: User, unit: Unit, month: Month, today: date) -> None:
    if not may_submit(by, unit):
        raise Refused(_("Only an officer or official of %(unit)s submits its report.") % {"unit": unit})
    if month.last >= today:
        raise Refused(
            _("%(month)s is not over: it can be submitted from %(day)s on.")
            % {"month": month, "day": date_format(month.plus(1).first)}
        )


def may_judge(by: User, report: MonthReport) -> bool:
    """Approve, return, seal, or open for a revision."""
    return judges(scope_of(by), report)


def judges(scope: Scope, report: MonthReport) -> bool:
    """`may_judge` of many reports at once: whose scope it is was looked up before."""
    if scope.everything:
        return True
    if report.submitted_by_id == scope.user_id:
        return False
    return scope.holds(report.unit.path[: -Unit.steplen] or report.unit.path, *ACTIVE)


def waives(scope: Scope, unit: Unit) -> bool:
    """Not wait for the report of this unit: whoever waits for it, an officer or official of a unit above."""
    return unit.depth > 1 and scope.holds(unit.path[: -Unit.steplen], *ACTIVE)


def who_waives(unit: Unit) -> str:
    return _("Only an officer or official above %(unit)s can waive its report.") % {"unit": unit}


def refuse_unless_may_judge(by: User, report: MonthReport) -> None:
    if not may_judge(by, report):
        raise Refused(who_judges(report))


def who_judges(report: MonthReport) -> str:
    return _("The report of %(unit)s is judged by %(judge)s, and not by whoever submitted it.") % {
        "unit": report.unit,
        "judge": judge_of(report.unit),
    }


def judge_of(unit: Unit) -> Unit:
    """Whom to ask: the unit above, if there is one."""
    parent: Unit | None = Unit.objects.get_parent(unit)
    return parent or unit


def may_settle(by: User, station: Station) -> bool:
    scope = scope_of(by)
    if scope.everything:
        return True
    found: bool = Station.objects.in_units(scope.paths_as(*ACTIVE)).filter(pk=station.pk).exists()
    return found


def who_settles(station: Station) -> str:
    return _("Officers and officials of the units that run or supervise %(station)s say how it is.") % {
        "station": station
    }


def refuse_unless_may_settle(by: User, station: Station) -> None:
    if not may_settle(by, station):
        raise Refused(who_settles(station))


def may_hold(by: User, unit: Unit) -> bool:
    return scope_of(by).holds(unit.path, *ACTIVE)


def who_holds(unit: Unit) -> str:
    return _("Officers and officials of %(unit)s hold this contest.") % {"unit": unit}


def refuse_unless_may_hold(by: User, unit: Unit) -> None:
    if not may_hold(by, unit):
        raise Refused(who_holds(unit))


def may_set_deadline(by: User, unit: Unit) -> bool:
    return scope_of(by).holds(unit.path, Role.REVIEWER)


def refuse_unless_may_set_deadline(by: User, unit: Unit) -> None:
    if not may_set_deadline(by, unit):
        raise Refused(_("Officials of %(unit)s, or of a unit above it, set its deadline.") % {"unit": unit})


def may_cancel(by: User, bundle: Bundle) -> bool:
    return bundle.asked_by_id == by.pk or scope_of(by).everything


def who_cancels(bundle: Bundle) -> str:
    return _("%(person)s asked for it, and cancels it, or an administrator.") % {"person": bundle.asked_by}


def refuse_unless_may_cancel(by: User, bundle: Bundle) -> None:
    if not may_cancel(by, bundle):
        raise Refused(who_cancels(bundle))
