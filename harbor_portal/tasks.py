"""Work that joins several apps and runs by the clock."""

from celery import shared_task
from django.utils import timezone

from harbor_portal.open_data.files import Busy
from harbor_portal.open_data.files import write_open_data as write_files
from harbor_portal.privacy.erasing import erase_everything


@shared_task
def erase_personal_data() -> int:
    """Erase what is known of persons when its time is over (docs/privacy.md); how much."""
    return sum(erase_everything(at=timezone.now()).values())


@shared_task
def write_open_data() -> int:
    """Write the files for everybody anew; how many stations they hold, or 0 if somebody else is writing them."""
    try:
        return write_files().stations
    except Busy:
        return 0
