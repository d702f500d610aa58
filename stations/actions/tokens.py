"""Keys with which programs act for a person: made and withdrawn by that person, shown once, kept as a digest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from stations.actions.records import save_with_history
from stations.models import ApiToken, User

PREFIX = "hp_"
"""So that a key which got into a file or a log is known for what it is."""
LIFETIMES = (30, 90, 365)
"""Days for which a key may be made."""
MOST = 10
"""Keys in force that one person has at once."""
TOUCHED_EVERY = timedelta(minutes=10)


@transaction.atomic
def make_token(*, by: User, name: str, days: int) -> tuple[ApiToken, str]:
    """The row, and the key itself, which nobody can read again."""
    User.objects.select_for_update().get(pk=by.pk)
    now, name = timezone.now(), " ".join(name.split())
    if not name:
        raise Invalid("name", _("Say which program it is for: the name stands beside what it records."))
    if days not in LIFETIMES:
        raise Invalid("days", _("Choose from the list."))
    if ApiToken.objects.filter(user=by).valid(now).count() >= MOST:
        raise Refused(_("You have %(most)d keys in force. Withdraw one that is not needed.") % {"most": MOST})
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=by,
        name=name,
        digest=digest_of(key),
        hint=key[-4:],
        password_mark=by.get_session_auth_hash(),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    save_with_history(token, by=by, reason=_("Key made"))
    return token, key


@transaction.atomic
def withdraw_token(*, by: User, pk: int) -> None:
    """At once and for good. One's own, or as the administrator anybody's."""
    own = ApiToken.objects.visible_to(by).select_for_update(of=("self",))
    token = own.filter(pk=pk, withdrawn_at=None).first()
    if token is None:
        raise StaleState(_("This key opens nothing any more already."))
    token.withdrawn_at = timezone.now()
    save_with_history(token, by=by, reason=_("Key withdrawn"))


def token_of(key: str, at: datetime) -> ApiToken | None:
    """The token that this key opens now; noted as used, every ten minutes at most."""
    if not key.startswith(PREFIX):
        return None
    token = ApiToken.objects.valid(at).select_related("user").filter(digest=digest_of(key)).first()
    if token is None or not is_in_force(token):
        return None
    if token.used_at is None or at - token.used_at >= TOUCHED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=at)
    return token


def is_in_force(token: ApiToken) -> bool:
    """Beside its time: its owner is still here, with the password of when it was made."""
    user = token.user
    marks = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user.is_active and any(constant_time_compare(token.password_mark, mark) for mark in marks)


def digest_of(key: str) -> str:
    """Of 256 bits of chance, so that no salt and no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()
