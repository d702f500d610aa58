"""Looking for what is unusual in a month's figures, and saying how it is.

Looking again changes nothing where nothing changed: each finding is one row of its station, month and kind.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Invalid, StaleState
from harbor_portal.lib.months import Month
from reports.anomalies import sql
from reports.anomalies.hours import hours_in
from reports.anomalies.rules import PARAMETERS
from reports.choices import SETTLED, AnomalyState
from reports.ledger import ledger_parameters
from reports.models import Anomaly
from reports.models.anomalies import MOST_REASON
from reports.policies import refuse_unless_may_settle
from stations.actions.records import save_with_history
from stations.models import Posting, Unit, User
from stations.querysets import run_by

LOCK_SPACE = 0x616E6F6D
"""The first half of PostgreSQL's advisory lock; the second is the month."""
Key = tuple[int, str]
"""Station and kind."""


@dataclass(frozen=True)
class Looked:
    """What one look at a month came to."""

    found: int = 0
    new: int = 0
    again: int = 0
    gone: int = 0


@transaction.atomic
def find_anomalies(*, month: Month, at: datetime, units: Sequence[Unit] | None = None) -> Looked:
    """Look at all figures of the month once more, or at those of the stations that these units held.

    What is new is open. What was settled is open again if its figures changed, of the running month once it is over:
    until then they change every day. What is open and not found any more was corrected, by whoever changed the figures.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, month.year * 12 + month.number])
        held = None if units is None else _held(units, month)
        found = _found(cursor, month, held)
    standing = Anomaly.objects.all() if held is None else Anomaly.objects.filter(station__in=held)
    rows = {(row.station_id, row.kind): row for row in standing.in_month(month).select_for_update()}
    new = _add([key for key in found if key not in rows], found, month, at)
    is_over = month.last < timezone.localdate(at)
    again = _change([row for key, row in rows.items() if key in found], found, is_over=is_over)
    gone = [row for key, row in rows.items() if key not in found and row.state == AnomalyState.OPEN]
    for row in gone:
        row.state, row.at, row.by = AnomalyState.CORRECTED, at, None
    _write(gone, ["state", "at", "by"], "figures changed")
    return Looked(len(found), new, again, len(gone))


def _held(units: Sequence[Unit], month: Month) -> set[int]:
    """Their stations in the month, themselves and further below."""
    return set(_during(month).filter(run_by(tuple(unit.path for unit in units))).values_list("station", flat=True))


def _beside(stations: Collection[int], month: Month) -> set[int]:
    """These, and the others of the same streets, with which a jump is compared."""
    streets = _during(month).filter(station__in=stations).values("division")
    return {*stations, *_during(month).filter(division__in=streets).values_list("station", flat=True)}


def _during(month: Month) -> QuerySet[Posting]:
    return Posting.objects.filter(since__lte=month.last).exclude(until__lt=month.first).order_by()


def _found(cursor: Any, month: Month, held: Collection[int] | None) -> dict[Key, Any]:
    values: dict[str, Any] = ledger_parameters(month, []) | PARAMETERS | {"zone": settings.TIME_ZONE}
    cursor.execute(sql.STATIONS, values)
    near = None if held is None else _beside(held, month)
    values["stations"] = [pk for (pk,) in cursor.fetchall() if near is None or pk in near]
    cursor.execute(sql.SCHEDULES, values)
    values |= hours_in(month, values["stations"], {pk for (pk,) in cursor.fetchall()})
    for statement in sql.GATHER:
        cursor.execute(statement, values)
    cursor.execute(sql.FOUND, values)
    found = {
        (station, kind): json.loads(text) if isinstance(text, str) else text
        for kind, station, text in cursor
        if held is None or station in held
    }
    cursor.execute(sql.DROP)
    return found


def _add(keys: list[Key], found: dict[Key, Any], month: Month, at: datetime) -> int:
    rows = [
        Anomaly(station_id=station, month=month.first, kind=kind, detail=found[station, kind], found_at=at)
        for station, kind in sorted(keys)
    ]
    made = Anomaly.objects.bulk_create(rows)
    record_history(Anomaly, [row.pk for row in made], kind="+", by_id=None, reason="found")
    return len(made)


def _change(rows: list[Anomaly], found: dict[Key, Any], *, is_over: bool) -> int:
    again = [row for row in rows if _is_again(row, found[row.station_id, row.kind], is_over=is_over)]
    for row in again:
        row.detail = found[row.station_id, row.kind]
        row.round += 1
        row.state, row.at, row.by, row.reason = AnomalyState.OPEN, None, None, ""
    _write(again, ["detail", "round", "state", "at", "by", "reason"], "figures changed")
    return len(again)


def _is_again(row: Anomaly, detail: Any, *, is_over: bool) -> bool:
    """What nobody judged, and the figures alone had put right, is back as soon as they are, also as they were."""
    if row.state == AnomalyState.CORRECTED and not row.by_id:
        return True
    return row.detail != detail and (row.state == AnomalyState.OPEN or is_over)


def _write(rows: list[Anomaly], fields: list[str], reason: str) -> None:
    Anomaly.objects.bulk_update(rows, fields, batch_size=1000)
    record_history(Anomaly, [row.pk for row in rows], kind="~", by_id=None, reason=reason)


@transaction.atomic
def settle_anomaly(*, anomaly: Anomaly, state: AnomalyState, reason: str, by: User) -> Anomaly:
    """Say how it is, and why one knows; of the figures that the person saw."""
    if state not in SETTLED:
        raise Invalid("state", _("Choose from the list."))
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("reason", _("Say it in a few words."))
    if len(reason) > MOST_REASON:
        raise Invalid("reason", _("At most %(most)d characters.") % {"most": MOST_REASON})
    current: Anomaly = Anomaly.objects.select_for_update(of=("self",)).select_related("station").get(pk=anomaly.pk)
    refuse_unless_may_settle(by, current.station)
    if current.state != AnomalyState.OPEN or current.round != anomaly.round:
        raise StaleState(
            _("Somebody else was quicker, or the figures have changed: it is now “%(state)s”. Look again.")
            % {"state": current.get_state_display()}
        )
    current.state, current.by, current.at, current.reason = state, by, timezone.now(), reason
    save_with_history(current, by=by, reason=state)
    return current


def months_to_look_at(today: date) -> list[Month]:
    """The running month, and the one that is handed in next."""
    return [Month.of(today).plus(-1), Month.of(today)]
