"""A month of days and visits in the large world: some stations count much, some little, some never."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from random import Random

from harbor_portal.demo.ledger import DAY_COLUMNS, NULL, VISIT_COLUMNS, write_entries
from harbor_portal.demo.loading import load_lines
from harbor_portal.demo.places import share_out
from harbor_portal.lib.months import Month
from services.choices import Method, WorkerGroup
from services.models import StationDay, Visit
from stations.choices import StationStatus
from stations.models import Station

SILENT = 0.35
"""The share of stations that never record anything."""
BUCKETS_A_DAY = 2
METHODS = {Method.TALLY: 55, Method.LEDGER: 25, Method.SCAN: 10, Method.ESTIMATE: 6, Method.GATE: 4}
GROUPS = [group.value for group in WorkerGroup]
BY_HOUR = list(product(range(8, 20), GROUPS[:10]))
WHOLE_DAY = [(None, group) for group in GROUPS]
COUNTS = (1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12)
BUSIEST = 4.0
"""Times what the middle station counts: a day has only so many buckets."""
CHUNK = 10_000


class Diary:
    """What one station records in one month: `visits` buckets spread over some of its days.

    Days and visits are written to two tables in two passes, so that nothing is held in memory; both passes ask the
    same seed and get the same answers.
    """

    def __init__(self, seed: int, station: int, month: Month, visits: int) -> None:
        self.station = station
        self._random = Random(f"{seed}/{station}/{month}")  # noqa: S311  # repeatable, no secret
        days = list(month.days())
        recorded = min(len(days), max(1, round(visits / BUCKETS_A_DAY))) if visits else 0
        shuffled = self._random.sample(days, len(days))
        self.days = sorted(shuffled[:recorded])
        self.nil_days = shuffled[recorded : recorded + (len(days) - recorded) // 5]
        self.method = self._random.choices(list(METHODS), list(METHODS.values()))[0].value
        self._shares = share_out(visits, [1.0] * recorded)
        most = max(self._shares, default=0)
        whole_day = most <= len(WHOLE_DAY) // 2 and self._random.random() < 0.5
        self._buckets = WHOLE_DAY if whole_day else BY_HOUR

    def day_lines(self) -> Iterator[str]:
        for day in self.days:
            yield self._day_line(day, "f", self.method)
        for day in self.nil_days:
            yield self._day_line(day, "t", "")

    def _day_line(self, day: date, is_nil: str, method: str) -> str:
        minute = (self.station + day.day) % 30
        opened, closed = f"{day} 08:{minute:02d}+08", f"{day} 17:{minute + 30:02d}+08"
        return f"{self.station}\t{day}\t{opened}\t{closed}\t{is_nil}\t{method}\tf\t\t{NULL}\n"

    def visit_lines(self) -> Iterator[str]:
        for day, share in zip(self.days, self._shares, strict=True):
            for hour, group in self._random.sample(self._buckets, share):
                count = self._random.choice(COUNTS)
                yield f"{self.station}\t{day}\t{NULL if hour is None else hour}\t{group}\t{self.method}\t{count}\n"


def make_visits(month: Month, wanted: int, seed: int) -> None:
    """Load that many visit buckets with their entries and days, a chunk of stations at a time."""
    random = Random(f"{seed}/{month}")  # noqa: S311  # repeatable, no secret
    stations = [
        pk
        for pk in Station.objects.exclude(status=StationStatus.DRAFT).order_by("pk").values_list("pk", flat=True)
        if random.random() >= SILENT
    ]
    shares = share_out(wanted, [min(random.lognormvariate(0, 0.6), BUSIEST) for _ in stations])
    for start in range(0, len(stations), CHUNK):
        chunk = list(zip(stations[start : start + CHUNK], shares[start : start + CHUNK], strict=True))
        _load_chunk(month, seed, chunk)


def _load_chunk(month: Month, seed: int, chunk: list[tuple[int, int]]) -> None:
    def diaries() -> Iterator[Diary]:
        return (Diary(seed, station, month, share) for station, share in chunk)

    load_lines(StationDay, DAY_COLUMNS, (line for diary in diaries() for line in diary.day_lines()))
    load_lines(Visit, VISIT_COLUMNS, (line for diary in diaries() for line in diary.visit_lines()))
    write_entries([station for station, _ in chunk], month.first, month.last)
