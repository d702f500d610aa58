"""What people do with their own account: how they can be reached, and where they are logged in."""

import hashlib
from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, StaleState
from stations.actions.records import save_with_history
from stations.models import Session, User


@transaction.atomic
def update_profile(*, user: User, name: str, phone: str, email: str) -> None:
    """One's own name and how to be reached; nothing is written when nothing differs."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if not name.strip():
        raise Invalid("name", _("Say who you are: the name stands beside what you record."))
    values = {"name": name.strip(), "phone": phone.strip(), "email": email.strip()}
    if all(getattr(row, field) == value for field, value in values.items()):
        return
    for field, value in values.items():
        setattr(row, field, value)
    save_with_history(row, by=user, reason=_("Own profile"))


def sessions_of(user: User, at: datetime) -> list[Session]:
    """Where the person is logged in; a session from before the last change of the password opens nothing any more."""
    valid = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return [row for row in Session.objects.of(user, at) if _is_valid(row, valid)]


def handle_of(key: str | None) -> str:
    """By what a page names a session: its key would let in whoever reads the page."""
    return hashlib.sha256((key or "").encode()).hexdigest()[:16]


def end_session(*, user: User, handle: str) -> None:
    """Log one device out, at once."""
    for row in Session.objects.of(user, timezone.now()):
        if constant_time_compare(handle_of(row.session_key), handle):
            row.delete()
            return
    raise StaleState(_("This log-in has ended already."))


def end_other_sessions(*, user: User, keep: str | None) -> int:
    """Log every other device out, at once; how many."""
    others = Session.objects.filter(user=user).exclude(session_key=keep or "")
    count: int = others.delete()[0]
    return count


def _is_valid(row: Session, valid: list[str]) -> bool:
    said = row.get_decoded().get(HASH_SESSION_KEY, "")
    return any(constant_time_compare(said, one) for one in valid)
