"""A month of activities as a wall calendar."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber, TruncDate
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from harbor_portal.lib.months import EARLIEST, LATEST, Month
from services.activity_policies import organises_anywhere
from services.admin.activity_pages import page, visible
from stations.admin.base import person

SHOWN = 4
"""Activities of a day that are named; the others are a number."""


@never_cache
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Two queries, however many activities there are."""
    asked = _month(request.GET.get("month", ""))
    named, counts = _named(request, asked), _counts(request, asked)
    weeks = [
        [(day, named[day], max(0, counts.get(day, 0) - SHOWN), day.month == asked.first.month) for day in week]
        for week in _weeks(asked)
    ]
    context = {
        "title": _("Activities by month"),
        "month": asked,
        "weeks": weeks,
        "days": [day for day, *_cells in weeks[0]],
        "today": timezone.localdate(),
        "total": sum(counts.values()),
        "previous": asked.plus(-1) if asked > EARLIEST else None,
        "following": asked.plus(1) if asked < LATEST else None,
        "may_add": organises_anywhere(person(request)),
    }
    return page(request, "month", context)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        return Month.of(timezone.localdate())


def _rows(request: HttpRequest, asked: Month) -> Any:
    rows: Any = visible(request)
    return rows.in_month(asked).annotate(day=TruncDate("starts_at")).order_by()


def _named(request: HttpRequest, asked: Month) -> dict[date, list[Any]]:
    """The first ones of each day."""
    rank = Window(RowNumber(), partition_by=[F("day")], order_by=[F("starts_at").asc(), F("pk").asc()])
    found: dict[date, list[Any]] = defaultdict(list)
    for row in _rows(request, asked).annotate(rank=rank).filter(rank__lte=SHOWN).order_by("starts_at", "pk"):
        found[row.day].append(row)
    return found


def _counts(request: HttpRequest, asked: Month) -> dict[date, int]:
    return dict(_rows(request, asked).values_list("day").annotate(count=Count("pk")).order_by())


def _weeks(asked: Month) -> list[list[date]]:
    """Whole weeks, Monday first."""
    first = asked.first - timedelta(days=asked.first.weekday())
    count = ((asked.last - first).days // 7) + 1
    return [[first + timedelta(days=7 * week + day) for day in range(7)] for week in range(count)]
