"""Reading what is sealed, which is written down; and erasing it, when the wish is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from services.actions.wishes import needed
from services.models import PersonalReading, Wish, WishClaim, WishFamily
from services.wish_policies import refuse_identifying, refuse_unless_may_read
from stations.models import User

SEALED = ("name", "phone", "address", "situation", "words")


@dataclass(frozen=True)
class Told:
    texts: dict[str, str]
    """By field."""
    photo: bytes = b""
    """Proof that the wish came true, which may show the family."""


@transaction.atomic
def read_sealed(*, wish: Wish, why: str, by: User, claim: WishClaim | None = None) -> Told:
    """What the family, or the person of an offer, told us. That it was read stays known."""
    refuse_unless_may_read(by, wish)
    reason = needed(why, "why")
    refuse_identifying(wish.family, why=reason)
    if claim:
        refuse_identifying(claim, why=reason)
    PersonalReading.objects.create(wish=wish, claim=claim, by=by, at=timezone.now(), why=reason)
    if claim:
        return Told(_texts(claim))
    photo: Any = wish.proof_photo
    return Told(_texts(wish.family), photo.reveal())


def _texts(row: WishFamily | WishClaim) -> dict[str, str]:
    return {name: getattr(row, name).reveal() for name in SEALED if getattr(row, name, None)}


def erase_families(*, at: datetime) -> int:
    """What the families said, and the photos that may show them, when their wishes are long over; how many."""
    with transaction.atomic():
        found = list(WishFamily.objects.to_erase(at).select_for_update(of=("self",)).values_list("pk", "wish"))
        wishes = [wish for _family, wish in found]
        photos = list(Wish.objects.filter(pk__in=wishes).exclude(proof_photo="").values_list("proof_photo", flat=True))
        WishFamily.objects.filter(pk__in=[pk for pk, _wish in found]).update(erased_at=at, **dict.fromkeys(SEALED, ""))
        Wish.objects.filter(pk__in=wishes).update(proof_photo="", community="")
        Wish.history.filter(id__in=wishes).update(proof_photo="", community="")
        transaction.on_commit(lambda: delete_files(photos))
    return len(found)


def erase_family_prints(*, at: datetime) -> int:
    """By which a second wish was known for one; how many families."""
    rows = WishFamily.objects.prints_to_erase(at)
    return int(rows.update(phone_print="", home_print=""))


def erase_claims(*, at: datetime) -> int:
    """How to reach the persons who offered; how many."""
    rows = WishClaim.objects.to_erase(at)
    return int(rows.update(erased_at=at, name="", phone=""))


def erase_readings(*, at: datetime) -> int:
    """Who opened what, years ago; how many."""
    return int(PersonalReading.objects.to_erase(at).delete()[0])


def delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
