"""Heat and cold in the index of the map."""

from datetime import date, timedelta
from typing import Any

from stations.alerts import alerts_between

AHEAD = timedelta(days=7)
"""How far ahead alerts are told, so that a device without network begins and ends them by itself."""


def published_alerts(today: date) -> list[dict[str, Any]]:
    """Those that run or begin within a week. One query."""
    return [
        {
            "kind": alert.kind.value,
            "division": alert.prefix,
            "name": alert.name,
            "from": str(alert.first),
            "until": str(alert.last),
            "message": alert.message,
        }
        for alert in alerts_between(today, today + AHEAD)
    ]
