"""Queues of stations that wait for somebody: each is one condition, for the figure and for the list behind it.

Apps above register theirs in the `ready()` of the app that owns the rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stations.choices import Health, HostKind, StationStatus
from stations.models import Honour, Station, StationAmenity

CHECK_DAYS = 180
CHECK_DAYS_BY_KIND: Mapping[str, int] = {HostKind.MOBILE: 30, HostKind.SHOP: 90, HostKind.OTHER: 90}
"""After so many days somebody looks again whether the facts are still right; what moves or changes hands, sooner."""
ENDING_DAYS = 14
"""So long before it ends by itself a suspension is shown, so that the door is open on the day the map says so."""
EXPIRING_DAYS = 60
"""So long before it expires an honour is shown: renewing one takes its time."""

Condition = Callable[[date], Q]
"""Of stations, on that day."""


@dataclass(frozen=True)
class Queue:
    """`title` says what the stations in it are: it stands beside their number, and in the filter of their list."""

    key: str
    title: str | Promise
    condition: Condition


QUEUES: dict[str, Queue] = {}


def register_queue(key: str, title: str | Promise, condition: Condition) -> None:
    QUEUES[key] = Queue(key, title, condition)


def in_queue(stations: QuerySet[Station], key: str, today: date) -> QuerySet[Station]:
    """KeyError for a queue that there is not."""
    return stations.filter(QUEUES[key].condition(today))


def to_be_placed(_today: date) -> Q:
    return Q(status=StationStatus.DRAFT, longitude=None)


def drafts(_today: date) -> Q:
    return Q(status=StationStatus.DRAFT)


def due_for_check(today: date) -> Q:
    """On the map, and never checked or not for as long as its kind allows."""
    often = [
        Q(host_kind=kind, verified_at__lt=_begin(today - timedelta(days=days)))
        for kind, days in CHECK_DAYS_BY_KIND.items()
    ]
    seldom = ~Q(host_kind__in=CHECK_DAYS_BY_KIND) & Q(verified_at__lt=_begin(today - timedelta(days=CHECK_DAYS)))
    return Q(status=StationStatus.PUBLISHED) & reduce(or_, often, Q(verified_at=None) | seldom)


def broken(_today: date) -> Q:
    return _in_use() & Q(Exists(_out_of_order()))


def repair_overdue(today: date) -> Q:
    return _in_use() & Q(Exists(_out_of_order().filter(due_back__lt=today)))


def suspension_ends(today: date) -> Q:
    soon = (today, today + timedelta(days=ENDING_DAYS))
    return Q(status=StationStatus.SUSPENDED, suspended_until__range=soon)


def honour_expires(today: date) -> Q:
    soon = (today, today + timedelta(days=EXPIRING_DAYS))
    return _in_use() & Q(Exists(Honour.objects.filter(station=OuterRef("pk"), expires_date__range=soon)))


def _in_use() -> Q:
    return Q(status__in=[StationStatus.PUBLISHED, StationStatus.SUSPENDED])


def _out_of_order() -> QuerySet[StationAmenity]:
    return StationAmenity.objects.filter(station=OuterRef("pk"), health=Health.OUT_OF_ORDER)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def register_own() -> None:
    register_queue("unchecked", _("on the map, due to be checked"), due_for_check)
    register_queue("broken", _("with something out of order"), broken)
    register_queue("repair-overdue", _("with a repair overdue"), repair_overdue)
    register_queue("suspension-ends", _("suspended, to open again within two weeks"), suspension_ends)
    register_queue("honour-expires", _("with an honour that expires within 60 days"), honour_expires)
    register_queue("to-be-placed", _("to be placed on the map"), to_be_placed)
    register_queue("drafts", _("drafts in all"), drafts)
