"""One number of the desk, and how it is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from stations.scope import Scope

COUNTED_UP_TO = 999
"""Of the whole country a figure says "999+": nobody works through more today, and counting 200,000 rows takes its time.
Within the scope of units it is exact."""


@dataclass(frozen=True)
class Figure:
    count: int
    text: str | Promise
    url: str
    is_urgent: bool = False
    """Whether it says, of anything but 0, that something is late."""
    is_capped: bool = False

    @property
    def shown(self) -> str:
        return f"{COUNTED_UP_TO}+" if self.count > COUNTED_UP_TO and self.is_capped else f"{self.count:,}"


def counted(rows: QuerySet[Any], conditions: Mapping[str, Q], *, up_to: int | None) -> dict[str, int]:
    """How many rows meet each condition: all in one pass, or one by one up to so many."""
    rows = rows.order_by()
    if up_to is not None:
        return {key: rows.filter(condition)[:up_to].count() for key, condition in conditions.items()}
    found: dict[str, int] = rows.aggregate(
        **{key: Count("pk", filter=condition) for key, condition in conditions.items()}
    )
    return found


def cap(scope: Scope) -> int | None:
    """How far is counted; None within the scope of units."""
    return COUNTED_UP_TO + 1 if scope.everything else None


def link(page: str, **query: str) -> str:
    address = reverse(f"admin:{page}_changelist")
    return f"{address}?{urlencode(query)}" if query else address
