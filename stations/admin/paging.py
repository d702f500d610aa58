"""Pages of long lists without counting all of them."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Counts at most `cap` rows, so that the count costs the same at twenty thousand rows and at five million.

    So a province of 15,000 stations is counted whole. Further than that nobody pages: they filter or search.
    """

    cap = 20_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows[: self.cap]) if isinstance(rows, list) else int(rows.order_by()[: self.cap].count())


class LedgerPaginator(CappedPaginator):
    """For tables of millions, where a province's rows lie scattered among all others."""

    cap = 1_000
