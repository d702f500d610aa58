"""Wishes for programs: nominated, checked, put on the wall, taken on, fulfilled, confirmed and thanked.

Who a family is goes in and is sealed; opening it asks a person for a reason, on the page of the wish.
"""

from functools import partial
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy

from partners.api.partners import partner_named
from services.actions import wish_claims, wishes
from services.actions.sent import make_once
from services.api import wish_serializers as serializers
from services.api.serializers import WhySerializer
from services.models import Wish, WishClaim
from services.wish_choices import ClaimState, WishKind, WishState
from services.wish_policies import refuse_unless_may_nominate
from stations.api.office import unit_named
from stations.api.own import Adding, NothingSerializer, Own, OwnItem, OwnList, StepView, described, step
from stations.models import Unit, User


class Wishes(Own):
    """Small wishes, without their families."""

    model, joined = Wish, ("unit",)
    noun, serializer = "wish", serializers.OwnWishSerializer
    missing = gettext_lazy("None of your wishes has the code “%(code)s”.")

    def seen(self, by: User) -> QuerySet[Any]:
        taken = Prefetch("claims", WishClaim.objects.filter(state=ClaimState.ACCEPTED), "taken")
        return super().seen(by).prefetch_related(taken)


@described(
    get=("office_wishes", "Wishes of one's units, page by page; no family"),
    post=("office_wishes_nominate", "Nominate a wish; somebody else checks it"),
)
class OwnWishesView(Wishes, Adding, OwnList):
    order, takes = "code", serializers.NominationSerializer
    narrowed_by: ClassVar = {"state": WishState.values}

    def add(self, given: dict[str, Any], by: User) -> Any:
        key = given.pop("client_key")

        def nominate() -> str:
            unit = unit_named(given["unit"], by, "unit")
            family = wishes.Family(**given["family"])
            return wishes.nominate_wish(unit=unit, said=_said(given, unit), family=family, by=by).code

        return self.find(by, code=make_once(what="nominate", client_key=key, by=by, about=given, make=nominate))


@described(get=("office_wish", "A wish; no family"))
class OwnWishView(Wishes, OwnItem):
    pass


def _take_on(wish: Wish, given: dict[str, Any], by: User) -> None:
    refuse_unless_may_nominate(by, wish.unit)
    unit = unit_named(given["unit"], by, "unit") if given["unit"] else None
    partner = partner_named(given["partner"], by, "partner") if given["partner"] else None
    wish_claims.take_on(wish=wish, unit=unit, partner=partner, by=by)


_step = partial(step, Wishes)
_SAID, _WHY, _NONE = serializers.SaidSerializer, WhySerializer, NothingSerializer
STEPS: dict[str, type[StepView]] = {
    "correct": _step(
        "correct", "Say what was sent back anew", _SAID,
        lambda wish, given, by: wishes.correct_wish(wish=wish, said=_said(given, wish.unit), by=by),
    ),
    "approve": _step(
        "approve", "Approve what somebody else nominated", _NONE,
        lambda wish, _given, by: wishes.approve_wish(wish=wish, by=by),
    ),
    "return": _step(
        "return", "Send it back, to be corrected", _WHY,
        lambda wish, given, by: wishes.return_wish(wish=wish, reason=given["reason"], by=by),
    ),
    "reject": _step(
        "reject", "Decline it", _WHY,
        lambda wish, given, by: wishes.reject_wish(wish=wish, reason=given["reason"], by=by),
    ),
    "publish": _step(
        "publish", "Put it on the wall", _NONE, lambda wish, _given, by: wishes.publish_wish(wish=wish, by=by)
    ),
    "new-day": _step(
        "new-day", "Say by which other day it is needed", serializers.NeededBySerializer,
        lambda wish, given, by: wishes.set_new_day(wish=wish, needed_by=given["needed_by"], by=by),
    ),
    "withdraw": _step(
        "withdraw", "Withdraw it", _WHY,
        lambda wish, given, by: wishes.withdraw_wish(wish=wish, reason=given["reason"], by=by),
    ),
    "take-on": _step("take-on", "A partner or a unit takes it on", serializers.TakerSerializer, _take_on),
    "release": _step(
        "release", "Who took it on cannot: it is on the wall again", _WHY,
        lambda wish, given, by: wish_claims.release_wish(wish=wish, reason=given["reason"], by=by),
    ),
    "fulfil": _step(
        "fulfil", "Report it as fulfilled", serializers.DoneSerializer,
        lambda wish, given, by: wish_claims.fulfil_wish(wish=wish, proof=given["proof"], cost=given["cost"], by=by),
    ),
    "confirm": _step(
        "confirm", "Confirm it for a family that cannot", _NONE,
        lambda wish, _given, by: wish_claims.confirm_for_community(wish=wish, by=by),
    ),
    "thank": _step(
        "thank", "The last word, on the wall", serializers.ThanksSerializer,
        lambda wish, given, by: wish_claims.thank(wish=wish, text=given["thanks"], by=by),
    ),
}  # fmt: skip


def _said(given: dict[str, Any], unit: Unit) -> wishes.Said:
    """Where it is said to be is where its unit is, as by hand: a smaller place might say whose it is."""
    said = {name: given[name] for name in ("title", "text", "needed_by", "budget", "community")}
    return wishes.Said(kind=WishKind(given["kind"]), division=unit.division, **said)
