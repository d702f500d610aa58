"""Who decides about money, and who asks for it.

- An officer of a station applies for it, in a batch of a unit that runs or supervises the station, or of one above.
- An officer or official of the unit whose money it is, or above it, approves, refuses and notes the payment; never an
  application of their own.
- An officer of the station accounts for it, with at least one paper added since it was paid.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from services.grant_querysets import DECIDING
from services.models import Grant, GrantBatch
from stations.models import Station, Unit, User
from stations.policies import may_edit
from stations.scope import scope_of


def may_give(by: User, unit: Unit) -> bool:
    return scope_of(by).holds(unit.path, *DECIDING)


def who_gives(unit: Unit) -> str:
    return _("Officers and officials of %(unit)s decide about this money.") % {"unit": unit}


def refuse_unless_may_give(by: User, unit: Unit) -> None:
    if not may_give(by, unit):
        raise Refused(who_gives(unit))


def may_decide(by: User, grant: Grant) -> bool:
    is_own = grant.applied_by_id == by.pk and not scope_of(by).everything
    return may_give(by, grant.batch.unit) and not is_own


def refuse_unless_may_decide(by: User, grant: Grant) -> None:
    refuse_unless_may_give(by, grant.batch.unit)
    if not may_decide(by, grant):
        raise Refused(_("You applied for it yourself: somebody else decides."))


def who_accounts(station: Station) -> str:
    return _("Officers of %(station)s apply for money and account for it.") % {"station": station}


def refuse_unless_may_apply(by: User, station: Station) -> None:
    if not may_edit(by, station):
        raise Refused(who_accounts(station))


def refuse_unless_may_add_paper(by: User, grant: Grant) -> None:
    """Those who ask, and those who give."""
    if not may_edit(by, grant.station):
        refuse_unless_may_give(by, grant.batch.unit)


def refuse_unless_open(batch: GrantBatch, station: Station, today: date) -> None:
    if why := why_closed(batch, today):
        raise Refused(why)
    if not Station.objects.in_units((batch.unit.path,)).filter(pk=station.pk).exists():
        raise Invalid("station", why_not_its_own(batch, station))


def why_closed(batch: GrantBatch, today: date) -> str:
    """Why nobody applies in the batch any more, or ""."""
    if batch.until is None or today <= batch.until:
        return ""
    names = {"day": date_format(batch.until), "unit": batch.unit}
    return _("Applications were taken until %(day)s. Ask %(unit)s.") % names


def why_not_its_own(batch: GrantBatch, station: Station) -> str:
    names = {"unit": batch.unit, "station": station}
    return _("%(unit)s gives to stations of its own units; %(station)s is none of them.") % names
