"""The signed address at which somebody without an account reads how an agreement is kept.

The signature is made with the portal's secret key, so that nobody finds the page of an agreement by counting; until
when it holds, and whether it was withdrawn, stands in the row.
"""

from datetime import date
from typing import Literal

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from partners.models import AgreementLink

SALT = "partners.links"
LENGTH = 22
"""Characters of 6 bits each: what stands behind the address is not for everybody."""

Verdict = Literal["holds", "expired", "withdrawn"]


def link_key(link: AgreementLink) -> str:
    return _key(link.pk, settings.SECRET_KEY)


def link_address(link: AgreementLink) -> str:
    """What is sent to the other side."""
    return f"{settings.PUBLIC_URL}{reverse('compliance', args=[link_key(link)])}"


def find_link(key: str) -> AgreementLink | None:
    """The row behind a key; None for a key that nobody signed. One query at most.

    Links outlive a change of the secret key as long as the former one stands in SECRET_KEY_FALLBACKS.
    """
    number = key.partition("-")[0]
    if not number.isascii() or not number.isdecimal() or len(number) > 12:
        return None
    keys = (_key(int(number), secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    if not any(constant_time_compare(key, known) for known in keys):
        return None
    return AgreementLink.objects.filter(pk=int(number)).first()


def judge(link: AgreementLink, today: date) -> Verdict:
    if link.withdrawn_at:
        return "withdrawn"
    return "expired" if link.expires_date < today else "holds"


def _key(number: int, secret: str) -> str:
    return f"{number}-{Signer(key=secret, salt=SALT).signature(str(number))[:LENGTH]}"
