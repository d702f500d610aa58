"""A list of agreements that were signed is followed at once by the plates that they grant."""

from dataclasses import replace

from django.utils import timezone

from partners.actions.agreement_plates import settle_plates
from partners.imports.of_agreements import AGREEMENTS as AS_READ
from partners.models import Agreement, Plate
from stations.changes import mark_many_changed
from stations.imports.kinds import Entry, Plan
from stations.imports.undoing import Undoing, traces_of


def _enter(plan: Plan, entry: Entry) -> None:
    AS_READ.enter(plan, entry)
    made = Agreement.objects.filter(pk__in=[change.instance.pk for change in plan.creates])
    for agreement in made.granting_plates().order_by("pk"):
        settle_plates(agreement=agreement, today=timezone.localdate(), by=entry.by, reason=entry.reason)


def _undo(undoing: Undoing) -> None:
    [trace] = traces_of([Plate], undoing)
    stations = set(Plate.objects.filter(pk__in=trace.made).values_list("station", flat=True))
    AS_READ.undo(undoing)
    mark_many_changed(sorted(stations))


AGREEMENTS = replace(AS_READ, enter=_enter, undo=_undo)
