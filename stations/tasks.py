"""Work on stations that runs in the background."""

from typing import Any
from uuid import UUID

from celery import Task, shared_task
from django.utils import timezone

from harbor_portal.lib.queue import send_on_commit
from stations.actions import suspensions, uploads
from stations.actions.proposal_photos import sweep_proposal_photos
from stations.actions.showing import sweep_photos
from stations.models import Upload
from stations.publishing.publisher import Busy, publish_everything, publish_noted


@shared_task(bind=True, max_retries=None)
def publish_changes(self: Task[Any, int]) -> int:
    """Publish what `mark_changed` noted; comes back if another publisher is at work. How many changes there were."""
    try:
        return publish_noted()
    except Busy as busy:
        raise self.retry(countdown=2) from busy


@shared_task
def publish_map() -> int:
    """Publish everything anew; the number of leaves."""
    return publish_everything()


@shared_task
def end_suspensions() -> int:
    """Put back on the map what was suspended until yesterday; how many."""
    return suspensions.end_suspensions(today=timezone.localdate())


@shared_task
def sweep_photo_files() -> int:
    """Delete the files of photos that were never saved; how many."""
    now = timezone.now()
    return sweep_photos(at=now) + sweep_proposal_photos(at=now)


@shared_task
def work_on_upload(pk: str) -> str:
    """Check, enter or take back one list; the state in which it is left."""
    return uploads.work_on(UUID(pk))


@shared_task
def sweep_uploads() -> int:
    """Work on the lists that a lost message or a dead worker left behind; how many. What waited for a day goes."""
    uploads.drop_old(at=timezone.now())
    waiting = list(Upload.objects.under_way().order_by("moved_at").values_list("pk", flat=True))
    for pk in waiting:
        uploads.work_on(pk)
    return len(waiting)


def see_to(upload: Upload) -> None:
    """Have done what the list waits for: at once if it is small, else in the worker."""
    if upload.size <= uploads.AT_ONCE_BYTES:
        uploads.work_on(upload.pk)
        upload.refresh_from_db()
    else:
        send_on_commit(work_on_upload, str(upload.pk))
