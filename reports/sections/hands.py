"""In whose hands a station is, and by which day the month is handed in there."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.deadlines import due_days, usual_due
from reports.sections.base import Asked
from stations.models import Posting, Unit


def hands(asked: Asked, codes: Collection[str]) -> dict[str, Unit]:
    """By the code of the station its unit at the end: people leave, and what is sealed forgets nobody."""
    postings: Any = Posting.objects.all()
    held = postings.on(asked.period.last.last).filter(station__code__in=codes, operator__isnull=False)
    return {posting.station.code: posting.operator for posting in held.select_related("station", "operator")}


class HandIn:
    """The day by which each of the units hands a month in. Three queries for each month that is asked for."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = list(units)
        self._known: dict[Month, dict[int | None, date]] = {}

    def day(self, month: Month, unit: Unit | None) -> str:
        if month not in self._known:
            today = timezone.localdate()
            days: dict[int | None, date] = {None: usual_due(month, today).day}
            self._known[month] = days | {key: due.day for key, due in due_days(month, self._units, today).items()}
        return str(self._known[month][unit.pk if unit else None])
