"""Whatever a device or a program sends is done once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import StaleState
from harbor_portal.lib.sealed import fingerprints
from services.models import SentWrite
from stations.models import Station, User

T = TypeVar("T")

KEPT_DAYS = 60
"""A device that was in a drawer for longer than this repeats nothing any more."""
PURPOSE = "sent"


@transaction.atomic
def do_once(*, station: Station, what: str, client_key: UUID, by: User, about: Any, do: Callable[[], T]) -> T | None:
    """What `do` answers, or None if this key did it before.

    `about` is all that was sent, as JSON holds it: the same key with another day or quantity is refused. What is
    refused leaves no key behind. A second sending at the same moment waits for the first: a late one that repeats
    "close" must not close what was opened again meanwhile.
    """
    _sent, is_new = _noted(client_key, station=station, what=what, by=by, about=about)
    return do() if is_new else None


@transaction.atomic
def make_once(*, what: str, client_key: UUID, by: User, about: Any, make: Callable[[], str]) -> str:
    """The code of what `make` made, now or when this key first came."""
    sent, is_new = _noted(client_key, station=None, what=what, by=by, about=about)
    if is_new:
        sent.made = make()
        sent.save(update_fields=["made"])
    return sent.made


def _noted(client_key: UUID, *, station: Station | None, what: str, by: User, about: Any) -> tuple[SentWrite, bool]:
    """The row of the key, and whether it is new."""
    prints = _prints(about)
    sent = SentWrite(client_key=client_key, station=station, what=what, by=by, at=timezone.now(), about=prints[0])
    try:
        with transaction.atomic():
            sent.save(force_insert=True)
    except IntegrityError:
        before = SentWrite.objects.get(pk=client_key)
    else:
        return sent, True
    of = station.pk if station else None
    if (before.station_id, before.what, before.by_id) != (of, what, by.pk):
        raise StaleState(_("This key was used for something else; nothing was done."))
    if before.about not in {*prints, ""}:
        raise StaleState(
            _("This key was used for another day or other figures; nothing was done. What is new needs a new key.")
        )
    return before, False


def _prints(about: Any) -> list[str]:
    """Keyed: what is sent about a family must not be guessed from what is left of it."""
    text = json.dumps(about, cls=DjangoJSONEncoder, sort_keys=True)
    return fingerprints(hashlib.sha256(text.encode()).hexdigest(), purpose=PURPOSE)


def sweep_keys(*, at: datetime) -> int:
    """Forget the keys that no device sends again; how many."""
    deleted, _by_model = SentWrite.objects.filter(at__lt=at - timedelta(days=KEPT_DAYS)).delete()
    return deleted
