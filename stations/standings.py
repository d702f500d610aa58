"""What a station's record said on a day: its hours, whether it was in use, and when it rested.

A month is judged by what held then. So hours that change in December say nothing of October, and a station that closes
for good owes nothing from then on. What is said for the first time holds for the days before as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.utils import timezone

from stations.choices import StationStatus
from stations.models import Station
from stations.plans import ONE_DAY

FACTS = ("schedule_id", "status", "suspended_from", "suspended_until", "suspended_reason")
IN_USE = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the record said from `since` on, until the next one."""

    since: date
    schedule_id: int | None
    status: str
    suspended_from: date | None
    suspended_until: date | None
    suspended_reason: str

    @property
    def is_in_use(self) -> bool:
        return self.status in IN_USE


@dataclass(frozen=True, slots=True)
class Suspension:
    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Past:
    """The standings of one station, oldest first; at least one."""

    standings: Sequence[Standing]

    def on(self, day: date) -> Standing:
        """Without hours only from the day on which they were taken away: before they were given nobody knew them."""
        reached = [number for number, one in enumerate(self.standings) if one.since <= day]
        found = self.standings[reached[-1] if reached else 0]
        if found.schedule_id or any(self.standings[number].schedule_id for number in reached):
            return found
        given = next((one.schedule_id for one in self.standings if one.schedule_id), None)
        return replace(found, schedule_id=given)

    @property
    def suspensions(self) -> list[Suspension]:
        """What each standing said held until the day before the next one was written."""
        return list(self._suspensions())

    def _suspensions(self) -> Iterator[Suspension]:
        for number, one in enumerate(self.standings):
            if one.suspended_from:
                ends = self.standings[number + 1].since - ONE_DAY if one is not self.standings[-1] else date.max
                last = min(one.suspended_until or date.max, ends)
                yield Suspension(one.suspended_from, last, one.suspended_reason)

    @property
    def closed_on(self) -> date | None:
        """Since when it is closed for good, if it is."""
        found = None
        for one in reversed(self.standings):
            if one.status != StationStatus.CLOSED:
                return found
            found = one.since
        return date.min

    def suspended_on(self, day: date) -> Suspension | None:
        return next((one for one in self.suspensions if one.first <= day <= one.last), None)


def past_of(stations: Iterable[int]) -> dict[int, Past]:
    """Of each station what its history knows, with what stands there now in the place of the last line. Two queries."""
    current = {pk: row for pk, *row in Station.objects.filter(pk__in=list(stations)).values_list("pk", *FACTS)}
    lines = Station.history.filter(id__in=current).order_by("id", "history_date", "history_id")
    found: Mapping[int, list[Standing]] = defaultdict(list)
    for pk, at, *facts in lines.values_list("id", "history_date", *FACTS):
        found[pk].append(Standing(timezone.localdate(at), *facts))
    return {pk: _past(found[pk], facts) for pk, facts in current.items()}


def _past(standings: list[Standing], facts: Sequence[object]) -> Past:
    since = standings.pop().since if standings else date.min
    return Past([*standings, Standing(since, *facts)])  # type: ignore[arg-type]  # in the order of FACTS


def changed_since(day: date) -> list[int]:
    """The stations whose record says something else now than on that day, or on one since. One query."""
    names = [name for name in FACTS if name != "suspended_reason"]
    since = timezone.make_aware(datetime.combine(day, time.min))
    history, table = Station.history.model._meta.db_table, Station._meta.db_table
    before, now = (", ".join(f'{alias}."{name}"' for name in names) for alias in ("old", "station"))
    return [
        row.pk
        for row in Station.objects.raw(
            f'SELECT station.id FROM "{table}" station WHERE station.id IN'  # noqa: S608  # our own names
            f' (SELECT id FROM "{history}" WHERE history_date >= %s) AND EXISTS (SELECT FROM "{history}" old'
            f" WHERE old.id = station.id AND ({before}) IS DISTINCT FROM ({now}))",
            [since],
        )
    ]
