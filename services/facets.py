"""What the map shows of the day: whether the keeper opened the station, and when somebody was last seen there."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from services.choices import Source
from services.models import StationDay, VisitEntry

LIVE_SOURCES = (Source.MY_STATION, Source.CHECK_IN, Source.API)

Moments = dict[str, str | None]


def today(station_ids: Sequence[int]) -> dict[int, Moments]:
    """`{"opened_at", "closed_at", "seen_at"}` of today as ISO strings, or None. Two queries.

    Seen is who was counted at the door as it happened: a day sheet filled in at night proves nothing of now.
    """
    date = timezone.localdate()
    days = StationDay.objects.filter(station__in=station_ids, date=date)
    entries = VisitEntry.objects.filter(
        station__in=station_ids, date=date, source__in=LIVE_SOURCES, change__gt=0, undoes=None, undone_by=None
    )
    seen = dict(entries.values_list("station_id").annotate(last=Max("at")).order_by())
    found = {
        station: {"opened_at": _iso(opened), "closed_at": _iso(closed), "seen_at": _iso(seen.pop(station, None))}
        for station, opened, closed in days.values_list("station_id", "opened_at", "closed_at")
    }
    return found | {
        station: {"opened_at": None, "closed_at": None, "seen_at": _iso(at)} for station, at in seen.items()
    }


def _iso(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
