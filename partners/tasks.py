"""What follows from agreements by the clock, and files that nobody needs."""

from celery import shared_task
from django.utils import timezone

from partners.actions.agreement_plates import settle_all_plates
from partners.actions.notices import tell_of_agreements
from partners.actions.papers import sweep_documents
from partners.actions.standings import settle_all_standings, settle_months, settle_stages


@shared_task
def settle_agreements() -> int:
    """Hang and take down plates, and add up how obligations and stages stand; how many plates changed.

    By the dates of the rows, so that a run that was missed is made good by the next one, for the right days.
    """
    today = timezone.localdate()
    try:
        return settle_all_plates(today=today)
    finally:
        settle_stages(today=today)
        settle_all_standings(today=today)


@shared_task
def settle_obligation_months() -> int:
    """Note how obligations stand at the end of the month; how many."""
    return settle_months(today=timezone.localdate())


@shared_task
def tell_officers_of_agreements() -> int:
    """Tell officers once of agreements that end and of promises that fall behind; how many mails went out."""
    return tell_of_agreements(at=timezone.now())


@shared_task
def sweep_agreement_files() -> int:
    """Delete the files of documents that were removed, or never saved; how many."""
    return sweep_documents(at=timezone.now())
