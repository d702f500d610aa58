"""The signed address that the code shown at the venue of an activity holds.

As with the code on a station's door: whoever knows the public code of an activity could otherwise check in from
anywhere. It is shown only while people are there, so nobody renews it.
"""

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from services.models import Activity

SALT = "services.activities"
LENGTH = 10
"""Characters of 6 bits each."""


def venue_address(activity: Activity) -> str:
    """What the code at the venue holds."""
    key = _key(activity.code, settings.SECRET_KEY)
    return f"{settings.PUBLIC_URL}{reverse('activity_checkin', args=[activity.code])}?k={key}"


def is_of_venue(activity: Activity, key: str) -> bool:
    """Whether this is what the code at the venue holds."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(key, _key(activity.code, secret)) for secret in secrets)


def _key(code: str, secret: str) -> str:
    return Signer(key=secret, salt=SALT).signature(code)[:LENGTH]
