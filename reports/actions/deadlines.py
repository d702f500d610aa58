"""Setting by which working day a unit hands in."""

from django.db import transaction

from reports.models import Deadline
from reports.policies import refuse_unless_may_set_deadline
from stations.actions.records import delete_with_history, save_with_history
from stations.models import User


@transaction.atomic
def save_deadline(*, deadline: Deadline, by: User) -> Deadline:
    """New or changed; it may not be taken along to a unit that is not the person's."""
    refuse_unless_may_set_deadline(by, deadline.unit)
    if deadline.pk:
        refuse_unless_may_set_deadline(by, Deadline.objects.select_related("unit").get(pk=deadline.pk).unit)
    save_with_history(deadline, by=by, reason="")
    return deadline


@transaction.atomic
def remove_deadline(*, deadline: Deadline, by: User) -> None:
    """From then on the one of the unit above holds."""
    refuse_unless_may_set_deadline(by, deadline.unit)
    delete_with_history(deadline, by=by, reason="")
