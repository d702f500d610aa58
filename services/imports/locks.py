"""Which days of a list are locked, in a number of queries that does not grow with its rows."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.policies import lock_reason
from stations.models import Posting


class Locks:
    """Of these stations. What locks a day is the report of a unit that held the station then: asked once for each."""

    def __init__(self, station_ids: Iterable[int]) -> None:
        self._postings: dict[int, list[Posting]] = defaultdict(list)
        self._known: dict[tuple[int | None, int | None, date], str | None] = {}
        for posting in Posting.objects.filter(station__in=set(station_ids)).order_by("since"):
            self._postings[posting.station_id].append(posting)

    def posting(self, station_id: int, day: date) -> Posting | None:
        """Who ran the station on that day."""
        return next((one for one in self._postings[station_id] if one.since <= day <= (one.until or day)), None)

    def why(self, station_id: int, day: date) -> str | None:
        posting = self.posting(station_id, day)
        if posting is None:
            return None
        key = (posting.operator_id, posting.supervisor_id, day.replace(day=1))
        if key not in self._known:
            self._known[key] = lock_reason(station_id, day)
        return self._known[key]
