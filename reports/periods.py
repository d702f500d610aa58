"""What span of months a report is about: one, or several in a row."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from harbor_portal.lib.months import Month

DASH = "–"


@dataclass(frozen=True, order=True)
class Period:
    """From the first month to the last; `str` gives "2026-10", or "2026-07–2026-09" of several."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} comes before {self.first}")

    def __str__(self) -> str:
        return str(self.first) if self.is_month else f"{self.first}{DASH}{self.last}"

    @classmethod
    def of(cls, span: "Month | Period") -> "Period":
        return Period(span, span) if isinstance(span, Month) else span

    @classmethod
    def parse(cls, text: str) -> Self:
        first, _dash, last = text.partition(DASH)
        return cls(Month.parse(first), Month.parse(last or first))

    @property
    def is_month(self) -> bool:
        return self.first == self.last

    @property
    def length(self) -> int:
        """In months."""
        return (self.last.year - self.first.year) * 12 + self.last.number - self.first.number + 1

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last one."""
        return self.first.first, self.last.last

    @property
    def bounds(self) -> tuple[date, date]:
        """The first days of the first and the last month, between which those of the others lie."""
        return self.first.first, self.last.first

    @property
    def months(self) -> list["Period"]:
        """Each for itself."""
        return [Period.of(self.first.plus(number)) for number in range(self.length)]

    def plus(self, months: int) -> "Period":
        return Period(self.first.plus(months), self.last.plus(months))

    def before(self) -> "Period":
        """The months right before it, as many as it has."""
        return self.plus(-self.length)

    def since_january(self) -> "Period":
        """From the January of its last month to that month."""
        return Period(Month(self.last.year, 1), self.last)

    def year_before(self) -> "Period":
        return self.plus(-12)
