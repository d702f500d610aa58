"""Putting a unit below another one, from a month on.

Reports are of months, and each month has one tree: of the months before, a unit's figures stay with whom they were.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.months import EARLIEST, Month
from stations.actions.records import save_with_history
from stations.changes import mark_many_changed
from stations.models import Posting, Unit, UnitMove, User
from stations.policies import refuse_if_span_is_locked, refuse_unless_may_move
from stations.trees import STEP, eras


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, since: date, reason: str, by: User) -> UnitMove:
    """From the first of that month, which has come, the unit and everything below it stand below `parent`."""
    unit, parent = _held(unit, parent)
    above: Unit | None = Unit.objects.get_parent(unit)
    refuse_unless_may_move(by, unit, above, parent)
    _refuse_bad_date(unit, since)
    _refuse_bad_parent(unit, above, parent, since)
    if not reason.strip():
        raise Invalid("reason", _("Say why the unit moves."))
    for concerned in (unit, parent):
        refuse_if_span_is_locked(concerned, since, timezone.localdate())
    move = UnitMove(unit=unit, old_parent=above, new_parent=parent, since=since, reason=reason.strip(), by=by)
    save_with_history(move, by=by, reason=reason.strip())
    Unit.objects.move(unit, parent, pos="last-child")
    _publish(unit)
    return move


def _held(unit: Unit, parent: Unit) -> tuple[Unit, Unit]:
    """As they stand now; nobody else moves a unit of their hierarchies before this is done."""
    tops = {one.path[:STEP] for one in Unit.objects.filter(pk__in=[unit.pk, parent.pk])}
    list(Unit.objects.select_for_update().filter(path__in=tops))
    return Unit.objects.get(pk=unit.pk), Unit.objects.get(pk=parent.pk)


def _refuse_bad_date(unit: Unit, since: date) -> None:
    if since.day != 1:
        raise Invalid("since", _("A unit moves on the first day of a month: each month has one tree."))
    if since > timezone.localdate():
        raise Invalid("since", _("This month has not come yet. Enter the move when it has."))
    if since < EARLIEST.first:
        raise Invalid("since", _("This lies too far back."))
    last = unit.moves.order_by("since", "pk").last()
    if last and since < last.since:
        raise Invalid(
            "since", _("It moved already on %(day)s, and cannot move before that.") % {"day": date_format(last.since)}
        )


def _refuse_bad_parent(unit: Unit, above: Unit | None, parent: Unit, since: date) -> None:
    names = {"unit": unit, "parent": parent}
    if parent == above:
        raise Invalid("parent", _("%(unit)s stands below %(parent)s already.") % names)
    if parent.kind != unit.kind:
        raise Invalid(
            "parent",
            _("%(unit)s and %(parent)s are of different kinds: a unit moves only below one of its own.") % names,
        )
    # What stands below it today may have stood elsewhere in a month since then, and the other way round.
    for era in eras(since, timezone.localdate()):
        if unit.path in era.tree.above(parent.path):
            values = names | {"month": Month.of(era.first)}
            raise Invalid("parent", _("%(parent)s is, or was in %(month)s, %(unit)s itself or below it.") % values)


def _publish(unit: Unit) -> None:
    """Other exceptions to the hours hold for what it operates: those of the units now above it."""
    path = Unit.objects.values_list("path", flat=True).get(pk=unit.pk)
    operated = Posting.objects.on(timezone.localdate()).filter(operator__path__startswith=path)
    mark_many_changed(operated.values_list("station_id", flat=True).iterator())
