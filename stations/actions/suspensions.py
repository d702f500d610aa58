"""Suspensions end by themselves."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from stations.choices import StationStatus
from stations.models import MapChange, Station


def end_suspensions(*, today: date) -> int:
    """Put back on the map what was suspended until a day before `today`; how many.

    By the clock, in nobody's name: who set the last day said so. The public was told the truth by the date alone; this
    makes the station one that is opened and counted again.
    """
    over = Station.objects.filter(
        status=StationStatus.SUSPENDED, suspended_until__lt=today, longitude__isnull=False
    ).values_list("pk", flat=True)
    return sum(_end(pk, today) for pk in over)


@transaction.atomic
def _end(pk: int, today: date) -> bool:
    station: Station = Station.objects.select_for_update().get(pk=pk)
    if station.status != StationStatus.SUSPENDED or station.suspended_until is None or station.suspended_until >= today:
        return False
    station.status = StationStatus.PUBLISHED
    station.suspended_from = station.suspended_until = None
    station.suspended_reason = ""
    station._change_reason = _("The suspension has ended.")  # type: ignore[attr-defined]  # simple_history's way
    station.save()
    # The publisher's own clock finds the note within a minute; `mark_changed` stands above the tasks.
    MapChange.objects.create(station=station)
    return True
