"""Notices in the index of the map."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from stations.alerts import Alert, alerts_between

AHEAD = timedelta(days=7)
"""How far ahead alerts are told, so that a device without network begins and ends them by itself."""


def published_alerts(today: date) -> list[dict[str, Any]]:
    """Those that are read today or within a week. One query."""
    return [_published(alert) for alert in alerts_between(today, today + AHEAD)]


def _published(alert: Alert) -> dict[str, Any]:
    """`title` and `shown`, the moment from which on it is read before its first day, only where there are any."""
    shown = timezone.localtime(alert.publish_at).isoformat(timespec="seconds") if alert.publish_at else ""
    return {
        "kind": alert.kind.value,
        "division": alert.prefix,
        "name": alert.name,
        "from": str(alert.first),
        "until": str(alert.last),
        "message": alert.message,
        **({"title": alert.title} if alert.title else {}),
        **({"shown": shown} if shown else {}),
    }
