"""In whose hands a station is, and by which day the month is handed in there."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.flow.deadlines import Due, due_days, usual_due
from reports.sections.base import Asked
from stations.models import Posting, Unit


def hands(asked: Asked, codes: Collection[str]) -> dict[str, Unit]:
    """By the code of the station who ran it at the end, or else watched over it.

    A unit and not the keeper: people leave, and what is sealed forgets nobody.
    """
    postings: Any = Posting.objects.all()
    held = postings.on(asked.period.last.last).filter(station__code__in=codes)
    held = held.annotate(unit=Coalesce("operator", "supervisor")).filter(unit__isnull=False)
    run_by = dict(held.values_list("station__code", "unit"))
    units = Unit.objects.in_bulk(set(run_by.values()))
    return {code: units[key] for code, key in run_by.items()}


class HandIn:
    """The day by which each of the units hands a month in. Two queries for each month that is asked for."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = list(units)
        self._known: dict[Month, dict[int, Due]] = {}
        self._usual: dict[Month, Due] = {}

    def day(self, month: Month, unit: Unit | None) -> str:
        """The usual one where no unit has the station in its hands."""
        today = timezone.localdate()
        if unit is None:
            self._usual[month] = due = self._usual.get(month) or usual_due(month, today)
            return str(due.day)
        if month not in self._known:
            self._known[month] = due_days(month, self._units, today)
        return str(self._known[month][unit.pk].day)
