"""What the map shows of the day: the keeper's opening, when somebody was last seen there, and locked doors reported."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from services.choices import LIVE_SOURCES, WAITING, FeedbackKind
from services.models import Feedback, StationDay, VisitEntry

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


def reported_closed(station_ids: Sequence[int]) -> dict[int, Moments]:
    """`{"reported_closed_at"}`: when somebody last stood before a locked door today and nobody settled it. One query.

    What counts is when it was said, not when the visitor's phone found a network. The answer to a report settles it,
    and so does whoever says at the door that it is open, for what was said up to then.
    """
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    reports = Feedback.objects.filter(
        station__in=station_ids, kind=FeedbackKind.ARRIVED_BUT_CLOSED, said_at__gte=since, received_at__gte=since
    ).annotate(
        entry_state=Coalesce("same_as__state", "state"),
        settled_at=Coalesce("same_as__confirmed_open_at", "confirmed_open_at"),
    )
    standing = reports.filter(Q(settled_at=None) | Q(settled_at__lt=F("said_at")), entry_state__in=WAITING)
    latest = standing.order_by().values_list("station_id").annotate(last=Max("said_at"))
    return {station: {"reported_closed_at": _iso(at)} for station, at in latest}


def _iso(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
