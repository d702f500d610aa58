"""Which days of a list are locked, in a number of queries that does not grow with its rows."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.policies import lock_reason, stations_apart
from stations.models import Posting


class Locks:
    """Of these stations. What locks a day is the report of a unit that held the station then: asked once for each.

    But days may be opened for single stations: those are asked one by one.
    """

    def __init__(self, station_ids: Iterable[int]) -> None:
        self._postings: dict[int, list[Posting]] = defaultdict(list)
        self._known: dict[tuple[int | None, ...], dict[date, str | None]] = defaultdict(dict)
        self._apart: dict[date, set[int]] = {}
        for posting in Posting.objects.filter(station__in=set(station_ids)).order_by("since"):
            self._postings[posting.station_id].append(posting)

    def posting(self, station_id: int, day: date) -> Posting | None:
        """Who ran the station on that day."""
        return next((one for one in self._postings[station_id] if one.since <= day <= (one.until or day)), None)

    def why(self, station_id: int, day: date) -> str | None:
        posting, month = self.posting(station_id, day), day.replace(day=1)
        if posting is None:
            return None
        of_units, own = (posting.operator_id, posting.supervisor_id), (posting.pk, None, None)
        known = self._known[own if station_id in self._apart.get(month, ()) else of_units]
        if month in known:
            return known[month]
        reason = lock_reason(station_id, day)
        if month not in self._apart:
            self._apart[month] = stations_apart(day)
        self._known[own if station_id in self._apart[month] else of_units][month] = reason
        return reason
