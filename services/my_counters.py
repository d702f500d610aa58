"""The counters of "My station": by the hour or by the day, those of groups that came often lately first."""

from collections import Counter as Counts
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID, uuid4

from django.db.models import Sum
from django.utils import timezone

from services.choices import Method, WorkerGroup
from services.hourly import Figures, hour_name, is_by_hour, last_hour
from services.models import Visit
from stations.models import Station, User

FREQUENT = 5
"""So many counters stand open above the fold of a phone; the other groups are one tap away."""

LOOKBACK_DAYS = 28


@dataclass(frozen=True)
class Counter:
    """One group's counter; its figures are of the tally, which is what the buttons write: of the day, and by hour."""

    group: WorkerGroup
    count: int
    hours: Mapping[int, int]
    in_hour: int
    key: UUID


@dataclass
class CountedDay:
    """One station and day, for one person. `chosen_hour`: for which the person counts, else for the running one."""

    station: Station
    day: date
    by: User
    now: datetime
    chosen_hour: int | None = None

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @cached_property
    def figures(self) -> list[tuple[str, int | None, str, int]]:
        """The visits by method, hour and group."""
        visits = Visit.objects.filter(station=self.station, date=self.day)
        return list(visits.values_list("method", "hour", "group", "count"))

    @cached_property
    def tally(self) -> Figures:
        """The visits of each hour and group by the tally, which is what the buttons write."""
        return {(hour, group): count for method, hour, group, count in self.figures if method == Method.TALLY}

    @cached_property
    def counts(self) -> dict[str, int]:
        """Of each group, the whole day's."""
        tally = Counts[str]()
        for (_hour, group), count in self.tally.items():
            tally[group] += count
        return {group.value: tally[group.value] for group in WorkerGroup}

    @cached_property
    def hours(self) -> dict[str, dict[int, int]]:
        """Of each group, by hour."""
        found: dict[str, dict[int, int]] = {group.value: {} for group in WorkerGroup}
        for (hour, group), count in self.tally.items():
            if hour is not None:
                found[group][hour] = count
        return found

    @cached_property
    def is_by_hour(self) -> bool:
        """Whether the counters stand for an hour; an earlier day without figures only for one that was chosen."""
        has_hour = self.is_today or self.chosen_hour is not None
        return is_by_hour(self.tally, begins_by_hour=self.station.counts_by_hour and has_hour)

    @cached_property
    def hour(self) -> int:
        """The one for which they stand, where they stand for one."""
        if self.chosen_hour is not None:
            return self.chosen_hour
        now = timezone.localtime(self.now).hour
        return now if self.is_today else last_hour(self.tally) or 0

    @property
    def is_hour_fixed(self) -> bool:
        """Whether it stays while the clock goes on."""
        return self.chosen_hour is not None or not self.is_today

    @property
    def hour_name(self) -> str:
        return hour_name(self.hour)

    @property
    def offers_hours(self) -> bool:
        """Whether another hour can be chosen."""
        begins_by_hour = self.station.counts_by_hour
        return is_by_hour(self.tally, begins_by_hour=begins_by_hour)

    @property
    def hour_choices(self) -> list[tuple[int, str]]:
        last = timezone.localtime(self.now).hour if self.is_today else 23
        return [(hour, hour_name(hour)) for hour in range(last + 1)]

    @cached_property
    def counters(self) -> list[Counter]:
        """Groups that came often lately first; among equals, in the order of the catalogue.

        The day itself has no say, so that no button moves away under the finger.
        """
        before = (self.day - timedelta(days=LOOKBACK_DAYS), self.day - timedelta(days=1))
        lately = Visit.objects.filter(station=self.station, date__range=before)
        usual = dict(lately.values_list("group").annotate(Sum("count")))
        groups = sorted(WorkerGroup, key=lambda group: -usual.get(group, 0))
        return [self._counter(group) for group in groups]

    def _counter(self, group: WorkerGroup) -> Counter:
        hours = self.hours[group]
        return Counter(group, self.counts[group], hours, hours.get(self.hour, 0), uuid4())

    @property
    def frequent(self) -> list[Counter]:
        return self.counters[:FREQUENT]

    @property
    def others(self) -> list[Counter]:
        return self.counters[FREQUENT:]
