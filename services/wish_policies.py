"""Who may do what with a wish, and what no public text may say."""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from services.models import StoryConsent, Wish, WishClaim, WishFamily
from stations.choices import Role
from stations.models import Unit, User
from stations.policies import refuse_unless_may_lead, units_led_by
from stations.scope import scope_of

Sealing = WishFamily | WishClaim | StoryConsent
"""Whose name is sealed."""
MOST_A_YEAR = 2
"""Wishes of one family that may be nominated within a year."""
_NUMBER = re.compile(r"[0-9]{7,}|[0-9]{17}[0-9Xx]")
_SHORTEST_PART = 7
"""Letters of an address: what is shorter ("济南市历下区") says nothing about one family."""


def refuse_unless_may_nominate(by: User, unit: Unit) -> None:
    refuse_unless_may_lead(by, unit)


def refuse_unless_may_check(by: User, wish: Wish) -> None:
    """Officers and officials of the unit, or of one above: never the one who nominated it."""
    scope = scope_of(by)
    if not scope.holds(wish.unit.path, Role.OFFICER, Role.REVIEWER):
        raise Refused(
            _("Only officers and officials of %(unit)s, or of a unit above it, check its wishes.") % {"unit": wish.unit}
        )
    if wish.nominated_by_id == by.pk:
        raise Refused(_("You nominated it yourself: another officer of the unit, or of a unit above, checks it."))


def offers_of_units(wish: Wish, by: User) -> QuerySet[WishClaim]:
    """What units for which the person speaks have offered, the last first."""
    rows: QuerySet[WishClaim] = WishClaim.objects.filter(wish=wish, unit__in=units_led_by(by)).select_related("unit")
    return rows.order_by("-asked_at", "-pk")


def refuse_when_late(wish: Wish) -> None:
    if wish.needed_by < timezone.localdate():
        raise Refused(_("The day by which it is needed is over: %(day)s.") % {"day": date_format(wish.needed_by)})


def may_read_sealed(by: User, wish: Wish) -> bool:
    return scope_of(by).holds(wish.unit.path, Role.OFFICER)


def refuse_unless_may_read(by: User, wish: Wish) -> None:
    """Who the family is, is known to those who look after its wish, and to nobody who only supervises."""
    if not may_read_sealed(by, wish):
        raise Refused(
            _("Only officers of %(unit)s, or of a unit above it, may read this. Ask one of them.") % {"unit": wish.unit}
        )


def refuse_identifying(whose: Sealing, **texts: str) -> None:
    """What everybody may read, or many of the staff, must not say whose wish it is."""
    secrets = [secret for secret in _secrets(whose) if secret]
    for field, text in texts.items():
        plain = _plain(text)
        if _NUMBER.search(plain):
            raise Invalid(field, _("No telephone or identity numbers here: everybody may read this."))
        if any(secret in plain for secret in secrets):
            raise Invalid(field, _recognised(whose))


def _recognised(whose: Sealing) -> str:
    if isinstance(whose, WishFamily):
        return _("This says who the family is. Say it so that nobody is recognised: everybody may read it.")
    return _("This says who it is. Say it so that nobody is recognised: others read the log.")


def _secrets(whose: Sealing) -> Iterable[str]:
    fields = ("name", "phone", "address", "contact")
    name, phone, address, contact = (_said(getattr(whose, field, "")) for field in fields)
    yield _plain(name) if len(name) > 1 else ""
    yield _plain(phone)
    yield _plain(contact)
    home = _plain(address)
    yield from (home[at : at + _SHORTEST_PART] for at in range(max(1, len(home) - _SHORTEST_PART + 1)))


def _said(value: object) -> str:
    """Of a row that was just made, the text itself."""
    return value if isinstance(value, str) else value.reveal()  # type: ignore[attr-defined]  # `Sealed`


def _plain(text: str) -> str:
    """As it is read, whichever way it is typed: １３８-… is a number, too, also with letters that nobody sees."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return "".join(re.sub(r"[-‐-―.·]", "", seen).split()).casefold()
