"""A wish from its nomination to the wall: nominated, checked by somebody else, published; or ended early.

Every step holds the row, asks who may, and finds out whether somebody else was quicker.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.sealed import fingerprints
from services.models import Wish, WishFamily
from services.models.families import PURPOSE
from services.models.wishes import MAX_REASON
from services.wish_choices import BEFORE_FULFILLED, DAY_CAN_MOVE, FAILED, OVER, WishKind, WishState
from services.wish_policies import (
    MOST_A_YEAR,
    refuse_identifying,
    refuse_unless_may_check,
    refuse_unless_may_nominate,
)
from services.wish_querysets import PRINTS_KEPT_DAYS
from stations.actions.records import save_with_history
from stations.models import Division, Unit, User

_LOCK = 0x77697368
"""The key of the advisory lock; "wish" in ASCII."""


@dataclass(frozen=True)
class Said:
    """What everybody will read, and two things that the staff does."""

    kind: WishKind
    title: str
    text: str
    needed_by: date
    budget: Decimal | None = None
    division: Division | None = None
    community: str = ""


@dataclass(frozen=True)
class Family:
    """Whose wish it is: for nobody's eyes but of those who look after it."""

    name: str
    phone: str
    address: str = ""
    situation: str = ""
    agreed: bool = False


@transaction.atomic
def nominate_wish(*, unit: Unit, said: Said, family: Family, by: User) -> Wish:
    """A family may have one wish under way at a time, and so many within a year, whichever unit nominates it."""
    refuse_unless_may_nominate(by, unit)
    now = timezone.now()
    wish = Wish(unit=unit, nominated_at=now, nominated_by=by)
    row = WishFamily(wish=wish, agreed_at=now)
    _write(wish, row, said, family)
    _refuse_too_many(family)
    save_with_history(wish, by=by, reason="nominated")
    row.wish = wish
    save_sealed(row)
    return wish


@transaction.atomic
def correct_wish(*, wish: Wish, said: Said, by: User) -> Wish:
    """What was sent back is said anew, and checked again by another than who says it. Whose it is stays as it is."""
    found = held(wish, WishState.RETURNED)
    refuse_unless_may_nominate(by, found.unit)
    _say(found, found.family, said)
    found.state, found.reason = WishState.NOMINATED, ""
    found.nominated_by, found.checked_by, found.checked_at = by, None, None
    save_with_history(found, by=by, reason="corrected")
    return found


@transaction.atomic
def approve_wish(*, wish: Wish, by: User) -> Wish:
    return _judge(wish, WishState.APPROVED, "", by)


@transaction.atomic
def return_wish(*, wish: Wish, reason: str, by: User) -> Wish:
    """To be corrected and nominated again."""
    return _judge(wish, WishState.RETURNED, needed(reason, "reason"), by)


@transaction.atomic
def reject_wish(*, wish: Wish, reason: str, by: User) -> Wish:
    return _judge(wish, WishState.REJECTED, needed(reason, "reason"), by)


def _judge(wish: Wish, state: WishState, reason: str, by: User) -> Wish:
    found = held(wish, WishState.NOMINATED)
    refuse_unless_may_check(by, found)
    refuse_identifying(found.family, reason=reason)
    found.checked_at, found.checked_by, found.reason = timezone.now(), by, reason
    move(found, state)
    save_with_history(found, by=by, reason=state.value)
    return found


@transaction.atomic
def publish_wish(*, wish: Wish, by: User) -> Wish:
    found = held(wish, WishState.APPROVED)
    refuse_unless_may_nominate(by, found.unit)
    if found.needed_by < timezone.localdate():
        raise Refused(_("The day by which it is needed is over: withdraw it, or set a new day."))
    move(found, WishState.PUBLISHED)
    save_with_history(found, by=by, reason="published")
    return found


@transaction.atomic
def set_new_day(*, wish: Wish, needed_by: date, by: User) -> Wish:
    """It is needed still, by another day: nobody took it on in time, or whoever did needs longer."""
    found = held(wish, *DAY_CAN_MOVE)
    refuse_unless_may_nominate(by, found.unit)
    found.needed_by = needed_by
    _refuse_past_day(found)
    save_with_history(found, by=by, reason="new day")
    return found


@transaction.atomic
def withdraw_wish(*, wish: Wish, reason: str, by: User) -> Wish:
    """The family does not want it any more, or it cannot be."""
    found = held(wish, *BEFORE_FULFILLED)
    refuse_unless_may_nominate(by, found.unit)
    found.reason = needed(reason, "reason")
    refuse_identifying(found.family, reason=found.reason)
    move(found, WishState.WITHDRAWN)
    save_with_history(found, by=by, reason="withdrawn")
    return found


def held(wish: Wish, *states: WishState) -> Wish:
    """The row, in one of these states and in the one that the caller saw; else somebody was quicker."""
    rows = Wish.objects.select_for_update(of=("self",)).select_related("unit", "family")
    found: Wish = rows.get(pk=wish.pk)
    if found.state != wish.state or found.state not in states:
        raise StaleState(
            _("This wish is now “%(state)s”. Look again before you change it.") % {"state": found.get_state_display()}
        )
    return found


def move(wish: Wish, state: WishState) -> None:
    wish.state = state
    wish.over_at = (wish.over_at or timezone.now()) if state in OVER else None


def needed(text: str, field: str, most: int = MAX_REASON) -> str:
    if not text.strip():
        raise Invalid(field, _("Say it in a few words."))
    if len(text.strip()) > most:
        raise Invalid(field, _("At most %(most)d characters.") % {"most": most})
    return text.strip()


def save_sealed(row: WishFamily) -> None:
    """Checked, and without a line of history."""
    row.full_clean()
    row.save()


def _write(wish: Wish, row: WishFamily, said: Said, family: Family) -> None:
    if not family.agreed:
        raise Invalid("agreed", _("Without the family's consent nothing is stored about it."))
    row.name = needed(family.name, "name", 60)
    row.phone = needed(family.phone, "phone", 40)
    row.address, row.situation = family.address.strip(), family.situation.strip()
    _within(row)
    _say(wish, row, said)


def _within(row: WishFamily) -> None:
    """The lengths, which the fields themselves would name only after it was sealed."""
    for name in ("address", "situation"):
        field: Any = WishFamily._meta.get_field(name)
        if len(getattr(row, name)) > field.max_length:
            raise Invalid(name, _("At most %(most)d characters.") % {"most": field.max_length})


def _say(wish: Wish, row: WishFamily, said: Said) -> None:
    wish.kind, wish.needed_by, wish.budget = said.kind, said.needed_by, said.budget
    wish.title, wish.text = needed(said.title, "title", 60), said.text.strip()
    wish.division, wish.community = said.division, said.community.strip()
    _refuse_past_day(wish)
    refuse_identifying(row, title=wish.title, text=wish.text, community=wish.community)


def _refuse_past_day(wish: Wish) -> None:
    if wish.needed_by <= timezone.localdate():
        raise Invalid("needed_by", _("The day by which it is needed lies ahead."))


def _refuse_too_many(family: Family) -> None:
    take_turns_nominating()
    if why := why_too_many(list(_wishes_of(family))):
        raise Refused(why)


def take_turns_nominating() -> None:
    """Until the transaction ends: two nominations at the same moment would not see each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def why_too_many(before: Sequence[Wish]) -> str:
    """Why a family that had these wishes within a year has no further one now, or ""."""
    if under_way := next((wish for wish in before if wish.state not in OVER), None):
        names = {"code": under_way.code, "unit": under_way.unit}
        return _("This family has a wish under way already: %(code)s, of %(unit)s. Ask there.") % names
    if len(before) >= MOST_A_YEAR:
        count = {"count": len(before)}
        return _("This family has had %(count)d wishes within a year, as many as there may be.") % count
    return ""


def _wishes_of(family: Family) -> Iterable[Wish]:
    """Of the same phone number, or the same address, within a year; what failed does not count."""
    alike = WishFamily.objects.filter(phone_print__in=fingerprints(family.phone, purpose=PURPOSE))
    if family.address.strip():
        alike |= WishFamily.objects.filter(home_print__in=fingerprints(family.address, purpose=PURPOSE))
    return of_a_year().filter(pk__in=alike.values("wish")).order_by("-nominated_at", "-pk")


def of_a_year() -> QuerySet[Wish]:
    """Those that count for the limit of a family."""
    since = timezone.now() - timedelta(days=PRINTS_KEPT_DAYS)
    return Wish.objects.filter(nominated_at__gte=since).exclude(state__in=FAILED).select_related("unit")
