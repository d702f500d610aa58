"""What is overdue goes up: to the nearest unit above the station's that has officers, and in a while one further."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from services.deadlines import ESCALATION_DAYS, working_days_from
from services.models import Feedback, Finding
from stations.choices import Role
from stations.models import Membership, Posting, Unit

AT_ONCE = 500
"""So many in one transaction."""


def escalate_overdue(*, at: datetime) -> int:
    """How many went up. Run again it finds nothing to do: each goes up once for each of its deadlines."""
    return sum(_escalate(model, at) for model in (Finding, Feedback))


def _escalate(model: type[Finding] | type[Feedback], at: datetime) -> int:
    today, gone_up = timezone.localdate(at), 0
    again = working_days_from(today, ESCALATION_DAYS)
    while True:
        with transaction.atomic():
            rows = model.objects.all().to_escalate(today).order_by("pk")
            late = list(rows.select_for_update(of=("self",), skip_locked=True).select_related("escalated_to")[:AT_ONCE])
            if not late:
                return gone_up
            lines, led = _lines([row.station_id for row in late], at), _led_units()
            model.objects.filter(pk__in=[row.pk for row in late]).update(escalates_date=again)
            for row in late:
                row.escalates_date = again
                gone_up += _lift(row, lines.get(row.station_id), led, at)


def _lift(row: Feedback | Finding, line: Unit | None, led: dict[str, Unit], at: datetime) -> bool:
    """One unit up from where it is; False at the top, where it is asked again in a while.

    Only these fields are written: a row in which something else is wrong goes up all the same.
    """
    unit = row.escalated_to or line
    if unit is None or (above := _above(unit.path, led)) is None:
        return False
    row.escalated_to, row.escalated_at = above, at
    row._change_reason = "overdue"  # type: ignore[union-attr]  # read by simple_history
    row.save(update_fields=["escalated_to", "escalated_at"])
    return True


def _above(path: str, led: dict[str, Unit]) -> Unit | None:
    """The nearest unit above the path that has an officer."""
    ends = range(len(path) - Unit.steplen, 0, -Unit.steplen)
    return next((led[path[:end]] for end in ends if path[:end] in led), None)


def _lines(stations: list[int], at: datetime) -> dict[int, Unit]:
    """Who answers for each station today: its operator, or its supervisor where nobody operates it."""
    postings = Posting.objects.on(timezone.localdate(at)).filter(station__in=stations)
    rows = postings.select_related("operator", "supervisor")
    return {row.station_id: unit for row in rows if (unit := row.operator or row.supervisor)}


def _led_units() -> dict[str, Unit]:
    """By path, the units that have an officer."""
    members = Membership.objects.filter(role=Role.OFFICER, user__is_active=True).values("unit")
    return {unit.path: unit for unit in Unit.objects.filter(pk__in=members)}
