"""How days and visits are read."""

from typing import Self

from harbor_portal.lib.months import Month
from stations.querysets import OfStationsQuerySet


class _InMonth(OfStationsQuerySet):
    def in_month(self, month: Month) -> Self:
        return self.filter(date__range=(month.first, month.last))


class StationDayQuerySet(_InMonth):
    pass


class VisitQuerySet(_InMonth):
    pass


class VisitEntryQuerySet(_InMonth):
    pass
