"""Pages of long lists without counting all of them."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

CAP = 10_000
"""Rows that a list can be paged through; whoever looks further filters or searches."""


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Counts at most `CAP` rows, so that the count costs the same at ten thousand rows and at five million."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows[:CAP]) if isinstance(rows, list) else int(rows.order_by()[:CAP].count())
