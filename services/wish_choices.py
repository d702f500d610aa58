"""The closed lists of wishes."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WishKind(TextChoices):
    GOODS = "goods", _("Goods")
    SERVICE = "service", _("A service")


class WishState(TextChoices):
    """Where a wish stands, in the order of its life; the last two end it early."""

    NOMINATED = "nominated", _("Nominated")
    RETURNED = "returned", _("Sent back")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("On the wall")
    CLAIMED = "claimed", _("Taken on")
    FULFILLED = "fulfilled", _("Fulfilled")
    CONFIRMED = "confirmed", _("Confirmed by the family")
    THANKED = "thanked", _("Thanked")
    REJECTED = "rejected", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ON_WALL = (WishState.PUBLISHED, WishState.CLAIMED, WishState.FULFILLED, WishState.CONFIRMED, WishState.THANKED)
APPROVED = (WishState.APPROVED, *ON_WALL)
"""Somebody has checked it and let it go on."""
CAME_TRUE = (WishState.FULFILLED, WishState.CONFIRMED, WishState.THANKED)
OVER = (WishState.CONFIRMED, WishState.THANKED, WishState.REJECTED, WishState.WITHDRAWN)
UNDER_WAY = tuple(state for state in WishState if state not in OVER)
FAILED = (WishState.REJECTED, WishState.WITHDRAWN)
DAY_CAN_MOVE = (WishState.APPROVED, WishState.PUBLISHED, WishState.CLAIMED)
BEFORE_FULFILLED = (*UNDER_WAY[:4], WishState.CLAIMED)


class ClaimBy(TextChoices):
    PERSON = "person", _("A person")
    PARTNER = "partner", _("A partner")
    UNIT = "unit", _("A unit")


class ClaimState(TextChoices):
    ASKED = "asked", _("Offered")
    ACCEPTED = "accepted", _("Takes it on")
    DECLINED = "declined", _("Declined")
    RELEASED = "released", _("Gave it back")


class ConfirmedBy(TextChoices):
    FAMILY = "family", _("The family, by its code")
    COMMUNITY = "community", _("The community")
