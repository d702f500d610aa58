"""Adding up a month: from the ledger to one row per posting, as often as one likes, always with the same result."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db import Error as DatabaseFailure
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.locks import held
from harbor_portal.lib.months import Month
from reports.choices import RunState, hour_classes
from reports.ledger import ledger_parameters
from reports.models import RollupRun, StationMonth
from reports.rollups import sql
from reports.rollups.plans import laid_out, through
from services.models import LedgerChange

logger = logging.getLogger(__name__)

CHUNK = 2000
# Above this share of the stations it is quicker to add up all of them in one pass.
FULL_FROM_SHARE = 0.1
# The first half of PostgreSQL's advisory lock; the second is the month.
LOCK_SPACE = 0x48_50_52
DAILY = timedelta(hours=24)


# What the data of a station can cause; a failure of the database itself (`OperationalError`) fails the run.
BAD_DATA = (DataError, IntegrityError)


class AlreadyRunning(Refused):
    """Another run is adding up the same month."""


@dataclass
class Outcome:
    """What a run has done so far."""

    stations: int = 0
    rows: int = 0
    unposted_days: int = 0
    unposted_visits: int = 0
    failed_stations: list[int] = field(default_factory=list)

    def add(self, part: "Outcome") -> None:
        self.stations += part.stations
        self.rows += part.rows
        self.unposted_days += part.unposted_days
        self.unposted_visits += part.unposted_visits


def roll_up(month: Month, *, full: bool = False, at: datetime | None = None) -> RollupRun:
    """Bring the month's figures up to date and return the run, which is also the record of what went wrong.

    Without `full`, only stations whose ledger, posting or plan changed since the last run are computed; the result is
    the same. With each day that is over, all of them are. Raises `AlreadyRunning`; any other error is kept in the run
    and raised again.
    """
    with _exclusive(month):
        RollupRun.objects.filter(month=month.first, state=RunState.STARTED).update(
            state=RunState.FAILED, error="The process died before it had finished."
        )
        run = RollupRun.objects.create(month=month.first, is_full=full, started_at=at or timezone.now())
        begun = timezone.now()
        try:
            with transaction.atomic():
                outcome = _roll_up(month, through(month, run.started_at), full=full)
        except Exception as error:
            # With the connection gone not even this can be written; the next run finds the dead one.
            with suppress(DatabaseFailure):
                _finish(run, RunState.FAILED, begun, error=f"{type(error).__name__}: {error}")
            raise
        _finish(run, RunState.DONE, begun, **vars(outcome))
    logger.info(
        "rolled up %s: %d stations, %d rows, %.1f s, failed stations %s, %d station-days without a posting",
        month, run.stations, run.rows, run.seconds, run.failed_stations, run.unposted_days,
    )  # fmt: skip
    return run


@contextmanager
def _exclusive(month: Month) -> Iterator[None]:
    """Two runs of one month never work at the same time."""
    with held(LOCK_SPACE, month.year * 12 + month.number) as is_mine:
        if not is_mine:
            raise AlreadyRunning(_("%(month)s is being added up right now; try again in a minute.") % {"month": month})
        yield


def _finish(run: RollupRun, state: RunState, begun: datetime, **values: object) -> None:
    values |= {"state": state, "seconds": (timezone.now() - begun).total_seconds()}
    for name, value in values.items():
        setattr(run, name, value)
    run.save(update_fields=list(values))


def parameters(month: Month, stations: Sequence[int], last_over: date) -> dict[str, Any]:
    """What the statements of the roll-up are executed with; `last_over`: see `reports.rollups.plans.through`."""
    return ledger_parameters(month, stations) | {
        "through": last_over,
        "monday": month.first - timedelta(days=month.first.weekday()),
        "hour_classes": hour_classes(),
    }


@dataclass(frozen=True)
class _Adding:
    """One run's way through the stations of a month, whose plans are laid out."""

    cursor: CursorWrapper
    month: Month
    last_over: date

    def values(self, stations: Sequence[int] = ()) -> dict[str, Any]:
        return parameters(self.month, stations, self.last_over)

    def ids(self, statement: str) -> list[int]:
        return _ids(self.cursor, statement, self.values())


def _roll_up(month: Month, last_over: date, *, full: bool) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(sql.TUNE)
        cursor.execute(sql.WRITES, [str(month.first)])
        adding = _Adding(cursor, month, last_over)
        with laid_out(cursor, month, adding.values()):
            outcome = _add_changed(adding, full=full)
        cursor.execute(sql.WRITES, [""])
        return outcome


def _add_changed(adding: _Adding, *, full: bool) -> Outcome:
    outcome = Outcome()
    stations = None if full else _changed_stations(adding)
    if stations is None:
        try:
            with transaction.atomic():
                return _add_all(adding)
        except BAD_DATA as error:
            logger.warning("%s cannot be added up in one pass, so in small steps: %s", adding.month, error)
            stations = adding.ids(sql.ALL_STATIONS)
    for start in range(0, len(stations), CHUNK):
        _add_isolated(adding, stations[start : start + CHUNK], outcome)
    return outcome


def _ids(cursor: CursorWrapper, statement: str, values: dict[str, Any]) -> list[int]:
    cursor.execute(statement, values)
    return sorted(pk for (pk,) in cursor.fetchall())


def _changed_stations(adding: _Adding) -> list[int] | None:
    """The stations to compute; None if there are so many that one pass over all is quicker."""
    stations = adding.ids(sql.CHANGED_STATIONS)
    done = StationMonth.objects.filter(month=adding.month.first).count()
    return None if len(stations) > CHUNK and len(stations) > done * FULL_FROM_SHARE else stations


def _add_isolated(adding: _Adding, stations: Sequence[int], outcome: Outcome) -> None:
    """Add up these stations; if that fails, halve until the bad ones stand alone.

    A bad station keeps its old rows and its mark, so that every later run tries it again.
    """
    try:
        with transaction.atomic():
            part = _add(adding, stations)
    except BAD_DATA:
        if len(stations) == 1:
            logger.exception("station %d cannot be added up for %s", stations[0], adding.month)
            outcome.failed_stations.append(stations[0])
            return
    else:
        outcome.add(part)
        return
    middle = len(stations) // 2
    _add_isolated(adding, stations[:middle], outcome)
    _add_isolated(adding, stations[middle:], outcome)


def _add(adding: _Adding, stations: Sequence[int]) -> Outcome:
    values = adding.values(stations)
    adding.cursor.execute(sql.TAKE_MARKS, values)
    for statement in sql.CLEAR:
        adding.cursor.execute(statement, values)
    adding.cursor.execute(sql.ADD, values)
    return Outcome(len(stations), *adding.cursor.fetchone())


def _add_all(adding: _Adding) -> Outcome:
    cursor, values = adding.cursor, adding.values()
    for statement in (sql.TAKE_ALL_MARKS, *sql.CLEAR_ALL, *sql.GATHER_PLAIN):
        cursor.execute(statement, values)
    outcome = Outcome(rows=_written(cursor, (sql.ADD_PLAIN_VISITS, sql.ADD_PLAIN_TIMES, sql.ADD_PLAIN_MONTHS), values))
    cursor.execute("SELECT count(*) FROM plain")
    outcome.stations = cursor.fetchone()[0]
    others = adding.ids(sql.OTHER_STATIONS)
    cursor.execute(sql.DROP_PLAIN)
    outcome.add(_add(adding, others))
    return outcome


def _written(cursor: CursorWrapper, statements: Sequence[str], values: dict[str, Any]) -> int:
    rows = 0
    for statement in statements:
        cursor.execute(statement, values)
        rows += cursor.rowcount
    return rows


def stations_behind(month: Month, at: datetime | None = None) -> list[int]:
    """The stations of which the ledger, the posting or what they were to do has changed since they were added up.

    And those that could not be added up.
    """
    values = parameters(month, [], through(month, at or timezone.now()))
    with transaction.atomic(), connection.cursor() as cursor, laid_out(cursor, month, values):
        return _ids(cursor, sql.CHANGED_STATIONS, values)


def months_behind(at: datetime) -> list[Month]:
    """The months whose figures should have been brought up to date by `at` and were not, oldest first.

    That is the last month if it was not closed since the 1st, and every month of the last 13 or with marks that has
    changes and no finished run within a day. So a missed or failed run is caught up, whatever the reason was.
    """
    today = Month.of(timezone.localdate(at))
    done = RollupRun.objects.filter(state=RunState.DONE)
    fresh = {Month.of(first) for first in done.filter(started_at__gt=at - DAILY).values_list("month", flat=True)}
    behind = {Month.of(first) for first in LedgerChange.objects.values_list("month", flat=True).distinct()}
    known = set(done.values_list("month", flat=True).distinct())
    recent = {today.plus(-back) for back in range(13)}
    behind |= {month for month in recent - behind - fresh if month.first in known and stations_behind(month, at)}
    if not is_closed(today.plus(-1)):
        return sorted((behind - fresh) | {today.plus(-1)})
    return sorted(behind - fresh)


def is_closed(month: Month) -> bool:
    """Whether it was added up since its last day was over."""
    done = RollupRun.objects.filter(state=RunState.DONE, month=month.first)
    return done.filter(started_at__gte=_closing_of(month)).exists()


def _closing_of(month: Month) -> datetime:
    """The first moment at which the month's last day can be complete."""
    return timezone.make_aware(datetime.combine(month.plus(1).first, datetime.min.time()))
