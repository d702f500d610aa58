"""Which days are locked because a month report holds them.

Whoever writes a day and whoever submits the month meet at an advisory lock of the month: writers share it, submitting
takes it alone. So no visit slips in between the freezing of the rows and the lock that follows from it.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.months import EARLIEST, Month
from reports.choices import ReportState
from reports.models import MonthOpening, MonthReport
from reports.policies import judge_of
from stations.models import Posting, Unit
from stations.querysets import run_by
from stations.trees import Era, eras, line_in

LOCK_SPACE = 0x48_50_4D
CHAINS = 0
"""Beside the months, which are numbered from the year 1 on."""
LONGEST = timedelta(days=31)
"""Days stay open no longer than this; whoever needs more opens them once more."""


def lock_of(station_id: int, day: date) -> str | None:
    """The provider of `services.policies`: why nothing can be recorded at this station on this day any more.

    In a transaction, the answer holds until the transaction ends. Only a month that is over can be submitted, so before
    its last day, at which midnight may come between the answer and the end, nothing needs to be asked.
    """
    month = Month.of(day)
    if timezone.localdate() < month.last:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", _key(month))
    posting = Posting.objects.filter(station=station_id, since__lte=day).exclude(until__lt=day)
    paths = posting.values_list("operator__path", "supervisor__path").first()
    if paths is None:
        return None
    held = _holding(paths, month, station_id)
    report = held.order_by("unit__depth", "unit__path", "revision").last()
    return lock_sentence(report) if report else None


def opened_alone(day: date) -> Iterable[int]:
    """The stations of which days of that month were opened by themselves, apart from those of their units."""
    openings = MonthOpening.objects.in_force(timezone.now()).exclude(station=None)
    return openings.filter(report__month=day.replace(day=1)).values_list("station", flat=True)


def lock_of_span(paths: Collection[str], first: date, last: date, station: int | None = None) -> str | None:
    """The provider of `stations.policies`: why what the stations of these units did on these days stands.

    In a transaction, the answer holds until the transaction ends.
    """
    # A month can be submitted only when it is over, so none later than the running one needs to be held.
    months = (max(Month.of(first), EARLIEST), min(Month.of(last), Month.of(timezone.localdate())))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, key) FROM generate_series(%s, %s) key",
            [LOCK_SPACE, *(_key(month)[1] for month in months)],
        )
    held = reduce(or_, (_held_in(era, paths) for era in eras(months[0].first, months[1].last)))
    reports = (
        MonthReport.objects.light().holding(timezone.now(), station).filter(held).select_related("unit", "moved_by")
    )
    report = reports.order_by("-month", "unit__depth", "unit__path", "revision").last()
    return lock_sentence(report) if report else None


def holders_of(unit: Unit, month: Month) -> list[MonthReport]:
    """The reports of units above, and of this one, that hold days of its stations now; the highest first.

    Of the other line those are meant that hold any station of the unit.
    """
    during = Posting.objects.all().during(month.first, month.last)
    postings = during.filter(run_by(line_in((unit.path,), month)))
    paths = {path for pair in postings.values_list("operator__path", "supervisor__path").distinct() for path in pair}
    return list(_holding(paths, month).order_by("unit__depth", "unit__path"))


def _holding(paths: Iterable[str | None], month: Month, station: int | None = None) -> QuerySet[MonthReport]:
    """The reports of the units with these paths, and of all above them, that hold the days of the station (or all)."""
    (era,) = eras(month.first, month.last)
    reports = MonthReport.objects.light().holding(timezone.now(), station)
    return reports.filter(_held_in(era, paths)).select_related("unit", "moved_by")


def _held_in(era: Era, paths: Iterable[str | None]) -> Q:
    """Of reports, that they are of these months, and of the units with these paths or above them then."""
    above = {one for path in paths if path for one in era.tree.above(path)}
    return Q(month__range=(era.first, era.last), unit__path__in=above)


def last_day() -> date:
    """Through which days are open where nobody says another one."""
    return timezone.localdate() + LONGEST


def hold_month(month: Month) -> None:
    """Wait for everybody who is writing a day of the month, and keep others out until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _key(month))


def hold_chains() -> None:
    """Seal one after the other until the transaction ends: what is sealed next follows what was sealed last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_SPACE, CHAINS))


@contextmanager
def month_held(month: Month) -> Iterator[None]:
    """The same around a transaction that is to see one moment: it begins once everybody has written and committed.

    A transaction that asked for the lock itself would see what was there before it waited.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", _key(month))
    try:
        yield
    finally:
        with suppress(DatabaseFailure), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _key(month))


def lock_sentence(report: MonthReport) -> str:
    """Which unit's month holds the days, in which state, since when and by whom, and whom to ask."""
    values = {
        "unit": report.unit,
        "month": Month.of(report.month),
        "state": report.get_state_display(),
        "who": report.moved_by or "—",
        "day": date_format(timezone.localtime(report.moved_at)) if report.moved_at else "—",
        "judge": judge_of(report.unit),
    }
    if report.state == ReportState.SEALED:
        return (
            _("Locked: %(unit)s's %(month)s was sealed by %(who)s on %(day)s; ask %(judge)s to open it for a revision.")
            % values
        )
    if report.state != ReportState.DRAFT:
        return (
            _("Locked: %(unit)s's %(month)s was %(state)s by %(who)s on %(day)s; ask %(judge)s to return it.") % values
        )
    return (
        _("Locked: %(unit)s's %(month)s is being corrected, and these days are not open; ask %(judge)s to open them.")
        % values
    )


def _key(month: Month) -> tuple[int, int]:
    return LOCK_SPACE, month.year * 12 + month.number
