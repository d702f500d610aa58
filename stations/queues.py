"""Queues of stations that wait for somebody: each is one condition, for the figure and for the list behind it.

Apps above register theirs in the `ready()` of the app that owns the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stations.choices import Health, StationStatus
from stations.models import Honour, Station, StationAmenity

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
    """On the map, with a fact that nobody has looked at for as long as its kind allows (`stations.facts`)."""
    is_due = Q(freshness=None) | Q(freshness__due_date__lte=today)
    return Q(status=StationStatus.PUBLISHED) & is_due


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


def register_own() -> None:
    register_queue("unchecked", _("on the map, with facts due to be checked"), due_for_check)
    register_queue("broken", _("with something out of order"), broken)
    register_queue("repair-overdue", _("with a repair overdue"), repair_overdue)
    register_queue("suspension-ends", _("suspended, to open again within two weeks"), suspension_ends)
    register_queue("honour-expires", _("with an honour that expires within 60 days"), honour_expires)
    register_queue("to-be-placed", _("to be placed on the map"), to_be_placed)
    register_queue("drafts", _("drafts in all"), drafts)
