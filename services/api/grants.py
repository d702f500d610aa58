"""Money for stations for programs: announced, applied for, decided, noted as paid, accounted for. None is paid here."""

from functools import partial
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from services.actions.grants import (
    account_for_grant,
    apply_for_grant,
    approve_grant,
    note_payment,
    refuse_grant,
    save_batch,
)
from services.actions.sent import make_once
from services.api import grant_serializers as serializers
from services.grant_choices import GrantKind, GrantState
from services.grant_policies import refuse_unless_may_give
from services.models import Grant, GrantBatch
from stations.api.office import station_named, unit_named
from stations.api.own import Adding, Changing, Named, Own, OwnItem, OwnList, described, once, step
from stations.models import User


class Batches(Own):
    """Money that a unit gives in a year for one kind of thing."""

    model, joined = GrantBatch, ("unit",)
    noun, serializer = "batch", serializers.OwnBatchSerializer
    missing = gettext_lazy("None of the batches that you see has the number “%(number)s”.")
    named: ClassVar[dict[str, Named]] = {"unit": unit_named}


@described(
    get=("office_batches", "Money that one's units give or may apply for, page by page"),
    post=("office_batches_announce", "Announce money that a unit gives in a year"),
)
class OwnBatchesView(Batches, Adding, OwnList):
    takes = serializers.NewBatchSerializer
    narrowed_by: ClassVar = {"kind": GrantKind.values}

    def add(self, given: dict[str, Any], by: User) -> Any:
        refuse_unless_may_give(by, given["unit"])
        same = {name: given[name] for name in ("unit", "year", "title")}
        known = GrantBatch.objects.filter(**same)
        return once(given["unit"], known, lambda: save_batch(batch=GrantBatch(**given), by=by), **given)


@described(
    get=("office_batch", "A batch of money"),
    patch=("office_batch_change", "Change its title, budget, end or terms; whose it is, and for what, stays"),
)
class OwnBatchView(Batches, Changing, OwnItem):
    takes = serializers.BatchFactsSerializer

    def change(self, row: GrantBatch, given: dict[str, Any], by: User) -> Any:
        held = GrantBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
        for name, value in given.items():
            setattr(held, name, value)
        return save_batch(batch=held, by=by)


class Grants(Own):
    """A station's share of a batch."""

    model, joined = Grant, ("station", "batch__unit")
    noun, serializer = "grant", serializers.OwnGrantSerializer
    missing = gettext_lazy("None of the grants that you see has the number “%(number)s”.")


@described(
    get=("office_grants", "Grants of one's stations, and out of one's batches, page by page"),
    post=("office_grants_apply", "Apply for a station"),
)
class OwnGrantsView(Grants, Adding, OwnList):
    takes = serializers.ApplicationSerializer
    narrowed_by: ClassVar = {"state": GrantState.values}

    def add(self, given: dict[str, Any], by: User) -> Any:
        key = given.pop("client_key")

        def apply() -> str:
            batch, station = (
                Batches.of_number(given["batch"], by, "batch"),
                station_named(given["station"], by, "station"),
            )
            said = {name: given[name] for name in ("amount", "purpose", "star")}
            return str(apply_for_grant(batch=batch, station=station, by=by, **said).pk)

        made = make_once(what="apply", client_key=key, by=by, about=given, make=apply)
        return self.find(by, pk=int(made))


@described(get=("office_grant", "A grant"))
class OwnGrantView(Grants, OwnItem):
    pass


_step = partial(step, Grants)
STEPS = {
    "approve": _step(
        "approve", "Grant all or part of what was asked", serializers.ApprovalSerializer,
        lambda grant, given, by: approve_grant(grant=grant, amount=given["amount"], reason=given["reason"], by=by),
    ),
    "refuse": _step(
        "refuse", "Refuse it, with the reason", serializers.ReasonSerializer,
        lambda grant, given, by: refuse_grant(grant=grant, reason=given["reason"], by=by),
    ),
    "paid": _step(
        "paid", "Note that it was paid, elsewhere", serializers.PaymentSerializer,
        lambda grant, given, by: note_payment(grant=grant, day=given["day"], by=by),
    ),
    "account": _step(
        "account", "Say what it was spent on, once the papers that show it are here", serializers.AccountSerializer,
        lambda grant, given, by: account_for_grant(grant=grant, spent=given["spent"], account=given["account"], by=by),
    ),
}  # fmt: skip
