"""Work on reports of visitors that runs in the background."""

from celery import shared_task
from django.utils import timezone

from services.actions.feedback import sweep_photos


@shared_task
def sweep_feedback_files() -> int:
    """Delete the photos of reports that were never saved; how many."""
    return sweep_photos(at=timezone.now())
