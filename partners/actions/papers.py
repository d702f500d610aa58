"""Documents of an agreement, and links by which its page of compliance is given away."""

import secrets
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.files import sweep_folder
from partners.actions.agreements import locked
from partners.documents import Paper
from partners.models import Agreement, AgreementDocument, AgreementLink
from partners.models.papers import DOCUMENT_FOLDER
from stations.actions.records import delete_with_history, save_with_history
from stations.models import User

LONGEST = timedelta(days=366)
"""A link that nobody remembers must not be open for ever."""


@transaction.atomic
def add_document(*, agreement: Agreement, title: str, paper: Paper, by: User) -> AgreementDocument:
    """Papers may be added for as long as the agreement is kept here, also when it is over."""
    held = locked(agreement, by)
    document = AgreementDocument(agreement=held, title=title.strip(), size=len(paper.content), by=by, at=timezone.now())
    document.file.save(f"{secrets.token_hex(8)}.{paper.ending}", ContentFile(paper.content), save=False)
    save_with_history(document, by=by, reason=_("added"))
    return document


@transaction.atomic
def remove_document(*, document: AgreementDocument, by: User) -> None:
    """Its file goes with the next sweep; that there was one, history tells."""
    locked(document.agreement, by)
    delete_with_history(document, by=by, reason=_("removed"))


@transaction.atomic
def give_link(*, agreement: Agreement, given_to: str, until: date, by: User) -> AgreementLink:
    held = locked(agreement, by)
    today = timezone.localdate()
    if not held.signed_date:
        raise Refused(_("A draft is nobody else's yet: sign it first."))
    if not today <= until <= today + LONGEST:
        raise Invalid("until", _("A link holds from today on for a year at most; give a new one then."))
    link = AgreementLink(agreement=held, given_to=given_to.strip(), expires_date=until, by=by, at=timezone.now())
    save_with_history(link, by=by, reason=_("given away"))
    return link


@transaction.atomic
def withdraw_link(*, link: AgreementLink, by: User) -> AgreementLink:
    """From now on the address says that it no longer holds."""
    locked(link.agreement, by)
    row: AgreementLink = AgreementLink.objects.select_for_update().get(pk=link.pk)
    if row.withdrawn_at:
        raise StaleState(_("This link is withdrawn already."))
    row.withdrawn_at = timezone.now()
    save_with_history(row, by=by, reason=_("withdrawn"))
    return row


def sweep_documents(*, at: datetime) -> int:
    """Delete the files that no document names. How many."""
    return sweep_folder(DOCUMENT_FOLDER, set(AgreementDocument.objects.values_list("file", flat=True)), at=at)
