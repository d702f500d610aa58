"""Pages of long lists: counted up to a cap, or without any count."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime

from stations.admin.lists import ScopedChangeList

AFTER = "after"
"""In the address of a list without page numbers: the last row of the page before."""


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in the stubs only
    """Counts at most `cap` rows, so that the count costs the same at twenty thousand rows and at five million.

    So a province of 15,000 stations is counted whole. Further than that nobody pages: they filter or search.
    """

    cap = 20_000

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len(rows[: self.cap]) if isinstance(rows, list) else int(rows.order_by()[: self.cap].count())


class KeysetChangeList(ScopedChangeList):
    """For tables of millions: nothing is counted, and each page goes on after the last row of the one before.

    So the thousandth page costs what the first does. The order is the admin's `ordering`: all of it descending, and no
    two rows share it.
    """

    earlier_url = ""
    """The page after this one, if there is one."""
    is_first = True

    def get_ordering(self, _request: HttpRequest, _queryset: Any) -> list[Any]:
        return [f"-{name}" for name in self._fields]

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        asked = super().get_filters_params(params)
        asked.pop(AFTER, None)
        return asked

    def get_results(self, request: HttpRequest) -> None:
        fields = self._fields
        last = _read(self.model._meta, fields, request.GET.get(AFTER, ""))
        rows = list((self.queryset.filter(_beyond(fields, last)) if last else self.queryset)[: self.list_per_page + 1])
        self.result_list = rows[: self.list_per_page]
        self.result_count = len(self.result_list)
        self.full_result_count = self.result_count
        self.show_full_result_count = False
        self.show_admin_actions = bool(self.result_list)
        self.can_show_all = self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, self.result_list, self.list_per_page)
        self.is_first = last is None
        if len(rows) > self.list_per_page:
            values = ",".join(str(getattr(self.result_list[-1], name)) for name in fields)
            self.earlier_url = self.get_query_string({AFTER: values})

    @property
    def _fields(self) -> list[str]:
        return [str(name).removeprefix("-") for name in self.model_admin.ordering or ()]

    @property
    def first_url(self) -> str:
        return self.get_query_string(remove=[AFTER])


def _read(options: Any, fields: list[str], text: str) -> list[Any] | None:
    """The values of the row that an address names; None for no address, or one that nobody was given."""
    given = text.split(",")
    if len(given) != len(fields):
        return None
    kinds = [_kind(options, name) for name in fields]
    try:
        values = [_value(kind, value) for kind, value in zip(kinds, given, strict=True)]
    except ValueError:
        return None
    return None if None in values else values


def _kind(options: Any, name: str) -> str:
    field = options.pk if name == "pk" else options.get_field(name.removesuffix("_id"))
    return str(field.get_internal_type())


def _value(kind: str, text: str) -> Any:
    """None for what is none; ValueError for a day or moment that there is not."""
    match kind:
        case "DateField":
            return parse_date(text)
        case "DateTimeField":
            return parse_datetime(text)
        case _:
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _beyond(fields: list[str], last: list[Any]) -> Q:
    """The rows after `last`: bounded by the first field, so that an index over it is used, and then row by row."""
    beyond, same = Q(pk__in=[]), Q()
    for name, value in zip(fields, last, strict=True):
        beyond |= same & Q(**{f"{name}__lt": value})
        same &= Q(**{name: value})
    return Q(**{f"{fields[0]}__lte": last[0]}) & beyond
