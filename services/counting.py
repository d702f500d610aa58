"""Which method makes a day's total: one rule for a tap, a sheet and a list."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.db.models import Sum

from services.choices import Method, Source
from services.models import VisitEntry

MOST_AT_ONCE = 100_000
"""More than this in one line is a slip of the finger, not a busy day."""

COUNTED_BY_PERSONS = (Method.TALLY, Method.LEDGER)


def method_that_counts(
    counted_by: str, totals: Mapping[Method, int], are_check_ins: Callable[[], bool], *, is_chosen: bool
) -> tuple[str, bool]:
    """The method, and whether it is a person's choice, which holds while it has visits.

    `totals`: visits by method, most trusted first, those without any absent. `are_check_ins` is asked only where the
    scans of the day would count.
    """
    if is_chosen and counted_by in totals:
        return counted_by, True
    return _most_trusted(totals, are_check_ins), False


def _most_trusted(totals: Mapping[Method, int], are_check_ins: Callable[[], bool]) -> str:
    """The first method in the order of trust; but check-ins at the door do not displace a person's larger count.

    A door that opens by a scan counts everybody, and comes before a tally. A visitor who scans the poster does so as a
    favour: check-ins prove that so many came, not that no more did. So a person's count that is at least as large
    stands, and one that is smaller has evidently missed people.
    """
    first: str = next(iter(totals), "")
    if first != Method.SCAN:
        return first
    larger = [method for method in COUNTED_BY_PERSONS if totals.get(method, 0) >= totals[Method.SCAN]]
    return larger[0] if larger and are_check_ins() else first


def are_check_ins(station_id: int, day: date) -> bool:
    """Whether nothing but visitors' own check-ins, and what was undone of them, makes the day's scans."""
    return day not in days_of_other_scans(station_id, [day])


def days_of_other_scans(station_id: int, days: Iterable[date]) -> set[date]:
    """Of these days those on which something else makes scans. One query."""
    others = VisitEntry.objects.filter(station=station_id, date__in=list(days), method=Method.SCAN)
    others = others.exclude(source=Source.CHECK_IN).exclude(undoes__source=Source.CHECK_IN).order_by()
    return {day for day, figure in others.values_list("date").annotate(Sum("change")) if figure}
