"""Mutual recognition goes both ways: each side agrees to hang the other's plates at its own stations."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import StaleState
from partners.actions.agreements import draft_agreement
from partners.agreement_policies import refuse_if_over, refuse_unless_may_answer
from partners.models import Agreement, Partner
from stations.actions.records import save_with_history
from stations.models import User


@transaction.atomic
def answer_agreement(*, agreement: Agreement, by: User) -> Agreement:
    """The draft by which the other side grants its own stations the plates of the side that signed first."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("unit", "partner__unit")
    held: Agreement | None = rows.filter(pk=agreement.pk).first()
    if held is None:
        raise StaleState(_("This draft was deleted meanwhile."))
    refuse_unless_may_answer(by, held)
    today = timezone.localdate()
    refuse_if_over(held, today)
    assert held.partner
    assert held.partner.unit
    draft = draft_agreement(
        by=by,
        kind=held.kind,
        title=held.title,
        number="",
        unit=held.partner.unit,
        partner=Partner.objects.filter(unit=held.unit, merged_into=None).order_by("pk").first(),
        programme=held.own_programme,
        own_programme=held.programme,
        covered_unit=held.partner.unit,
        since=max(held.since, today),
        until=held.until,
        summary=held.summary,
        remark="",
    )
    draft.answers = held
    save_with_history(draft, by=by, reason=_("the other way round to what %(unit)s signed") % {"unit": held.unit})
    return draft
