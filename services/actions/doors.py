"""Renewing the code on a station's door."""

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from services.models import DoorCode
from stations.actions.records import MAX_REASON, save_with_history
from stations.models import Station, User
from stations.moved import merged_stations
from stations.policies import refuse_unless_may_record


@transaction.atomic
def renew_door_code(*, station: Station, by: User, reason: str) -> DoorCode:
    """Make the codes printed so far worthless: visitors who scan one are told to look for the new poster.

    Those of stations that were merged into this one as well, since they let people check in here.
    """
    refuse_unless_may_record(by, station)
    if not reason.strip():
        raise Invalid("reason", _("Say why: every poster of this station has to be printed again."))
    if len(reason.strip()) > MAX_REASON:
        raise Invalid("reason", _("A reason has at most %(most)d characters.") % {"most": MAX_REASON})
    for merged in merged_stations(station):
        _renew(merged, by, reason.strip())
    return _renew(station, by, reason.strip())


def _renew(station: Station, by: User, reason: str) -> DoorCode:
    DoorCode.objects.bulk_create([DoorCode(station=station)], ignore_conflicts=True)
    code = DoorCode.objects.select_for_update().get(station=station)
    code.serial += 1
    save_with_history(code, by=by, reason=reason)
    return code
