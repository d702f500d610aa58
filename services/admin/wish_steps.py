"""What the buttons on the page of a wish do. Each button is one action."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, StaleState
from services.actions import wish_claims, wishes
from services.admin.wish_pages import address, find, number_of, partners_for, said_of, typed_again, units_for
from services.fields import date_of, lines_of, money_of, picture_of, text_of
from services.models import Wish, WishClaim
from services.wish_choices import WishState
from stations.admin.base import person
from stations.admin.steps import step

Done = tuple[str, str]
_step = step(find, address, typed_again)


def _seen(request: HttpRequest, wish: Wish) -> Wish:
    """As the person saw it: what somebody else did meanwhile is not undone unseen."""
    state = request.POST.get("seen", "")
    if state not in WishState.values:
        raise StaleState(_("Load the page again before you change it."))
    wish.state = state
    return wish


@_step
def check(request: HttpRequest, wish: Wish) -> Done:
    by, reason = person(request), text_of(request, "reason")
    match request.POST.get("verdict"):
        case "approve":
            wishes.approve_wish(wish=_seen(request, wish), by=by)
            return _("Approved. It can go on the wall now."), address(wish)
        case "return":
            wishes.return_wish(wish=_seen(request, wish), reason=reason, by=by)
            return _("Sent back, to be corrected."), address(wish)
        case "reject":
            wishes.reject_wish(wish=_seen(request, wish), reason=reason, by=by)
            return _("Declined."), address(wish)
    raise Invalid("verdict", _("Choose from the list."))


@_step
def correct(request: HttpRequest, wish: Wish) -> Done:
    wishes.correct_wish(wish=_seen(request, wish), said=said_of(request, wish.unit), by=person(request))
    return _("Nominated again."), address(wish)


@_step
def publish(request: HttpRequest, wish: Wish) -> Done:
    wishes.publish_wish(wish=_seen(request, wish), by=person(request))
    return _("It is on the wall."), address(wish)


@_step
def new_day(request: HttpRequest, wish: Wish) -> Done:
    needed_by = date_of(request, "needed_by")
    if needed_by is None:
        raise Invalid("needed_by", _("Say by which day it is needed."))
    wishes.set_new_day(wish=_seen(request, wish), needed_by=needed_by, by=person(request))
    return _("It is needed by another day now."), address(wish)


@_step
def withdraw(request: HttpRequest, wish: Wish) -> Done:
    wishes.withdraw_wish(wish=_seen(request, wish), reason=text_of(request, "reason"), by=person(request))
    return _("Withdrawn."), address(wish)


@_step
def take_on(request: HttpRequest, wish: Wish) -> Done:
    by = person(request)
    unit = units_for(request).filter(pk=number_of(request, "unit")).first()
    partner = partners_for(by).filter(pk=number_of(request, "partner")).first()
    wish_claims.take_on(wish=_seen(request, wish), unit=unit, partner=partner, by=by)
    return _("Taken on."), address(wish)


@_step
def accept(request: HttpRequest, wish: Wish) -> Done:
    wish_claims.accept_claim(claim=_claim(request, _seen(request, wish)), by=person(request))
    return _("Taken on. Open how to reach them, and arrange the rest."), address(wish)


@_step
def decline(request: HttpRequest, wish: Wish) -> Done:
    wish_claims.decline_claim(claim=_claim(request, wish), by=person(request))
    return _("Declined."), address(wish)


@_step
def release(request: HttpRequest, wish: Wish) -> Done:
    wish_claims.release_wish(wish=_seen(request, wish), reason=text_of(request, "reason"), by=person(request))
    return _("It is on the wall again."), address(wish)


@_step
def fulfil(request: HttpRequest, wish: Wish) -> Done:
    wish_claims.fulfil_wish(
        wish=_seen(request, wish),
        proof=lines_of(request, "proof"),
        cost=money_of(request, "cost"),
        photo=picture_of(request, "photo"),
        by=person(request),
    )
    return _("Fulfilled. Now the family confirms it with its code."), address(wish)


@_step
def confirm(request: HttpRequest, wish: Wish) -> Done:
    wish_claims.confirm_for_community(wish=_seen(request, wish), by=person(request))
    return _("Confirmed."), address(wish)


@_step
def thank(request: HttpRequest, wish: Wish) -> Done:
    wish_claims.thank(wish=_seen(request, wish), text=lines_of(request, "thanks"), by=person(request))
    return _("The thanks can be read on the wall."), address(wish)


def _claim(request: HttpRequest, wish: Wish) -> WishClaim:
    claim: WishClaim | None = (
        WishClaim.objects.filter(wish=wish, pk=number_of(request, "claim")).select_related("wish__unit").first()
    )
    if claim is None:
        raise Invalid("claim", _("Choose from the list."))
    claim.wish = wish
    return claim


STEPS: dict[str, Callable[..., Any]] = {
    view.__name__: view
    for view in (check, correct, publish, new_day, withdraw, take_on, accept, decline, release, fulfil, confirm, thank)
}
