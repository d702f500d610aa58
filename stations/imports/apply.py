"""Entering a plan: a few statements for any number of rows, with the history that single saves would write."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from harbor_portal.lib.bulk import collector_paused, insert_rows, next_ids, record_before, record_history, update_rows
from stations.changes import mark_many_changed
from stations.checking import write_all_checks, write_checks
from stations.choices import HowChecked
from stations.codes import new_code
from stations.facts import amenity_fact, facts_in
from stations.freshness import settle_freshness
from stations.imports.columns import ROWS
from stations.imports.kinds import Plan
from stations.imports.targets import Hours, Target
from stations.imports.units import AnyUnit, NewUnit
from stations.models import Amenity, Posting, Schedule, Station, Unit, User
from stations.pinyin import initials

STATION_FIELDS = (
    "name", "pinyin", "host_kind", "address", "longitude", "latitude", "datum_given", "entry_mode", "phone",
    "schedule_id", "area_m2", "seats", "counts_by_hour",
    "opened_date", "status", "suspended_from", "suspended_until",
    "suspended_reason", "updated_at",
)  # fmt: skip
POSTING_FIELDS = ("id", "station_id", "operator_id", "supervisor_id", "division_id", "since")


@collector_paused()
def apply_plan(plan: Plan, *, by: User, reason: str) -> None:
    """Enter the plan in the caller's transaction. The caller has seen to it that it has no errors and still holds."""
    begun_at = timezone.now()
    units = _make_units([*plan.creates, *plan.updates], by, reason)
    schedules = _schedules(target.hours for target in [*plan.creates, *plan.updates] if target.hours)
    ids = dict(zip(map(id, plan.creates), next_ids(Station, len(plan.creates)), strict=True))
    _create_stations(list(plan.creates), ids, schedules, by, reason)
    _update_stations(list(plan.updates), schedules, by, reason)
    first = [(ids[id(target)], target, _since(target, plan.today)) for target in plan.creates]
    _create_postings(first, units, by, reason)
    _repost([target for target in plan.updates if target.line_differs], units, plan.today, by, reason)
    touched = {ids[id(target)]: target for target in plan.creates}
    touched |= {target.station.pk: target for target in plan.updates if target.station}
    for key, rows in ROWS.items():
        values = {pk: target.rows[key] for pk, target in touched.items() if key in target.rows}
        if values:
            rows.write(values, by=by, reason=reason)
    write_all_checks(ids.values(), by=by, at=begun_at)
    write_checks(_facts_given(plan.updates), how=HowChecked.STAFF, by=by, at=begun_at)
    settle_freshness(touched)
    mark_many_changed(touched)


def _facts_given(targets: Iterable[Target]) -> Iterator[tuple[int, str]]:
    """What the list changes of stations that are there already; of equipment, all that it names where some differs."""
    codes = dict(Amenity.objects.values_list("pk", "code"))
    for target in targets:
        if not target.station:
            continue
        fields = [*target.fields, *(["schedule"] if target.hours else [])]
        equipment = target.row.values["amenities"] if "amenities" in target.rows else ()
        for fact in (*facts_in(fields), *(amenity_fact(codes[pk]) for pk in equipment)):
            yield target.station.pk, fact


def _make_units(targets: list[Target], by: User, reason: str) -> dict[int, Unit]:
    """Make the units that are missing, those above before those below; by the identity of what stood for them."""
    made: dict[int, Unit] = {}

    def make(unit: AnyUnit) -> Unit:
        if isinstance(unit, Unit):
            return unit
        if id(unit) not in made:
            parent = Unit.objects.get(pk=make(unit.parent).pk)
            values = {"code": new_code(), "name": unit.name, "kind": parent.kind}
            child: Unit = Unit.objects.add_child(parent, values)
            child.history.update(history_user=by, history_change_reason=reason)
            made[id(unit)] = child
        return made[id(unit)]

    for target in targets:
        if isinstance(target.line.operator, NewUnit):
            make(target.line.operator)
    return made


def _schedules(wanted: Iterable[Hours]) -> dict[Hours, int]:
    """The ids of the schedules, made where they are missing."""
    hours = set(wanted)
    Schedule.objects.bulk_create(
        (Schedule(opening_hours=text, calendar_policy=policy) for text, policy in sorted(hours)), ignore_conflicts=True
    )
    rows = Schedule.objects.filter(opening_hours__in={text for text, _policy in hours})
    return {(row.opening_hours, row.calendar_policy): row.pk for row in rows}


def _create_stations(
    targets: list[Target], ids: dict[int, int], schedules: dict[Hours, int], by: User, reason: str
) -> None:
    codes = _fresh_codes(targets)
    now = timezone.now()
    insert_rows(
        Station,
        ("id", "code", "created_at", "is_smart", *STATION_FIELDS),
        ((ids[id(target)], _code(target, codes), now, False, *_values(target, schedules, now)) for target in targets),
    )
    record_history(Station, list(ids.values()), kind="+", by_id=by.pk, reason=reason)


def _code(target: Target, fresh: list[str]) -> str:
    return target.row.values.get("code") or fresh.pop()


def _fresh_codes(targets: list[Target]) -> list[str]:
    """As many new codes as rows without one, none of which was ever used."""
    missing = sum(1 for target in targets if "code" not in target.row.values)
    taken = {target.row.values["code"] for target in targets if "code" in target.row.values}
    fresh: set[str] = set()
    while len(fresh) < missing:
        drawn = {new_code(taken) for _ in range(missing - len(fresh))}
        fresh |= drawn.difference(Station.history.filter(code__in=drawn).values_list("code", flat=True))
    return list(fresh)


def _values(target: Target, schedules: dict[Hours, int], now: Any) -> tuple[Any, ...]:
    """The station as it will be, in the order of `STATION_FIELDS`."""
    computed = {
        "pinyin": initials(target.value("name")),
        "schedule_id": schedules[target.hours] if target.hours else target.value("schedule_id"),
        "updated_at": now,
    }
    return tuple(computed[name] if name in computed else target.value(name) for name in STATION_FIELDS)


def _update_stations(targets: list[Target], schedules: dict[Hours, int], by: User, reason: str) -> None:
    changed = {target.station.pk: target for target in targets if target.station and (target.fields or target.hours)}
    now = timezone.now()
    record_before(Station, list(changed))
    update_rows(Station, STATION_FIELDS, ((pk, *_values(target, schedules, now)) for pk, target in changed.items()))
    record_history(Station, list(changed), kind="~", by_id=by.pk, reason=reason)


def _since(target: Target, today: date) -> date:
    """A new station belongs where the list says from the day it opened, so that earlier visits find their place."""
    opened: date | None = target.value("opened_date")
    return min(opened, today) if opened else today


def _create_postings(wanted: list[tuple[int, Target, date]], units: dict[int, Unit], by: User, reason: str) -> None:
    ids = next_ids(Posting, len(wanted))
    insert_rows(
        Posting,
        POSTING_FIELDS,
        ((pk, station, *_line(target, units), since) for pk, (station, target, since) in zip(ids, wanted, strict=True)),
    )
    record_history(Posting, ids, kind="+", by_id=by.pk, reason=reason)


def _line(target: Target, units: dict[int, Unit]) -> tuple[int | None, int | None, str | None]:
    operator, supervisor, division = target.line.operator, target.line.supervisor, target.line.division
    return _unit_id(operator, units), _unit_id(supervisor, units), division.code if division else None


def _unit_id(unit: AnyUnit | None, units: dict[int, Unit]) -> int | None:
    if unit is None:
        return None
    pk: int = unit.pk if isinstance(unit, Unit) else units[id(unit)].pk
    return pk


def _repost(targets: list[Target], units: dict[int, Unit], today: date, by: User, reason: str) -> None:
    """From today on these stations stand elsewhere; a posting that began today is corrected in place."""
    by_station = {target.station.pk: target for target in targets if target.station}
    current = {posting.station_id: posting for posting in Posting.objects.on(today).filter(station__in=by_station)}
    begun = {posting.pk: by_station[pk] for pk, posting in current.items() if posting.since == today}
    ended = [posting.pk for posting in current.values() if posting.since < today]
    record_before(Posting, [*begun, *ended])
    update_rows(
        Posting,
        ("operator_id", "supervisor_id", "division_id"),
        ((pk, *_line(target, units)) for pk, target in begun.items()),
    )
    Posting.objects.filter(pk__in=ended).update(until=today - timedelta(days=1))
    record_history(Posting, [*begun, *ended], kind="~", by_id=by.pk, reason=reason)
    moved = [(pk, target, today) for pk, target in by_station.items() if pk not in current or current[pk].pk in ended]
    _create_postings(moved, units, by, reason)
