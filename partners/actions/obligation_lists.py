"""A list of obligations is followed at once by how they stand."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils import timezone

from partners.actions.standings import settle_standings
from partners.imports.of_obligations import OBLIGATIONS as AS_READ
from partners.imports.of_obligations import let_go_of_stations
from partners.models import Obligation
from stations.imports.kinds import Entry, Plan
from stations.imports.undoing import Undoing, traces_of


def _enter(plan: Plan, entry: Entry) -> None:
    AS_READ.enter(plan, entry)
    _settle(change.instance.pk for change in [*plan.creates, *plan.updates])


def _undo(undoing: Undoing) -> None:
    [trace] = traces_of([Obligation], undoing)
    let_go_of_stations(undoing)
    AS_READ.undo(undoing)
    _settle(trace.changed)


def _settle(ids: Iterable[int]) -> None:
    rows = Obligation.objects.filter(pk__in=list(ids)).select_related("agreement").order_by("pk")
    settle_standings(rows, today=timezone.localdate())


OBLIGATIONS = replace(AS_READ, enter=_enter, undo=_undo)
