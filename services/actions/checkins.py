"""A visitor's own line in the ledger: the check-in by the code on the door."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from services.actions.ledger import locked_day
from services.actions.visits import Bucket, Sender, write_line
from services.choices import EntryKind, Method, Source, WorkerGroup
from services.models import Visit, VisitEntry
from services.policies import refuse_unless_in_service
from stations.models import Station

NAMESPACE = UUID("0d6b7c1e-6a0e-5f3c-9a53-2f1f6f0b8d11")


def checkin_key(station: Station, device: str, at: datetime) -> UUID:
    """One key for each device, station and hour. It does not lead back to the device, whose token is random."""
    return uuid5(NAMESPACE, f"{device}:{station.code}:{timezone.localtime(at):%Y-%m-%d:%H}")


def checked_in(key: UUID) -> VisitEntry | None:
    """The line of this device, station and hour, if there is one."""
    return VisitEntry.objects.filter(client_key=key, source=Source.CHECK_IN).first()


@transaction.atomic
def check_in(*, station: Station, group: WorkerGroup, device: str, at: datetime) -> VisitEntry:
    """Count one visit by scan; a second one of the same device in the same hour answers with the first.

    Whether the code on the door was scanned is for the caller to judge.
    """
    key = checkin_key(station, device, at)
    if sent := checked_in(key):
        return sent
    now = timezone.localtime(at)
    record = locked_day(station, now.date())
    refuse_unless_in_service(station=station, day=now.date())
    if sent := checked_in(key):
        return sent
    bucket = Bucket(station, now.date(), group, Method.SCAN, None if _is_counted_whole(station, at) else now.hour)
    return write_line(record, bucket, Sender(None, Source.CHECK_IN, key), EntryKind.ADD, 1)


def _is_counted_whole(station: Station, at: datetime) -> bool:
    """Within a method a day is by the hour or whole; where somebody has typed a figure for all of it, that grows."""
    scans = Visit.objects.filter(station=station, date=timezone.localdate(at), method=Method.SCAN, hour=None)
    return scans.filter(count__gt=0).exists()
