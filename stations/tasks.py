"""Work on stations that runs in the background."""

from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from stations.actions import suspensions
from stations.actions.showing import sweep_photos
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
    return sweep_photos(at=timezone.now())
