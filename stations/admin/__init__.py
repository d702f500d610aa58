"""The back office of `stations`."""

from stations.admin import (
    alerts,
    calendar,
    catalogues,
    checks,
    downloads,
    duplicates,
    exceptions,
    people,
    stations,
    units,
)

__all__ = [
    "alerts",
    "calendar",
    "catalogues",
    "checks",
    "downloads",
    "duplicates",
    "exceptions",
    "people",
    "stations",
    "units",
]
