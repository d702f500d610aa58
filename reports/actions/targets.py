"""Setting targets, giving parts of them to the units below, and measuring how far they have come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.months import Month
from reports.metrics import METRICS
from reports.models import Target, TargetMonth, TargetStanding
from reports.targets.policies import refuse_unless_may_give, refuse_unless_may_set
from reports.targets.progress import Progress, months_of
from stations.actions.records import change_with_history, delete_with_history, save_with_history
from stations.models import Unit, User

JANUARY = 1


@dataclass(frozen=True)
class Given:
    """What became of the parts."""

    set: int
    taken_back: int


@transaction.atomic
def save_target(*, target: Target, by: User, today: date) -> Target:
    """Set it, or change it, and measure it at once."""
    if target.metric not in METRICS:
        raise Invalid("metric", _("Choose from the list."))
    if target.pk:
        stands = (
            Target.objects.select_for_update(of=("self",)).select_related("unit", "part_of__unit").get(pk=target.pk)
        )
        refuse_unless_may_set(by, stands, today)
        # What it is about stays: its parts, and what was measured, are of that.
        target.unit, target.metric, target.year, target.part_of = (
            stands.unit,
            stands.metric,
            stands.year,
            stands.part_of,
        )
    refuse_unless_may_set(by, target, today)
    save_with_history(target, by=by, reason="changed" if target.pk else "set")
    measure_targets([target], today=today)
    return target


@transaction.atomic
def give_parts(*, target: Target, goals: Mapping[int, Decimal | None], by: User, today: date) -> Given:
    """Units right below, by id, each get this goal, or none any more.

    A target that a unit had set itself becomes a part. Whoever has given parts further down keeps them.
    """
    whole = Target.objects.select_for_update(of=("self",)).select_related("unit", "part_of__unit").get(pk=target.pk)
    refuse_unless_may_give(by, whole, today)
    below = {unit.pk: unit for unit in units_below(whole.unit) if unit.pk in goals}
    if set(goals) - set(below):
        raise Invalid("goal", _("Parts are given to the units right below %(unit)s.") % {"unit": whole.unit})
    same = Target.objects.select_for_update().filter(unit__in=below, metric=whole.metric, year=whole.year)
    present = {row.unit_id: row for row in same}
    changed, dropped = [], 0
    for pk, unit in below.items():
        goal, row = goals[pk], present.get(pk)
        if goal is None:
            dropped += _take_back(row, whole, by)
        elif _give(row or _new_part(whole, unit), whole, goal, by):
            changed.append(unit.pk)
    measure_targets(Target.objects.filter(part_of=whole, unit__in=changed).select_related("unit"), today=today)
    return Given(len(changed), dropped)


def units_below(unit: Unit) -> list[Unit]:
    return list(Unit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1).order_by("path"))


def _new_part(whole: Target, unit: Unit) -> Target:
    return Target(unit=unit, metric=whole.metric, year=whole.year)


def _give(row: Target, whole: Target, goal: Decimal, by: User) -> bool:
    facts = {"goal": goal, "part_of": whole, "campaign": whole.campaign}
    reason = "given by the unit above"
    if row.pk:
        return change_with_history(row, facts, by=by, reason=reason)
    for name, value in facts.items():
        setattr(row, name, value)
    save_with_history(row, by=by, reason=reason)
    return True


def _take_back(row: Target | None, whole: Target, by: User) -> bool:
    if row is None or row.part_of_id != whole.pk:
        return False
    _refuse_if_divided(row)
    delete_with_history(row, by=by, reason="taken back")
    return True


@transaction.atomic
def drop_target(*, target: Target, by: User, today: date) -> None:
    """Set by mistake: nothing of it remains but its history."""
    row = Target.objects.select_for_update(of=("self",)).select_related("unit", "part_of__unit").filter(pk=target.pk)
    found = row.first()
    if found is None:
        raise StaleState(_("Somebody else was quicker: this target is gone."))
    refuse_unless_may_set(by, found, today)
    _refuse_if_divided(found)
    delete_with_history(found, by=by, reason="taken back")


def _refuse_if_divided(target: Target) -> None:
    if target.parts.exists():
        raise Refused(
            _("%(unit)s has given parts of this target to the units below. Take those back first.")
            % {"unit": target.unit}
        )


def measure_targets(targets: Iterable[Target], *, today: date, at: datetime | None = None) -> int:
    """Note for each what every month of its year brought, and how it stands; how many.

    Those of one metric, year and depth of the tree are measured together: a few queries for each month, however many.
    """
    rows = sorted((row for row in targets if row.metric in METRICS), key=_together)
    for _key, some in groupby(rows, _together):
        _measure(list(some), today, at or timezone.now())
    return len(rows)


def _together(target: Target) -> tuple[str, int, int]:
    return target.metric, target.year, len(target.unit.path)


@transaction.atomic
def _measure(targets: list[Target], today: date, at: datetime) -> None:
    metric = METRICS[targets[0].metric]
    units = list({target.unit_id: target.unit for target in targets}.values())
    found: dict[int, dict[Month, tuple[int, int]]] = {target.pk: {} for target in targets}
    for month in months_of(targets[0], today):
        first = Month(month.year, JANUARY) if metric.is_state else month
        measured = metric.measure(units, first, month)
        for target in targets:
            found[target.pk][month] = measured.get(target.unit_id, (0, 0))
    TargetMonth.objects.bulk_create(
        [
            TargetMonth(target_id=pk, month=month.first, part=part, whole=whole)
            for pk, months in found.items()
            for month, (part, whole) in months.items()
        ],
        update_conflicts=True,
        unique_fields=["target", "month"],
        update_fields=["part", "whole"],
        batch_size=2000,
    )
    TargetStanding.objects.bulk_create(
        [_standing(Progress(target, found[target.pk], today), at) for target in targets],
        update_conflicts=True,
        unique_fields=["target"],
        update_fields=["day", "value", "expected", "is_behind", "at"],
        batch_size=2000,
    )


def _standing(progress: Progress, at: datetime) -> TargetStanding:
    return TargetStanding(
        target=progress.target,
        day=progress.today,
        value=progress.value,
        expected=progress.expected,
        is_behind=progress.is_behind,
        at=at,
    )


def measure_all(*, today: date) -> int:
    """Of this year, and in January and February of the last one, whose December is still being handed in."""
    years = [today.year, today.year - 1] if today.month <= 2 else [today.year]
    return measure_targets(Target.objects.filter(year__in=years).select_related("unit"), today=today)
