"""Fourteen months of days and visits at the demo's stations, up to this minute."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from harbor_portal.demo.demo_stations import Sample
from harbor_portal.demo.ledger import DAY_COLUMNS, NULL, VISIT_COLUMNS, write_entries
from harbor_portal.demo.life import Bucket, Habit, draw_habit, draw_visits, expected
from harbor_portal.demo.loading import load_lines
from harbor_portal.lib.db import as_line
from harbor_portal.lib.months import Month
from services.choices import Method
from services.models import StationDay, Visit
from stations.choices import CalendarPolicy, DayKind, StationStatus
from stations.expressions import day_intervals
from stations.hours import calendar_between
from stations.models import CalendarDay, Schedule

MONTHS = 14
CHUNK = 60
USUAL = (8 * 60 + 30, 17 * 60 + 30)
"""When a station of unknown hours opens and closes, in minutes."""
USUAL_HOURS = 9
REMARKS = ("饮水机换滤芯", "补充应急药品", "高温天气，发放绿豆汤", "暴雨，多名骑手避雨", "空调已修好")
METHOD_ORDER = {method.value: place for place, method in enumerate(Method)}


@dataclass
class Diary:
    """Days and visits as lines to COPY, of a chunk of stations."""

    days: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)


class Chronicler:
    """Writes what happened at a station, day by day from the first of a month thirteen months ago."""

    def __init__(self, random: Random, now: datetime) -> None:
        self.random, self.now, self.today = random, now, now.date()
        self.first = Month.of(self.today).plus(1 - MONTHS).first
        self.days = [self.first + timedelta(days=number) for number in range((self.today - self.first).days + 1)]
        self.calendar = calendar_between(self.first, self.today + timedelta(days=1))
        rest = CalendarDay.objects.filter(kind=DayKind.REST, date__gte=self.first)
        self.holidays: Mapping[date, str] = dict(rest.values_list("date", "name"))
        self.schedules = {row.pk: (row.opening_hours, row.calendar_policy) for row in Schedule.objects.all()}
        self.opening = cache(self._opening)

    def write(self, samples: list[Sample], keepers: dict[int, int]) -> None:
        """`keepers` maps a station to the user who records its days."""
        for start in range(0, len(samples), CHUNK):
            diary = Diary()
            chunk = samples[start : start + CHUNK]
            for sample in chunk:
                self._live(diary, sample, keepers.get(sample.station.pk))
            load_lines(StationDay, DAY_COLUMNS, diary.days)
            load_lines(Visit, VISIT_COLUMNS, diary.visits)
            write_entries([sample.station.pk for sample in chunk], self.first, self.today)

    def _live(self, diary: Diary, sample: Sample, keeper: int | None) -> None:
        habit = self._habit(sample, keeper)
        for day in self._days_of(sample):
            hours = self.opening(sample.station.schedule_id, day)
            if hours is None or (keeper is None and not habit.records(self.random, day)):
                continue
            opened = moment(day, hours[0] + self.random.randrange(-4, 11))
            if opened <= self.now:
                closed = moment(day, hours[1] + self.random.randrange(11))
                self._record(diary, sample, habit, opened, closed, keeper)

    def _habit(self, sample: Sample, keeper: int | None) -> Habit:
        """A keeper who logs in taps every visit, while some visitors scan; the others count as it comes."""
        habit = draw_habit(self.random, sample, self.first, self.today)
        if keeper is None:
            return habit
        return Habit(sample.chain.mean, Method.TALLY, Method.SCAN, 0.0, None, habit.groups, hourly=True)

    def _days_of(self, sample: Sample) -> Iterator[date]:
        """From when the station opened to when it was suspended; one closed for good ended five months ago."""
        last = self.today
        if sample.station.status == StationStatus.CLOSED:
            last -= timedelta(days=150)
        elif sample.station.suspended_from:
            last = sample.station.suspended_from - timedelta(days=1)
        return (day for day in self.days if sample.since <= day <= last)

    def _record(  # a day is these things
        self, diary: Diary, sample: Sample, habit: Habit, opened: datetime, closed: datetime, keeper: int | None
    ) -> None:
        day = opened.date()
        buckets = list(self._visits(habit, day, opened, closed))
        station = sample.station.pk
        methods = sorted({method for _, _, method, _ in buckets}, key=METHOD_ORDER.__getitem__)
        is_over = closed <= self.now and self.random.random() < 0.8
        is_nil = not buckets and day < self.today and self.random.random() < 0.8
        remark = self.random.choice(REMARKS) if self.random.random() < 0.01 else ""
        facts = (
            station,
            day,
            opened,
            closed if is_over else None,
            is_nil,
            habit.method if habit.method in methods else next(iter(methods), ""),
            False,
            remark,
        )
        diary.days.append(as_line((*facts, keeper)))
        for hour, group, method, count in buckets:
            diary.visits.append(f"{station}\t{day}\t{NULL if hour is None else hour}\t{group}\t{method}\t{count}\n")

    def _visits(self, habit: Habit, day: date, opened: datetime, closed: datetime) -> Iterator[Bucket]:
        """The visits of a past day; of today, only what is counted by the hour, up to the last full hour."""
        last = closed.hour if closed.date() == day else 23
        hours = range(opened.hour + 1, max(last, opened.hour + 2))
        if day == self.today:
            hours = range(hours.start, min(hours.stop, self.now.hour))
            if not habit.hourly or not hours:
                return
        progress = (day - self.first).days / len(self.days)
        level = expected(habit, day, self.holidays.get(day), progress)
        if day != self.today:
            yield from draw_visits(self.random, habit, level, hours)
            return
        so_far = draw_visits(self.random, habit, level * len(hours) / USUAL_HOURS, hours)
        yield from (bucket for bucket in so_far if bucket[0] is not None)

    def _opening(self, schedule: int | None, day: date) -> tuple[int, int] | None:
        """The first minute and the last of the day's intervals; None when it does not open."""
        if schedule is None:
            is_rest = self.calendar.get(day) == DayKind.REST
            return None if is_rest or day.weekday() > 5 else USUAL
        hours, policy = self.schedules[schedule]
        intervals = day_intervals(hours, CalendarPolicy(policy), day, self.calendar)
        if not intervals:
            return None
        if intervals[0].start == 0 and intervals[-1].end >= 24 * 60:
            return 7 * 60, 21 * 60  # round the clock: somebody looks after it by day
        return intervals[0].start, intervals[-1].end


def moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE)) + timedelta(minutes=minute)
