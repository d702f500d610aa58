"""Who may do what to a station. Seeing it at all is `visible_to`; these are asked afterwards."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from stations.choices import Role
from stations.models import Keeper, Station, User
from stations.scope import scope_of


def may_edit(by: User, station: Station) -> bool:
    """Officers of a unit that operates or supervises the station today, and the superuser."""
    scope = scope_of(by)
    if scope.everything:
        return True
    mine: QuerySet[Station] = Station.objects.in_units(scope.paths_as(Role.OFFICER))
    return mine.filter(pk=station.pk).exists()


def is_keeper(by: User, station: Station) -> bool:
    return by.is_active and Keeper.objects.filter(user=by, station=station).exists()


def may_record(by: User, station: Station) -> bool:
    """Who writes the station's day, its ledger and the state of its equipment."""
    return is_keeper(by, station) or may_edit(by, station)


def refuse_unless_may_record(by: User, station: Station) -> None:
    if not may_record(by, station):
        raise Refused(_("Only the keepers of %(station)s and its officers may record here.") % {"station": station})
