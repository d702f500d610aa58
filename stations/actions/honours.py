"""Honours of stations, units and people: entering, changing, taking back what was entered by mistake."""

from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction

from stations.actions.records import change_with_history, delete_with_history, save_with_history
from stations.changes import mark_changed
from stations.models import Honour, Station, Unit, User
from stations.policies import refuse_unless_may_edit, refuse_unless_may_honour, refuse_unless_may_lead


class HonourFacts(TypedDict, total=False):
    title: str
    level: str
    year: int
    expires_date: date | None


@transaction.atomic
def add_honour(
    *,
    by: User,
    station: Station | None = None,
    unit: Unit | None = None,
    person: User | None = None,
    reason: str = "",
    **facts: Unpack[HonourFacts],
) -> Honour:
    """Of a station, a unit or a person: exactly one of them."""
    honour = Honour(station=station, unit=unit, person=person, **facts)
    hold_honour(by, honour)
    save_with_history(honour, by=by, reason=reason)
    _tell_map(honour)
    return honour


@transaction.atomic
def update_honour(*, by: User, honour: Honour, reason: str = "", **facts: Unpack[HonourFacts]) -> Honour:
    """Another title, level, year or end; who holds it stays."""
    row: Honour = Honour.objects.select_related("station", "unit", "person").get(pk=honour.pk)
    hold_honour(by, row)
    if change_with_history(row, dict(facts), by=by, reason=reason):
        _tell_map(row)
    return row


@transaction.atomic
def remove_honour(*, by: User, honour: Honour, reason: str = "") -> None:
    """Take back what was entered by mistake; an honour that ran out stays, with the day on which it expired."""
    hold_honour(by, honour)
    _tell_map(honour)
    delete_with_history(honour, by=by, reason=reason)


def hold_honour(by: User, honour: Honour) -> None:
    """Refuses who may not write it; the station whose it is, is held until the end of the transaction."""
    if honour.station_id:
        refuse_unless_may_edit(by, Station.objects.select_for_update().get(pk=honour.station_id))
    if honour.unit:
        refuse_unless_may_lead(by, honour.unit)
    if honour.person:
        refuse_unless_may_honour(by, honour.person)


def _tell_map(honour: Honour) -> None:
    if honour.station_id:
        mark_changed([honour.station_id])
