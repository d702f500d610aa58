"""Django's sessions in the database, each with the person, the device and when it was last seen.

What is to be known of a session lies in the session itself and is copied into columns when it is saved: it goes along
when a session gets a new key, and costs no query beside those that there are.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from harbor_portal.lib.origin import origin_of

TOUCHED_EVERY = timedelta(minutes=5)
BEGAN, SEEN, ADDRESS, DEVICE = "began_at", "seen_at", "seen_address", "seen_device"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from stations.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.address, row.device = data.get(ADDRESS), data.get(DEVICE, "")
        row.began_at, row.seen_at = _moment(data.get(BEGAN)), _moment(data.get(SEEN))
        return row


def begin(request: Any) -> None:
    """Somebody gave their password: the session ends after its time, however much it is used."""
    now = timezone.now()
    request.session[BEGAN] = now.isoformat()
    request.session.set_expiry(now + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    _see(request, now)


def touch(request: Any) -> None:
    """Note that a session which the page asked for is in use: every few minutes, and when another device has it."""
    session = request.session
    if not session.accessed or SESSION_KEY not in session:
        return
    seen, now = _moment(session.get(SEEN)), timezone.now()
    is_other = session.get(DEVICE, "") != origin_of(request).device
    if seen is None or is_other or now - seen >= TOUCHED_EVERY:
        _see(request, now)


def _see(request: Any, now: datetime) -> None:
    origin = origin_of(request)
    request.session.update({SEEN: now.isoformat(), ADDRESS: origin.address, DEVICE: origin.device})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
