"""The files of photos beside proposals."""

from datetime import datetime

from harbor_portal.lib.files import sweep_folder
from stations.models import ChangeRequest
from stations.models.change_requests import PROPOSAL_FOLDER


def sweep_proposal_photos(*, at: datetime) -> int:
    """Delete the files that no request names and that are not of the last day: left by saves that failed. How many."""
    named = set(ChangeRequest.objects.exclude(photo="").values_list("photo", flat=True))
    return sweep_folder(PROPOSAL_FOLDER, named, at=at)
