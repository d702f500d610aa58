"""Notices on the pages made by the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.portal.wording import day
from stations.alerts import Alert, alerts_now, alerts_over, alerts_within
from stations.choices import AlertKind

MOST_NAMED = 6
"""Parts of a division that are named one by one; a wave of heat may hold in all of a country's cities."""


@dataclass(frozen=True)
class Banner:
    """An alert in words; `code` is the division's, where `name` leads."""

    kind: AlertKind
    code: str
    name: str
    title: str
    message: str
    is_running: bool = True
    """Not only announced."""


def banners_of(alerts: Iterable[Alert]) -> list[Banner]:
    today = timezone.localdate()
    return [
        Banner(alert.kind, alert.code, alert.name, _title(alert, today), alert.message, is_running=alert.first <= today)
        for alert in alerts
    ]


def warnings_for(prefix: str, at: datetime) -> dict[str, Any]:
    """For a page about the division with this prefix ("" for the whole country), what holds there and in its parts."""
    running = alerts_now(at)
    inside = banners_of(alerts_within(prefix, running))
    return {
        "alerts": banners_of(alerts_over(prefix, running)),
        "alerts_inside": inside[:MOST_NAMED],
        "alerts_more": max(0, len(inside) - MOST_NAMED),
    }


def _title(alert: Alert, today: date) -> str:
    """What the portal says itself, or the words of who announced it; and from when on, while it is to come."""
    sentence = {
        AlertKind.HEAT: _("Heat alert for {place} until {date}"),
        AlertKind.COLD: _("Cold alert for {place} until {date}"),
        AlertKind.TYPHOON: _("Typhoon warning for {place} until {date}"),
        AlertKind.HOLIDAY: _("Holiday hours in {place} until {date}"),
    }.get(alert.kind, "")
    if alert.title:
        sentence = _("{title} ({place}, until {date})")
    said = sentence.format(title=alert.title, place=alert.name, date=day(alert.last))
    return _("{sentence}, from {date} on").format(sentence=said, date=day(alert.first)) if alert.first > today else said
