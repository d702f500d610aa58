"""A calendar month as a value."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

PATTERN = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True)
class Month:
    """A month of the Gregorian calendar; `str(Month(2026, 10))` is "2026-10"."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.number <= 12):
            raise ValueError(f"no such month: {self.year}-{self.number}")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-10"; anything else is a ValueError that shows the form wanted."""
        match = PATTERN.fullmatch(text.strip())
        if not match:
            raise ValueError(f"a month is written YYYY-MM, for example 2026-10; got {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> "Month":
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def end(self, today: date) -> date:
        """The day by which things stood as they did in this month: its last, or today while it runs."""
        return today if self.first <= today <= self.last else self.last

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


EARLIEST, LATEST = Month(2000, 1), Month(2100, 12)
"""What a person may ask for or answer for; beyond lie slips of the finger, and dates whose neighbours do not exist."""
