"""Entering a list of stations."""

import hashlib
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, PortalError, StaleState
from harbor_portal.lib.tables import MAX_BYTES
from stations.actions.records import MAX_REASON
from stations.imports.apply import apply_plan
from stations.imports.plan import Plan, read_plan
from stations.models import Upload, User
from stations.policies import refuse_unless_officer

KEPT = timedelta(days=1)
"""How long a file waits to be entered."""
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
    plan = read_plan(data, by, is_to_last=True)
    if not plan.may_be_applied:
        raise NotEntered(plan)
    if plan.changes_something:
        reason = _("Import of %(name)s") % {"name": name or _("a list")}
        apply_plan(plan, by=by, reason=reason[:MAX_REASON])
    return plan


@transaction.atomic
def keep_upload(*, by: User, name: str, data: bytes) -> Upload:
    """Keep a file until it is entered, at most a day. Older ones, whoever sent them, are thrown away."""
    refuse_unless_officer(by)
    if len(data) > MAX_BYTES:
        raise Invalid("file", _("The file is larger than %(limit)s MB. Divide it.") % {"limit": MAX_BYTES // 1024**2})
    Upload.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return Upload.objects.create(user=by, name=name[-200:], content=data, sha256=hashlib.sha256(data).hexdigest())


@transaction.atomic
def enter_upload(*, by: User, upload: Upload) -> Plan:
    """Enter what was sent and checked, once: a second try finds nothing any more. Raises `NotEntered`."""
    try:
        kept = Upload.objects.select_for_update().get(pk=upload.pk, user=by)
    except Upload.DoesNotExist as error:
        raise StaleState(_("This file was entered already, or was thrown away after a day.")) from error
    plan = import_stations(by=by, data=bytes(kept.content), name=kept.name)
    kept.delete()
    return plan
