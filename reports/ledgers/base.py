"""What is asked of a ledger, and what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harbor_portal.lib.months import Month
from harbor_portal.lib.tables import Column
from reports.periods import Period
from reports.sections.base import WHEN, Asked
from reports.sections.printing import Row
from reports.subjects import Subject
from stations.models import Station

AMOUNT = "figure"
"""The key of the column that is added up."""
Amount = int | Decimal


@dataclass(frozen=True)
class Wanted:
    """The rows of whom and of which months, which of them, and what of each is added up.

    `only` are the filters of a line and of its column; each ledger knows its own. `station` is the one whose rows are
    asked for, where the ledger first tells the sums of stations.
    """

    subject: Subject
    period: Period
    measure: str
    only: Mapping[str, str]
    station: Station | None = None

    @property
    def asked(self) -> Asked:
        return Asked(self.subject, dict.fromkeys(WHEN, self.period))

    @property
    def months(self) -> list[Month]:
        return [self.period.first.plus(number) for number in range(self.period.length)]


@dataclass(frozen=True)
class Rows:
    """`rows` are sliced page by page, and `line` makes of each what the page shows; `total` is that of all of them."""

    columns: Sequence[Column]
    rows: Any
    total: Amount
    line: Callable[[Any], Row] = dict
    by_station: bool = False
    """Whether each is the sum of a station, with rows of its own that can be asked for."""
    model: Any = None
    page: str = ""
    """The page of the back office of one row, by the `pk` of its line, for those who see it there."""
    note: str = ""


Ledger = Callable[[Wanted], Rows]
