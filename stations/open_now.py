"""Which stations are open, decided inside a query."""

import json
from datetime import datetime, time
from typing import Any, Literal

from django.db.models import BooleanField, Func
from django.utils import timezone

from harbor_portal.lib.remember import once_a_minute
from stations.hours import ScheduleNow, schedules_now

Wanted = Literal["open", "not_closed"]
"""Only what is known to be open, or also what is unknown."""

Condition = tuple[str, list[Any]]

_CARD = "stations_stationcard"
_CONDITION = f"""(
    ({_CARD}.suspended_through IS NULL OR {_CARD}.suspended_through < %s)
    AND ({_CARD}.closed_at IS NULL OR {_CARD}.closed_at < %s)
    AND (
        {_CARD}.schedule_id = ANY(%s::bigint[]) {{no_hours}}
        OR ({_CARD}.opened_at >= %s AND {_CARD}.opened_at >=
            coalesce((%s::jsonb ->> {_CARD}.schedule_id::text)::timestamptz, {_CARD}.opened_at))
    )
)"""
_CONDITIONS: dict[Wanted, str] = {
    "open": _CONDITION.format(no_hours=""),
    "not_closed": _CONDITION.format(no_hours=f"OR {_CARD}.schedule_id IS NULL"),
}


def open_condition(at: datetime, wanted: Wanted) -> Condition:
    """A condition on the columns of `stations_stationcard` and its parameters; agrees with `hours.state_now`."""
    return _conditions(at)[wanted]


@once_a_minute
def _conditions(at: datetime) -> dict[Wanted, Condition]:
    today = timezone.localdate(at)
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    schedules = schedules_now(at)
    # An opening counts only if no interval of the schedule has ended since; most have not ended any today.
    ended = json.dumps({pk: now.ended_at.isoformat() for pk, now in schedules.items() if now.ended_at > midnight})
    found: dict[Wanted, Condition] = {}
    for wanted, condition in _CONDITIONS.items():
        answering = [pk for pk, now in schedules.items() if _answers(now, wanted)]
        found[wanted] = condition, [today, midnight, _array(answering), midnight, ended]
    return found


class OpenAt(Func):
    """`open_condition` for querysets of cards."""

    output_field = BooleanField()

    def __init__(self, at: datetime, wanted: Wanted) -> None:
        super().__init__()
        self._condition = open_condition(at, wanted)

    def as_sql(self, *_args: Any, **_kwargs: Any) -> tuple[str, Any]:
        return self._condition


def _answers(now: ScheduleNow, wanted: Wanted) -> bool:
    return now.base.state == "open" or (wanted == "not_closed" and now.base.state == "unknown")


def _array(numbers: list[int]) -> str:
    """As PostgreSQL writes an array: as one string it costs the parser nothing, however long it is."""
    return "{" + ",".join(map(str, numbers)) + "}"
