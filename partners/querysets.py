"""How plates are read."""

from datetime import date
from typing import Self

from django.db.models import Q

from stations.querysets import OfStationsQuerySet


class PlateQuerySet(OfStationsQuerySet):
    def on(self, day: date) -> Self:
        """The plates that hang on that day."""
        return self.not_ended(day).filter(since__lte=day)

    def not_ended(self, day: date) -> Self:
        """The plates that hang on that day or will."""
        return self.filter(Q(until=None) | Q(until__gte=day))
