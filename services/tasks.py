"""What is tidied up in the background."""

from celery import shared_task
from django.utils import timezone

from services.actions.activity_files import sweep_activity_files
from services.actions.escalation import escalate_overdue
from services.actions.faults import sweep_fault_photos
from services.actions.feedback import sweep_photos
from services.actions.grants import sweep_grant_files
from services.actions.inspections import sweep_inspection_photos
from services.actions.online import check_links as look_at_links
from services.actions.sent import sweep_keys
from services.actions.shares import forget_shares as forget
from services.actions.stories import end_stories as end_stories_without_consent
from services.actions.stories import sweep_story_photos
from services.actions.wish_claims import sweep_wish_photos


@shared_task
def sweep_feedback_files() -> int:
    """Delete the photos and papers of what visitors and staff send that were never saved; how many."""
    now = timezone.now()
    sweeps = (
        *(sweep_photos, sweep_fault_photos, sweep_inspection_photos, sweep_wish_photos, sweep_story_photos),
        *(sweep_grant_files, sweep_activity_files),
    )
    return sum(sweep(at=now) for sweep in sweeps)


@shared_task
def end_stories() -> int:
    """Withdraw the stories of which a consent has ended; how many."""
    return end_stories_without_consent(today=timezone.localdate())


@shared_task
def sweep_sent_keys() -> int:
    """Forget the keys that no keeper's device sends again; how many."""
    return sweep_keys(at=timezone.now())


@shared_task
def escalate() -> int:
    """Lay what is overdue before the unit above; how many."""
    return escalate_overdue(at=timezone.now())


@shared_task
def forget_shares() -> int:
    """Forget by which codes something was given out on days that are over; how many."""
    return forget(today=timezone.localdate())


@shared_task
def check_links() -> int:
    """Look whether the links of online services answer; how many were looked at."""
    return look_at_links(now=timezone.now())
