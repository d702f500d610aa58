"""What the counters of My station stand for."""

from django.db import transaction

from stations.actions.records import save_with_history
from stations.models import Station, User
from stations.policies import refuse_unless_may_record


@transaction.atomic
def choose_counting(*, station: Station, by_hour: bool, by: User) -> Station:
    """The keepers know whether they can tell the hour; a day that has figures already stays as it is."""
    current: Station = Station.objects.select_for_update().get(pk=station.pk)
    refuse_unless_may_record(by, current)
    if current.counts_by_hour != by_hour:
        current.counts_by_hour = by_hour
        save_with_history(current, by=by, reason="")
    return current
