"""Notices for the public: what can be announced, which are to be read where, and what comes first in heat and cold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.remember import once_a_minute
from stations.choices import AlertKind
from stations.models import WeatherAlert

T = TypeVar("T")

LONGEST = timedelta(days=31)
"""An alert that nobody looks after must not stay for ever; while it runs, its end can be moved."""
FARTHEST = timedelta(days=180)
"""So far ahead something is announced."""
KINDS = list(AlertKind)
"""In the order in which several are read."""

RELIEF = {
    AlertKind.HEAT: ("air_conditioning", "water", "fridge", "medicine"),
    AlertKind.COLD: ("air_conditioning", "hot_water", "microwave", "seating"),
}
"""The amenities that help, as codes of the catalogue, the best first: a cool or warm room before all."""


def refuse_start(alert: WeatherAlert) -> None:
    """What cannot be announced, by hand or by a list."""
    if alert.first < timezone.localdate():
        raise Invalid("first", _("An alert begins today or later."))
    if alert.first - timezone.localdate() > FARTHEST:
        raise Invalid("first", _("A notice begins within %(days)d days.") % {"days": FARTHEST.days})
    if alert.kind == AlertKind.OTHER and not alert.title:
        raise Invalid("title", _("Another notice needs a title."))


def refuse_end(alert: WeatherAlert) -> None:
    """Where its last day cannot be."""
    if alert.last < timezone.localdate():
        raise Invalid("last", _("The last day is today or later; to end the alert now, say so."))
    if alert.last - max(alert.first, timezone.localdate()) >= LONGEST:
        raise Invalid(
            "last",
            _("An alert lasts at most %(days)d days from now; its end can be moved later.") % {"days": LONGEST.days},
        )


@dataclass(frozen=True)
class Alert:
    """A notice as the public reads it; `prefix` is the one of its division."""

    kind: AlertKind
    prefix: str
    code: str
    name: str
    first: date
    last: date
    message: str
    title: str = ""
    publish_at: datetime | None = None

    def is_read(self, at: datetime) -> bool:
        """Whether the public reads it at that moment."""
        today = timezone.localdate(at)
        begun = self.first <= today or (self.publish_at is not None and self.publish_at <= at)
        return begun and today <= self.last

    def relief(self, today: date) -> tuple[str, ...]:
        """What helps, while it is there and not only announced."""
        return RELIEF.get(self.kind, ()) if self.first <= today <= self.last else ()


def alerts_between(first: date, last: date) -> list[Alert]:
    """Those to be read on at least one of these days, the larger divisions first. One query."""
    rows = WeatherAlert.objects.all().read_between(first, last).select_related("division")
    found = [
        Alert(
            AlertKind(row.kind),
            row.division.prefix,
            row.division.code,
            row.division.name,
            row.first,
            row.last,
            row.message,
            row.title,
            row.publish_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda alert: (len(alert.prefix), alert.prefix, KINDS.index(alert.kind), alert.first))


@once_a_minute
def alerts_now(at: datetime) -> list[Alert]:
    """Those to be read at that moment. One query a minute in each process."""
    today = timezone.localdate(at)
    return [alert for alert in alerts_between(today, today) if alert.is_read(at)]


def alerts_over(prefix: str, alerts: Iterable[Alert]) -> list[Alert]:
    """Those that hold in the whole division with this prefix: its own, and those of the divisions around it."""
    return [alert for alert in alerts if prefix.startswith(alert.prefix)]


def alerts_within(prefix: str, alerts: Iterable[Alert]) -> list[Alert]:
    """Those that hold in some part of the division only."""
    return [alert for alert in alerts if alert.prefix.startswith(prefix) and alert.prefix != prefix]


def relief_first(names: dict[str, T], alerts: Iterable[Alert]) -> dict[str, T]:
    """The same by code of amenity, with what helps today in these alerts before all else."""
    today = timezone.localdate()
    codes = [code for alert in alerts for code in alert.relief(today)]
    return {code: names[code] for code in [*codes, *names] if code in names}
