"""Money for stations: applied for, approved or refused, paid, accounted for. No payment is made here."""

import secrets
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from harbor_portal.lib.files import sweep_folder
from services.grant_choices import GRANTED, GrantKind, GrantState
from services.grant_policies import (
    refuse_unless_may_add_paper,
    refuse_unless_may_apply,
    refuse_unless_may_decide,
    refuse_unless_may_give,
    refuse_unless_open,
)
from services.models import Grant, GrantBatch, GrantFile
from services.models.grants import GRANT_FOLDER, MAX_WORDS
from services.papers import Paper
from stations.actions.records import save_with_history
from stations.models import Station, User

MOST_FILES = 12


@transaction.atomic
def save_batch(*, batch: GrantBatch, by: User) -> GrantBatch:
    """Announce it, or change its terms: the budget never falls below what was granted already."""
    refuse_unless_may_give(by, batch.unit)
    if batch.pk:
        held: GrantBatch = GrantBatch.objects.select_for_update(of=("self",)).select_related("unit").get(pk=batch.pk)
        refuse_unless_may_give(by, held.unit)
        refuse_less_than_granted(held, batch.budget)
    save_with_history(batch, by=by, reason="changed" if batch.pk else "announced")
    return batch


@transaction.atomic
def apply_for_grant(
    *, batch: GrantBatch, station: Station, amount: Decimal | None, purpose: str, by: User, star: int | None = None
) -> Grant:
    refuse_unless_may_apply(by, station)
    refuse_unless_open(batch, station, timezone.localdate())
    if (batch.kind == GrantKind.REWARD) != (star is not None):
        raise Invalid("star", _("A reward by star says which star, and nothing else does."))
    grant = Grant(batch=batch, station=station, star=star, applied_by=by, applied_at=timezone.now())
    grant.amount_asked, grant.purpose = _some(amount, "amount"), _said(purpose, "purpose")
    if amount is not None and amount > batch.budget:
        raise Invalid("amount", _("The whole batch has %(budget)s yuan.") % {"budget": batch.budget})
    save_with_history(grant, by=by, reason="applied")
    return grant


@transaction.atomic
def approve_grant(*, grant: Grant, amount: Decimal | None, reason: str, by: User) -> Grant:
    """Grant all or part of what was asked, as long as the batch has it. Whoever approves from a batch takes turns."""
    # The batch before the grant, as everybody does: what is left is what nobody else grants meanwhile.
    batch = GrantBatch.objects.select_for_update(of=("self",)).get(pk=grant.batch_id)
    found = _held(grant, GrantState.APPLIED)
    refuse_unless_may_decide(by, found)
    sum_ = _some(amount, "amount")
    if sum_ > found.amount_asked:
        raise Invalid("amount", _("No more is granted than was asked for: %(asked)s.") % {"asked": found.amount_asked})
    left = batch.budget - granted_of(batch)
    if sum_ > left:
        raise Invalid("amount", _("The batch has %(left)s yuan left.") % {"left": left})
    found.state, found.amount, found.reason = GrantState.APPROVED, sum_, _short(reason, "reason")
    return _decided(found, by, "approved")


@transaction.atomic
def refuse_grant(*, grant: Grant, reason: str, by: User) -> Grant:
    found = _held(grant, GrantState.APPLIED)
    refuse_unless_may_decide(by, found)
    found.state, found.reason = GrantState.REFUSED, _said(reason, "reason")
    return _decided(found, by, "refused")


@transaction.atomic
def note_payment(*, grant: Grant, day: date | None, by: User) -> Grant:
    """It was paid, elsewhere, on that day."""
    found = _held(grant, GrantState.APPROVED)
    refuse_unless_may_give(by, found.batch.unit)
    assert found.decided_at is not None
    if day is None or not timezone.localdate(found.decided_at) <= day <= timezone.localdate():
        raise Invalid("day", _("It was paid on a day after it was approved, and not in the future."))
    found.state, found.paid_date = GrantState.PAID, day
    save_with_history(found, by=by, reason="paid")
    return found


@transaction.atomic
def account_for_grant(*, grant: Grant, spent: Decimal | None, account: str, by: User) -> Grant:
    """Say what it was spent on, with the papers that show it; what is left goes back."""
    found = _held(grant, GrantState.PAID)
    refuse_unless_may_apply(by, found.station)
    assert found.amount is not None
    if spent is None or not 0 <= spent <= found.amount:
        raise Invalid("spent", _("Between nothing and what was paid: %(amount)s.") % {"amount": found.amount})
    if not papers_of_account(found).exists():
        raise Invalid("file", _("An account needs its papers: add an invoice or a list first."))
    found.state, found.amount_spent, found.account = GrantState.ACCOUNTED, spent, _said(account, "account")
    found.accounted_by, found.accounted_at = by, timezone.now()
    save_with_history(found, by=by, reason="accounted for")
    return found


@transaction.atomic
def add_grant_file(*, grant: Grant, paper: Paper, by: User) -> GrantFile:
    """Nothing is added to what is closed."""
    found = _held(grant, *GrantState)
    if found.state in {GrantState.ACCOUNTED, GrantState.REFUSED}:
        raise Refused(_("This grant is closed; its papers stay as they are."))
    refuse_unless_may_add_paper(by, found)
    rows = papers_of_account(found) if found.state == GrantState.PAID else found.files.all()
    if rows.count() >= MOST_FILES:
        raise Invalid("file", _("At most %(most)d papers.") % {"most": MOST_FILES})
    row = GrantFile(grant=found, name=paper.name, by=by, at=timezone.now())
    # Should the transaction fail, the file stays behind without a row, and the sweep takes it away.
    row.file = paper.as_file(secrets.token_hex(8))
    save_with_history(row, by=by, reason="added")
    return row


def refuse_less_than_granted(batch: GrantBatch, budget: Decimal) -> None:
    if batch.pk and budget < (granted := granted_of(batch)):
        raise Invalid("budget", _("%(granted)s yuan have been granted already.") % {"granted": granted})


def papers_of_account(grant: Grant) -> QuerySet[GrantFile]:
    """Those added since it was noted as paid: what came with the application or the decision accounts for nothing."""
    paid = grant.history.filter(state=GrantState.PAID).order_by("history_id").values("history_date")[:1]
    return GrantFile.objects.filter(grant=grant, at__gte=paid)


def granted_of(batch: GrantBatch) -> Decimal:
    rows = Grant.objects.filter(batch=batch, state__in=GRANTED)
    found: Decimal = rows.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    return found


def sweep_grant_files(*, at: datetime) -> int:
    """Delete the papers that no row names and that are not of the last day. How many."""
    return sweep_folder(GRANT_FOLDER, set(GrantFile.objects.values_list("file", flat=True)), at=at)


def _decided(found: Grant, by: User, reason: str) -> Grant:
    found.decided_by, found.decided_at = by, timezone.now()
    save_with_history(found, by=by, reason=reason)
    return found


def _held(grant: Grant, *states: GrantState) -> Grant:
    rows = Grant.objects.select_for_update(of=("self",)).select_related("batch__unit", "station")
    found: Grant = rows.get(pk=grant.pk)
    if found.state not in states:
        raise StaleState(
            _("Somebody else was quicker: this grant is now “%(state)s”. Look again before you change it.")
            % {"state": found.get_state_display()}
        )
    return found


def _some(amount: Decimal | None, field: str) -> Decimal:
    if amount is None or amount <= 0:
        raise Invalid(field, _("An amount is more than nothing."))
    return amount


def _said(text: str, field: str) -> str:
    if not (text := _short(text, field)):
        raise Invalid(field, _("Say it in a few words."))
    return text


def _short(text: str, field: str) -> str:
    text = " ".join(text.split())
    if len(text) > MAX_WORDS:
        raise Invalid(field, _("At most %(most)d characters.") % {"most": MAX_WORDS})
    return text
