"""What the map shows of the day: opening, when somebody was last seen there, locked doors, and what is given out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from harbor_portal.lib.languages import by_language
from services.choices import LIVE_SOURCES, WAITING, FeedbackKind
from services.models import Feedback, StationDay, SupplyItem, SupplyStock, VisitEntry

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


def supplies_today(station_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """`{"supplies": {code: moment}}`: what is shown to visitors, is left, and was seen there today. One query.

    Nothing is shown while some of it has expired: that is to be thrown away first.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    good = Q(expires_date=None) | Q(expires_date__gte=midnight.date())
    rows = SupplyStock.objects.filter(
        good, station__in=station_ids, item__is_shown=True, quantity__gt=0, seen_at__gte=midnight
    ).order_by("station", "item__order", "item__code")
    found: dict[int, dict[str, Any]] = {}
    for station, code, seen in rows.values_list("station_id", "item__code", "seen_at"):
        found.setdefault(station, {"supplies": {}})["supplies"][code] = _iso(seen)
    return found


def supplies_shown() -> list[dict[str, Any]]:
    """The names of what the map may show."""
    items = SupplyItem.objects.filter(is_shown=True).order_by("order", "code")
    return [{"code": item.code, "names": by_language(item)} for item in items]


def _iso(moment: datetime | None) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
