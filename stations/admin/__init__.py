"""The back office of `stations`."""

from stations.admin import (
    alerts,
    bulk_hours,
    calendar,
    catalogues,
    change_requests,
    checks,
    downloads,
    duplicates,
    exceptions,
    honours,
    people,
    stations,
    tokens,
    units,
)

__all__ = [
    "alerts",
    "bulk_hours",
    "calendar",
    "catalogues",
    "change_requests",
    "checks",
    "downloads",
    "duplicates",
    "exceptions",
    "honours",
    "people",
    "stations",
    "tokens",
    "units",
]
