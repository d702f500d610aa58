"""Heat and cold for the public: which alerts run where, and what then comes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone

from harbor_portal.lib.remember import once_a_minute
from stations.choices import AlertKind
from stations.models import WeatherAlert

T = TypeVar("T")

RELIEF = {
    AlertKind.HEAT: ("air_conditioning", "water", "fridge", "medicine"),
    AlertKind.COLD: ("air_conditioning", "hot_water", "microwave", "seating"),
}
"""The amenities that help, as codes of the catalogue, the best first: a cool or warm room before all."""


@dataclass(frozen=True)
class Alert:
    """An alert as the public reads it; `prefix` is the one of its division."""

    kind: AlertKind
    prefix: str
    code: str
    name: str
    first: date
    last: date
    message: str


def alerts_between(first: date, last: date) -> list[Alert]:
    """Those that run on at least one of these days, the larger divisions first. One query."""
    rows = WeatherAlert.objects.filter(ended_at=None, last__gte=first, first__lte=last).select_related("division")
    found = [
        Alert(
            AlertKind(row.kind),
            row.division.prefix,
            row.division.code,
            row.division.name,
            row.first,
            row.last,
            row.message,
        )
        for row in rows
    ]
    return sorted(found, key=lambda alert: (len(alert.prefix), alert.prefix, alert.kind, alert.first))


@once_a_minute
def alerts_now(at: datetime) -> list[Alert]:
    """Those that run at that moment. One query a minute in each process."""
    today = timezone.localdate(at)
    return alerts_between(today, today)


def alerts_over(prefix: str, alerts: Iterable[Alert]) -> list[Alert]:
    """Those that hold in the whole division with this prefix: its own, and those of the divisions around it."""
    return [alert for alert in alerts if prefix.startswith(alert.prefix)]


def alerts_within(prefix: str, alerts: Iterable[Alert]) -> list[Alert]:
    """Those that hold in some part of the division only."""
    return [alert for alert in alerts if alert.prefix.startswith(prefix) and alert.prefix != prefix]


def relief_first(names: dict[str, T], alerts: Iterable[Alert]) -> dict[str, T]:
    """The same by code of amenity, with what helps in these alerts before all else."""
    codes = [code for alert in alerts for code in RELIEF[alert.kind]]
    return {code: names[code] for code in [*codes, *names] if code in names}
