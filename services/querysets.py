"""How days and visits are read."""

from datetime import date, timedelta
from typing import Any, Self

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from harbor_portal.lib.months import Month
from services.choices import WAITING, FeedbackState
from stations.querysets import OfStationsQuerySet


class _InMonth(OfStationsQuerySet):
    def in_month(self, month: Month) -> Self:
        return self.filter(date__range=(month.first, month.last))


LATE_DAYS = 7
"""So far back a keeper may still record."""


class StationDayQuerySet(_InMonth):
    def lately_unrecorded(self, today: date) -> Self:
        """Opened on one of the last days before `today`, then nobody counted and no nil return sent.

        A day with visits always names the method that counts (`settle_method`).
        """
        span = (today - timedelta(days=LATE_DAYS), today - timedelta(days=1))
        return self.filter(date__range=span, opened_at__isnull=False, is_nil=False, counted_by="")


class VisitQuerySet(_InMonth):
    pass


class VisitEntryQuerySet(_InMonth):
    pass


class FeedbackQuerySet(OfStationsQuerySet):
    def waiting(self) -> Self:
        """The queue: entries that nobody has answered yet."""
        return self.filter(state__in=WAITING)

    def entries(self) -> Self:
        """Without those merged with another: one for each thing to be answered."""
        return self.exclude(state=FeedbackState.MERGED)

    def overdue(self, today: date) -> Self:
        return self.waiting().filter(due_date__lt=today)

    def with_voices(self) -> Self:
        """With `voice_count`: how many people said the same, the first one included."""
        others = self.model._base_manager.filter(same_as=OuterRef("pk")).order_by().values("same_as")
        counted = Subquery(others.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        return self.annotate(voice_count=Value(1) + Coalesce(counted, 0))


class FaultPhotoQuerySet(QuerySet[Any]):
    def of_present_faults(self) -> Self:
        """Of what is out of order still, the last first."""
        return self.filter(at__date__gte=F("amenity__out_since")).order_by("-at", "-pk")


class SupplyMovementQuerySet(OfStationsQuerySet):
    pass


EXPIRING_DAYS = 30
"""So long before its day somebody is told of what expires."""


class SupplyStockQuerySet(OfStationsQuerySet):
    def low(self) -> Self:
        return self.filter(quantity__lte=F("item__low_at"))

    def expiring(self, today: date) -> Self:
        """Soon, or expired already."""
        return self.filter(expires_date__lte=today + timedelta(days=EXPIRING_DAYS))


class KeeperNoteQuerySet(OfStationsQuerySet):
    def waiting(self) -> Self:
        """Nobody has dealt with them yet."""
        return self.filter(settled_at=None)


class HandOverQuerySet(OfStationsQuerySet):
    def last_of(self, station: Any) -> Any:
        """The latest of the station, whether taken or not; None before the first."""
        return self.filter(station=station).select_related("by", "taken_by").order_by("-at", "-pk").first()
