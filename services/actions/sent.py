"""Whatever a device sends is done once, however often it is sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from services.models import SentWrite
from stations.models import Station, User

T = TypeVar("T")

KEPT_DAYS = 60
"""A device that was in a drawer for longer than this repeats nothing any more."""


@transaction.atomic
def do_once(*, station: Station, what: str, client_key: UUID, by: User, do: Callable[[], T]) -> T | None:
    """What `do` answers, or None if this key did it before.

    What is refused leaves no key behind. A second sending at the same moment waits for the first: a late one that
    repeats "close" must not close what was opened again meanwhile.
    """
    sent = SentWrite(client_key=client_key, station=station, what=what, by=by, at=timezone.now())
    try:
        with transaction.atomic():
            sent.save(force_insert=True)
    except IntegrityError as error:
        before = SentWrite.objects.get(pk=client_key)
        if (before.station_id, before.what, before.by_id) != (station.pk, what, by.pk):
            raise Refused(_("This key was used for something else; nothing was done.")) from error
        return None
    return do()


def sweep_keys(*, at: datetime) -> int:
    """Forget the keys that no device sends again; how many."""
    deleted, _by_model = SentWrite.objects.filter(at__lt=at - timedelta(days=KEPT_DAYS)).delete()
    return deleted
