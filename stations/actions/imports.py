"""Entering a list, all or nothing."""

from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import PortalError
from stations.actions.records import MAX_REASON
from stations.imports.kinds import Entry, ListKind, Plan
from stations.imports.plan import read_plan
from stations.models import User

LOCK = 0x5741_7465
"""Imports take turns: two lists with the same new station, entered at once, would make it twice."""


class NotEntered(PortalError):
    """The file holds errors, so nothing of it was entered; `plan` names them all."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("The file holds errors. Nothing was entered."))
        self.plan = plan


@transaction.atomic
def import_list(kind: ListKind, *, by: User, data: bytes, name: str = "", key: UUID | None = None) -> Plan:
    """Enter the list: it is read anew against the database as it is now. Raises `NotEntered`."""
    kind.refuse(by)
    take_turns()
    key = key or uuid4()
    entry = Entry(by, reason_of(name, key), key)
    plan = read_plan(kind, data, by, is_to_last=True, reason=entry.reason)
    if not plan.may_be_applied:
        raise NotEntered(plan)
    if plan.changes_something:
        kind.enter(plan, entry)
    return plan


def take_turns() -> None:
    """Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def reason_of(name: str, key: UUID, sentence: str = "") -> str:
    """What the history says, with the beginning of the key: by it everything that one list did is found again."""
    mark = f" [{key.hex[:8]}]"
    reason = (sentence or _("Import of %(name)s")) % {"name": name or _("a list")}
    return reason[: MAX_REASON - len(mark)] + mark
