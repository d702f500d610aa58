"""A wish from the wall to the thanks: somebody takes it on, fulfils it, the family confirms, and is heard."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.files import sweep_folder
from harbor_portal.lib.phones import dialled
from partners.actions.partners import hold_named
from partners.models import Partner
from services.actions.findings import keep_photo
from services.actions.wishes import held, move, needed, save_sealed
from services.models import Wish, WishClaim
from services.models.families import MAX_SITUATION
from services.models.wishes import MAX_TEXT, WISH_FOLDER
from services.wish_choices import ClaimBy, ClaimState, ConfirmedBy, WishState
from services.wish_policies import refuse_identifying, refuse_unless_may_nominate, refuse_when_late
from stations.actions.records import save_with_history
from stations.models import Unit, User
from stations.policies import refuse_unless_may_lead

MOST_OFFERS = 20
"""So many wait for an answer to one wish; then the form is closed until somebody has looked."""


@transaction.atomic
def offer_to_fulfil(*, wish: Wish, name: str, phone: str, agreed: bool) -> WishClaim:
    """A person's offer, from the public page. By nobody: only officers of the unit learn who it is."""
    found = held(wish, WishState.PUBLISHED)
    if not agreed:
        raise Invalid("agreed", _("Without your consent we may not keep how to reach you."))
    _refuse_closed(found)
    claim = WishClaim(wish=found, kind=ClaimBy.PERSON, asked_at=timezone.now())
    claim.name, claim.phone = needed(name, "name", 60), needed(phone, "phone", 40)
    if not dialled(claim.phone):
        raise Invalid("phone", _("This is not a phone number we can call."))
    claim.full_clean()
    claim.save()
    return claim


@transaction.atomic
def offer_for_unit(*, wish: Wish, unit: Unit, by: User) -> WishClaim:
    """An officer's offer in the name of her unit, of whatever line; the unit that nominated it answers."""
    found = held(wish, WishState.PUBLISHED)
    refuse_unless_may_lead(by, unit)
    _refuse_closed(found)
    if WishClaim.objects.asked().filter(wish=found, unit=unit).exists():
        raise Refused(_("%(unit)s has offered already, and waits for the answer.") % {"unit": unit})
    claim = WishClaim(wish=found, kind=ClaimBy.UNIT, unit=unit, asked_at=timezone.now(), asked_by=by)
    claim.full_clean()
    claim.save()
    return claim


def _refuse_closed(wish: Wish) -> None:
    refuse_when_late(wish)
    if WishClaim.objects.asked().filter(wish=wish).count() >= MOST_OFFERS:
        raise Refused(_("Many have offered to fulfil this wish already. Perhaps there is another one for you."))


@transaction.atomic
def take_on(*, wish: Wish, by: User, unit: Unit | None = None, partner: Partner | None = None) -> WishClaim:
    """A unit or a partner takes it on, and an officer says so."""
    found = held(wish, WishState.PUBLISHED)
    refuse_unless_may_nominate(by, found.unit)
    if (unit is None) == (partner is None):
        raise Invalid("who", _("Choose who takes it on: a partner or a unit."))
    hold_named([partner])
    kind = ClaimBy.UNIT if unit else ClaimBy.PARTNER
    claim = WishClaim(wish=found, kind=kind, unit=unit, partner=partner, asked_at=timezone.now(), asked_by=by)
    _accept(found, claim, by)
    return claim


@transaction.atomic
def accept_claim(*, claim: WishClaim, by: User) -> Wish:
    found = held(claim.wish, WishState.PUBLISHED)
    refuse_unless_may_nominate(by, found.unit)
    _accept(found, _held_claim(claim, ClaimState.ASKED), by)
    return found


@transaction.atomic
def decline_claim(*, claim: WishClaim, by: User) -> WishClaim:
    refuse_unless_may_nominate(by, claim.wish.unit)
    found = _held_claim(claim, ClaimState.ASKED)
    _decide(found, ClaimState.DECLINED, by)
    return found


@transaction.atomic
def release_wish(*, wish: Wish, reason: str, by: User) -> Wish:
    """Who took it on cannot: it is on the wall again."""
    found = held(wish, WishState.CLAIMED)
    refuse_unless_may_nominate(by, found.unit)
    found.reason = needed(reason, "reason")
    refuse_identifying(found.family, reason=found.reason)
    _decide(found.claims.select_for_update().get(state=ClaimState.ACCEPTED), ClaimState.RELEASED, by)
    move(found, WishState.PUBLISHED)
    save_with_history(found, by=by, reason="released")
    return found


@transaction.atomic
def fulfil_wish(*, wish: Wish, proof: str, cost: Decimal | None, by: User, photo: bytes = b"") -> Wish:
    found = held(wish, WishState.CLAIMED)
    refuse_unless_may_nominate(by, found.unit)
    found.proof, found.cost, found.reason = needed(proof, "proof", MAX_TEXT), cost, ""
    refuse_identifying(found.family, proof=found.proof)
    if photo:
        found.proof_photo = keep_photo(photo)
    found.fulfilled_at, found.fulfilled_by = timezone.now(), by
    move(found, WishState.FULFILLED)
    save_with_history(found, by=by, reason="fulfilled")
    return found


@transaction.atomic
def answer_for_family(*, wish: Wish, came: bool, words: str) -> Wish:
    """Who holds the family's code says whether it came; what they say besides is sealed.

    What did not come is taken on still, and somebody has to see to it.
    """
    found = held(wish, WishState.FULFILLED)
    if len(words) > MAX_SITUATION:
        raise Invalid("words", _("At most %(most)d characters.") % {"most": MAX_SITUATION})
    if words.strip():
        found.family.words = words.strip()
        save_sealed(found.family)
    if came:
        _confirm(found, ConfirmedBy.FAMILY)
    else:
        found.reason = _("The family says that it has not come.")
        found.fulfilled_at, found.fulfilled_by = None, None
        # The wall says no more what was done; the history does.
        found.proof, found.cost, found.proof_photo = "", None, ""
        move(found, WishState.CLAIMED)
    save_with_history(found, by=None, reason="confirmed" if came else "did not come")
    return found


@transaction.atomic
def confirm_for_community(*, wish: Wish, by: User) -> Wish:
    """Where the family cannot: the community says so, and an officer who did not fulfil it notes it down."""
    found = held(wish, WishState.FULFILLED)
    refuse_unless_may_nominate(by, found.unit)
    if found.fulfilled_by_id == by.pk:
        raise Refused(
            _("You reported it as fulfilled yourself: another officer confirms it, or the family by its code.")
        )
    _confirm(found, ConfirmedBy.COMMUNITY)
    save_with_history(found, by=by, reason="confirmed")
    return found


@transaction.atomic
def thank(*, wish: Wish, text: str, by: User) -> Wish:
    """The last word, on the wall."""
    found = held(wish, WishState.CONFIRMED)
    refuse_unless_may_nominate(by, found.unit)
    found.thanks = needed(text, "thanks", MAX_TEXT)
    refuse_identifying(found.family, thanks=found.thanks)
    move(found, WishState.THANKED)
    save_with_history(found, by=by, reason="thanked")
    return found


def sweep_wish_photos(*, at: datetime) -> int:
    """Delete the photos that no wish names (any more); how many."""
    return sweep_folder(
        WISH_FOLDER, set(Wish.objects.exclude(proof_photo="").values_list("proof_photo", flat=True)), at=at
    )


def _accept(wish: Wish, claim: WishClaim, by: User) -> None:
    refuse_when_late(wish)
    _decide(claim, ClaimState.ACCEPTED, by)
    wish.reason = ""
    move(wish, WishState.CLAIMED)
    save_with_history(wish, by=by, reason="taken on")


def _decide(claim: WishClaim, state: ClaimState, by: User) -> None:
    claim.state, claim.moved_at, claim.moved_by = state, timezone.now(), by
    claim.full_clean()
    claim.save()


def _confirm(wish: Wish, how: ConfirmedBy) -> None:
    wish.confirmed_at, wish.confirmed_how = timezone.now(), how
    move(wish, WishState.CONFIRMED)


def _held_claim(claim: WishClaim, state: ClaimState) -> WishClaim:
    found: WishClaim = WishClaim.objects.select_for_update().get(pk=claim.pk)
    if found.state != state:
        raise StaleState(
            _("Somebody else was quicker: this offer is now “%(state)s”.") % {"state": found.get_state_display()}
        )
    return found
