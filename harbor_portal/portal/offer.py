"""What a station offers, as its page shows it: each thing with how to use it, whether it works, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.portal.wording import day
from stations.alerts import Alert, relief_first
from stations.choices import Access, Health
from stations.freshness import checked_at
from stations.models import Station, StationAmenity

MOST_ON_PAPER = 14


@dataclass(frozen=True)
class Item:
    """`kind` is "", "limited" or "broken"; `status` says the same in words, and nothing of what is simply there."""

    name: str
    kind: str
    status: str
    note: str
    checked: str


@dataclass(frozen=True)
class Offer:
    there: list[Item]
    absent: list[str]
    """Known not to be there; what nobody knows of is in neither list."""
    features: dict[str, bool]
    """For machines: what is there and works, and what is not there; what is broken is neither."""

    @property
    def is_long(self) -> bool:
        """Whether it takes smaller letters to print all of it on one sheet."""
        return len(self.there) > MOST_ON_PAPER


def offer_of(station: Station, alerts: Iterable[Alert] = ()) -> Offer:
    """What helps in these alerts first. One query."""
    ordered = (
        StationAmenity.objects.filter(station=station)
        .with_checks()
        .select_related("amenity")
        .order_by("amenity__order", "amenity__code")
    )
    rows = list(relief_first({row.amenity.code: row for row in ordered}, alerts).values())
    station_day = _day_of(checked_at(station))
    there = [row for row in rows if row.access != Access.NONE]
    return Offer(
        there=[_item(row, _day_of(row.checked_at), station_day) for row in there],
        absent=[str(row.amenity) for row in rows if row.access == Access.NONE],
        features={
            str(row.amenity): row.access != Access.NONE
            for row in rows
            if row.access == Access.NONE or row.health == Health.OK
        },
    )


def _day_of(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _item(row: StationAmenity, own: date | None, station_day: date | None) -> Item:
    # The day since which the whole station is checked stands once, below the list.
    checked = _("checked {date}").format(date=day(own)) if own and own != station_day else ""
    return Item(str(row.amenity), _kind(row), _status(row), row.note, checked)


def _kind(row: StationAmenity) -> str:
    if row.health == Health.OUT_OF_ORDER:
        return "broken"
    return "" if row.access == Access.OPEN else "limited"


def _status(row: StationAmenity) -> str:
    if row.health == Health.OK:
        return "" if row.access == Access.OPEN else str(Access(row.access).label)
    if row.due_back and row.due_back >= timezone.localdate():
        return _("Out of order, expected back on {date}").format(date=day(row.due_back))
    if row.out_since:
        return _("Out of order since {date}").format(date=day(row.out_since))
    return str(Health.OUT_OF_ORDER.label)
