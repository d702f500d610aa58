"""Something at a station is broken: said by its keeper, with a photo if there is one."""

import secrets
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from harbor_portal.lib.files import sweep_folder
from services.models import FaultPhoto
from services.models.faults import FAULT_FOLDER
from stations.actions.amenities import report_broken
from stations.models import StationAmenity, User


@transaction.atomic
def report_fault(
    *, amenity: StationAmenity, by: User, due_back: date | None, note: str, photo: bytes = b""
) -> StationAmenity:
    """Out of order; with a picture that `clean_image` has made anew, or none."""
    row = report_broken(amenity=amenity, by=by, due_back=due_back, note=note)
    if photo:
        # Should the transaction fail, the file stays behind without a row, and `sweep_fault_photos` takes it away.
        file = ContentFile(photo, f"{secrets.token_hex(8)}.webp")
        FaultPhoto.objects.create(amenity=row, photo=file, by=by, at=timezone.now())
    return row


def sweep_fault_photos(*, at: datetime) -> int:
    """Delete the files that no fault names and that are not of the last day: left by saves that failed. How many."""
    return sweep_folder(FAULT_FOLDER, set(FaultPhoto.objects.values_list("photo", flat=True)), at=at)
