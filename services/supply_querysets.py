"""How supplies are read."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db.models import F, Q, QuerySet

from harbor_portal.lib.months import Month
from services.choices import SEASONS, Season, TransferState
from stations.querysets import OfStationsQuerySet, in_subtrees
from stations.trees import Paths

if TYPE_CHECKING:
    from stations.querysets import Person

EXPIRING_DAYS = 30
"""So long before its day somebody is told of what expires."""


def seasons_at(day: date) -> list[Season]:
    """What is needed on that day: what is needed all year, and what belongs to the season."""
    return [Season.ALL_YEAR, *(season for season, months in SEASONS.items() if day.month in months)]


class SupplyMovementQuerySet(OfStationsQuerySet):
    """A movement belongs to the units that ran the station on its day."""

    moment = "date"

    def in_month(self, month: Month) -> Self:
        return self.between(month.first, month.last)

    def between(self, first: date, last: date) -> Self:
        return self.filter(date__range=(first, last))

    def with_posting(self, *conditions: Q) -> Self:
        """Those whose station somebody ran on that day, once each: a station has one posting at most on a day.

        `conditions` are on that posting, at `station__postings`.
        """
        in_force = Q(station__postings__until=None) | Q(station__postings__until__gte=F("date"))
        return self.filter(in_force, *conditions, station__postings__since__lte=F("date"))

    def of_units(self, paths: Paths) -> Self:
        """Of stations that a unit at or below one of these paths operated or supervised on that day."""
        operated = in_subtrees(paths, "station__postings__operator", "date")
        return self.with_posting(operated | in_subtrees(paths, "station__postings__supervisor", "date"))


class SupplyStockQuerySet(OfStationsQuerySet):
    def low(self, today: date) -> Self:
        """Of what is needed in this season; with `low_at` 0 only what has run out."""
        return self.filter(quantity__lte=F("item__low_at"), item__season__in=seasons_at(today))

    def expiring(self, today: date) -> Self:
        """Soon, or expired already."""
        return self.filter(expires_date__lte=today + timedelta(days=EXPIRING_DAYS))


class SupplyTransferQuerySet(QuerySet[Any]):
    def visible_to(self, user: "Person") -> Self:
        """Whoever sees one of the two stations."""
        stations = self.model._meta.get_field("origin").related_model._default_manager.visible_to(user).values("pk")
        return self.filter(Q(origin__in=stations) | Q(target__in=stations))

    def on_the_way(self) -> Self:
        return self.filter(state=TransferState.ON_THE_WAY)
