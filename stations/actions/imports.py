"""Entering a list of stations."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import PortalError
from stations.actions.records import MAX_REASON
from stations.imports.apply import apply_plan
from stations.imports.plan import Plan, read_plan
from stations.models import User
from stations.policies import refuse_unless_officer

LOCK = 0x5741_7465
"""Imports take turns: two lists with the same new station, entered at once, would make it twice."""


class NotEntered(PortalError):
    """The file holds errors, so nothing of it was entered; `plan` names them all."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("The file holds errors. Nothing was entered."))
        self.plan = plan


@transaction.atomic
def import_stations(*, by: User, data: bytes, name: str = "") -> Plan:
    """Enter the list, all or nothing: it is read anew against the database as it is now. Raises `NotEntered`."""
    refuse_unless_officer(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    plan = read_plan(data, by)
    if not plan.may_be_applied:
        raise NotEntered(plan)
    if plan.changes_something:
        reason = _("Import of %(name)s") % {"name": name or _("a list")}
        apply_plan(plan, by=by, reason=reason[:MAX_REASON])
    return plan
