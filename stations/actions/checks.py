"""Somebody looked, and what the portal says of a station is right."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from stations.actions.facts import record_checks
from stations.changes import mark_changed
from stations.checking import write_all_checks
from stations.choices import HowChecked, Role, StationStatus
from stations.facts import ALL
from stations.freshness import told_facts
from stations.models import Station, User
from stations.policies import refuse_unless_may_record, refuse_unless_officer
from stations.scope import scope_of


@transaction.atomic
def confirm_facts(*, station: Station, by: User, what: Collection[str] | None = None) -> int:
    """Say of these facts, or of all that is told, that they are right; how many. Keepers say so as officers do."""
    refuse_unless_may_record(by, station)
    if station.status == StationStatus.CLOSED:
        raise Refused(_("%(station)s is closed for good.") % {"station": station})
    told = {fact for _station, fact in told_facts([station.pk])}
    chosen = told if what is None else set(what)
    if not chosen or not chosen <= told:
        raise Invalid("what", _("This is not told of the station any more. Load the page again."))
    record_checks(station=station, what=[ALL] if what is None else sorted(chosen), how=HowChecked.STAFF, by=by)
    return len(chosen)


@transaction.atomic
def confirm_stations(*, stations: Collection[Station], by: User) -> int:
    """Say of each that its facts were checked now; all of them, or none if one is not in the officer's care."""
    refuse_unless_officer(by)
    chosen = [station.pk for station in stations]
    found = list(Station.objects.select_for_update().filter(pk__in=chosen).order_by("pk"))
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
