"""How many people come to a station on a day: the week, the heat, the holidays, and how well it is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from harbor_portal.demo.demo_stations import Sample
from services.choices import Method, WorkerGroup
from stations.choices import HostKind

WEEK = (1.02, 1.0, 0.98, 1.0, 1.06, 0.82, 0.74)
"""Monday to Sunday."""
YEAR = (1.05, 0.9, 0.95, 0.95, 1.05, 1.25, 1.5, 1.45, 1.12, 0.95, 0.95, 1.1)
"""January to December: heat, and some cold, drive people in."""
HOLIDAY, SPRING_FESTIVAL = 0.55, 0.3
GROWTH = 0.25
"""By how much visits grow over the months shown."""
GROUPS = {
    WorkerGroup.COURIER: 22,
    WorkerGroup.FOOD_DELIVERY: 26,
    WorkerGroup.SANITATION: 20,
    WorkerGroup.TAXI: 7,
    WorkerGroup.TRAFFIC_POLICE: 4,
    WorkerGroup.CONSTRUCTION: 5,
    WorkerGroup.URBAN_MANAGEMENT: 3,
    WorkerGroup.VOLUNTEER: 2,
    WorkerGroup.OTHER_OUTDOOR: 3,
    WorkerGroup.ELDERLY: 4,
    WorkerGroup.PUBLIC: 4,
}
LEANINGS = {
    HostKind.SANITATION_ROOM: {WorkerGroup.SANITATION: 90},
    HostKind.FUEL_STATION: {WorkerGroup.TRUCK: 80, WorkerGroup.TAXI: 40},
    HostKind.BANK_BRANCH: {WorkerGroup.ELDERLY: 14, WorkerGroup.PUBLIC: 14},
    HostKind.HOSPITAL: {WorkerGroup.ILL_DISABLED: 10, WorkerGroup.PREGNANT_INFANT: 8},
    HostKind.SERVICE_HALL: {WorkerGroup.EXAM_STUDENT: 3, WorkerGroup.PUBLIC: 12},
}
ROUND_FIGURES = (20, 20, 20, 20, 30)
COUNTING = {Method.GATE: 1.3, Method.SCAN: 0.3}
"""A gate counts everybody who passes; few scan."""

Bucket = tuple[int | None, str, str, int]
"""Hour, group, method, visits."""


@dataclass(frozen=True)
class Habit:
    """How a station counts: its main method, one beside it, how often a day is missing, and longer gaps."""

    mean: float
    method: Method
    beside: Method | None
    missing: float
    gap: tuple[date, date] | None
    groups: dict[WorkerGroup, int]
    hourly: bool

    def records(self, random: Random, day: date) -> bool:
        is_in_gap = self.gap is not None and self.gap[0] <= day <= self.gap[1]
        return random.random() >= self.missing and not is_in_gap


def draw_habit(random: Random, sample: Sample, first: date, last: date) -> Habit:
    methods = sample.chain.methods
    method = Method(random.choices(list(methods), list(methods.values()))[0])
    gap = None
    if random.random() < 0.15:
        start = first + timedelta(days=random.randrange((last - first).days))
        gap = (start, start + timedelta(days=random.randrange(5, 25)))
    return Habit(
        mean=sample.chain.mean * random.lognormvariate(-0.1, 0.45),
        method=method,
        beside=Method.TALLY if method == Method.GATE and random.random() < 0.7 else None,
        missing=random.choice((0.01, 0.02, 0.04, 0.06, 0.1, 0.25)),
        gap=gap,
        groups=GROUPS | LEANINGS.get(sample.chain.host_kind, {}),
        hourly=method in {Method.GATE, Method.SCAN} or (method == Method.TALLY and random.random() < 0.5),
    )


def expected(habit: Habit, day: date, holiday: str | None, progress: float) -> float:
    """The visits to be expected; `holiday` is the name of a public holiday, `progress` runs from 0 to 1."""
    level = habit.mean * COUNTING.get(habit.method, 1.0) * WEEK[day.weekday()] * YEAR[day.month - 1]
    level *= 1 + GROWTH * (progress - 0.5)
    if holiday:
        level *= SPRING_FESTIVAL if holiday == "春节" else HOLIDAY
    return level


def draw_visits(random: Random, habit: Habit, level: float, hours: range) -> Iterator[Bucket]:
    """The day's buckets; nothing at all means that nobody came."""
    if habit.method == Method.ESTIMATE:
        yield None, WorkerGroup.OTHER_OUTDOOR, Method.ESTIMATE, random.choice(ROUND_FIGURES)
        return
    total = max(0, round(random.gauss(level, max(level, 1.0) ** 0.5)))
    if habit.method == Method.GATE:
        yield from _spread(random, habit.method, total, hours, [WorkerGroup.OTHER_OUTDOOR])
        if habit.beside:
            counted = round(total * random.uniform(0.35, 0.6))
            for group, count in _split(random, habit.groups, counted):
                yield None, group, habit.beside, count
    elif habit.hourly:
        groups = random.choices(list(habit.groups), list(habit.groups.values()), k=3)
        yield from _spread(random, habit.method, total, hours, groups)
        if habit.beside:
            yield from _spread(random, habit.beside, round(total * random.uniform(0.1, 0.3)), hours, groups)
    else:
        for group, count in _split(random, habit.groups, total):
            yield None, group, habit.method, count


def _split(random: Random, groups: dict[WorkerGroup, int], total: int) -> Iterator[tuple[WorkerGroup, int]]:
    """Share a day's total among a few groups."""
    some = list(dict.fromkeys(random.choices(list(groups), list(groups.values()), k=min(4, total))))
    rest = total
    for group in some[:-1]:
        part = min(rest, max(1, round(total / len(some) * random.uniform(0.5, 1.5))))
        if part:
            yield group, part
        rest -= part
    if some and rest:
        yield some[-1], rest


def _spread(random: Random, method: Method, total: int, hours: range, groups: list[WorkerGroup]) -> Iterator[Bucket]:
    """Share a day's total over a few hours, each with a group of its own."""
    busy = sorted(random.sample(hours, min(len(hours), total, 6)))
    rest = total
    for place, hour in enumerate(busy, start=1):
        part = rest if place == len(busy) else max(1, min(rest - (len(busy) - place), round(total / len(busy))))
        yield hour, random.choice(groups), method, part
        rest -= part
