"""Somebody looked, and what the portal says of a station is right."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from stations.changes import mark_changed
from stations.checking import write_all_checks
from stations.choices import Role
from stations.models import Station, User
from stations.policies import refuse_unless_officer
from stations.scope import scope_of


@transaction.atomic
def confirm_stations(*, stations: Collection[Station], by: User) -> int:
    """Say of each that its facts were checked now; all of them, or none if one is not in the officer's care."""
    refuse_unless_officer(by)
    found = list(Station.objects.select_for_update().filter(pk__in=[station.pk for station in stations]))
    scope = scope_of(by)
    if not scope.everything:
        own = Station.objects.in_units(scope.paths_as(Role.OFFICER)).filter(pk__in=[station.pk for station in found])
        mine = set(own.values_list("pk", flat=True))
        if other := next((station for station in found if station.pk not in mine), None):
            raise Refused(_("“%(station)s” is run and supervised by other units than yours.") % {"station": other})
    ids = [station.pk for station in found]
    write_all_checks(ids, by=by)
    mark_changed(ids)
    return len(found)
