"""The log of what was taken out of the back office, and how long it remembers from where."""

from datetime import datetime

from django.db.models import Q

from harbor_portal.lib.downloads import Taken
from harbor_portal.lib.history import forget_origins
from harbor_portal.lib.origin import KEPT, Origin
from stations.models import Download, Session, Upload, User


def log_download(*, by: User, what: Taken, file: str, size: int | None, sha256: str, origin: Origin) -> Download:
    return Download.objects.create(
        user=by,
        kind=what.kind,
        about=what.about[:300],
        file=file[-200:],
        format=file.rpartition(".")[2][:10] if "." in file else "",
        rows=what.rows,
        size=size,
        sha256=sha256,
        address=origin.address,
        device=origin.device,
    )


def forget_places(*, at: datetime) -> int:
    """Erase from where people did what they did longer than `KEPT` ago, and sessions that are over; how many rows."""
    before = at - KEPT
    known = Q(address__isnull=False) | ~Q(device="")
    count: int = Download.objects.filter(known, at__lt=before).update(address=None, device="")
    asked = Q(asked_address__isnull=False) | ~Q(asked_device="")
    count += Upload.objects.filter(asked, created_at__lt=before).update(asked_address=None, asked_device="")
    count += Session.objects.filter(expire_date__lt=at).delete()[0]
    return count + forget_origins(before=before)
