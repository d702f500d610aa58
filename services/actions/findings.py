"""What becomes of a finding: opened, handed to somebody, mended, looked at again.

Every step holds the row, asks who may, and finds out whether somebody else was quicker.
"""

import secrets
from collections.abc import Iterable
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.choices import FindingState, Severity
from services.deadlines import MEND_DAYS, RECHECK_DAYS, working_days_from
from services.models import Finding, Inspection, InspectionAnswer
from services.models.inspections import MAX_REMARK
from services.policies import refuse_unless_may_check
from stations.actions.records import save_with_history
from stations.models import Station, User
from stations.policies import may_record, refuse_unless_may_record


def open_failed(*, inspection: Inspection, failed: Iterable[InspectionAnswer], by: User) -> None:
    """One finding for each failed item, in the transaction of the caller."""
    for answer in failed:
        finding = _new(inspection.station, Severity(answer.item.severity), by)
        finding.inspection, finding.item = inspection, answer.item
        finding.text, finding.photo = answer.remark, answer.photo
        save_with_history(finding, by=by, reason="found")


@transaction.atomic
def open_finding(*, station: Station, text: str, severity: Severity, by: User, photo: bytes = b"") -> Finding:
    """Say what is wrong besides what a form asks."""
    refuse_unless_may_record(by, station)
    finding = _new(station, severity, by)
    finding.text = _said(text, "text")
    if photo:
        finding.photo = keep_photo(photo)
    save_with_history(finding, by=by, reason="found")
    return finding


def _new(station: Station, severity: Severity, by: User) -> Finding:
    now = timezone.now()
    due = working_days_from(timezone.localdate(now), MEND_DAYS[severity])
    return Finding(station=station, severity=severity, opened_at=now, opened_by=by, due_date=due, first_due_date=due)


@transaction.atomic
def hand_finding(*, finding: Finding, to: User, by: User) -> Finding:
    """Say who looks after it: oneself, or another keeper or officer of the station."""
    found = _held(finding, FindingState.OPEN)
    refuse_unless_may_record(by, found.station)
    if not may_record(to, found.station):
        raise Invalid("to", _("%(name)s neither keeps this station nor is an officer of it.") % {"name": to})
    found.owner = to
    save_with_history(found, by=by, reason="handed over")
    return found


@transaction.atomic
def mend_finding(*, finding: Finding, text: str, by: User, photo: bytes = b"") -> Finding:
    """Say what was done; from then on somebody else looks again, with a deadline of their own."""
    found = _held(finding, FindingState.OPEN)
    refuse_unless_may_record(by, found.station)
    now = timezone.now()
    found.mended_text = _said(text, "text")
    found.state, found.mended_at, found.mended_by = FindingState.MENDED, now, by
    found.owner = found.owner or by
    found.mended_photo = keep_photo(photo) if photo else ""
    _due(found, working_days_from(timezone.localdate(now), RECHECK_DAYS))
    save_with_history(found, by=by, reason="mended")
    return found


@transaction.atomic
def check_finding(*, finding: Finding, is_mended: bool, text: str, by: User) -> Finding:
    """Look again: it is closed, or open once more with a new deadline. Never by the one who mended it."""
    found = _held(finding, FindingState.MENDED)
    refuse_unless_may_check(by, found.station)
    if found.mended_by_id == by.pk:
        raise Refused(_("You mended it yourself: another officer of the station, or of a unit above, looks again."))
    if not is_mended:
        text = _said(text, "text")
    now = timezone.now()
    found.checked_at, found.checked_by, found.checked_text = now, by, _short(text.strip(), "text")
    if is_mended:
        found.state = FindingState.CLOSED
    else:
        found.state, found.round = FindingState.OPEN, found.round + 1
        _due(found, working_days_from(timezone.localdate(now), MEND_DAYS[found.severity]))
    save_with_history(found, by=by, reason="closed" if is_mended else "not mended")
    return found


def _due(finding: Finding, day: date) -> None:
    """A new step has a deadline of its own, and begins with those who look after the station."""
    finding.due_date = day
    finding.escalated_to, finding.escalated_at, finding.escalates_date = None, None, None


def _held(finding: Finding, state: FindingState) -> Finding:
    """The finding in that state and in the round that the caller saw; else somebody was quicker."""
    rows = Finding.objects.select_for_update(of=("self",)).select_related("station", "owner", "item")
    found: Finding = rows.get(pk=finding.pk)
    if (found.state, found.round) != (state, finding.round):
        raise StaleState(
            _("Somebody else was quicker: this finding is now “%(state)s”. Look again before you change it.")
            % {"state": found.get_state_display()}
        )
    return found


def keep_photo(content: bytes) -> "ContentFile[bytes]":
    # Should the transaction fail, the file stays behind without a row, and `sweep_inspection_photos` takes it away.
    return ContentFile(content, f"{secrets.token_hex(8)}.webp")


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Invalid(field, _("Say it in a few words."))
    return _short(text.strip(), field)


def _short(text: str, field: str) -> str:
    if len(text) > MAX_REMARK:
        raise Invalid(field, _("At most %(most)d characters.") % {"most": MAX_REMARK})
    return text
