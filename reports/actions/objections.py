"""Objecting to proposed stars, and deciding about it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from reports.models import Assessment, Objection
from reports.models.assessments import MOST_WORDS
from reports.models.rubrics import MOST_STARS
from reports.stars.choices import ObjectionState, RoundState
from reports.stars.policies import refuse_unless_may_decide_objection, why_no_objection
from stations.actions.records import save_with_history
from stations.models import User


@transaction.atomic
def object_to(*, assessment: Assessment, text: str, by: User, today: date) -> Objection:
    """Say what is wrong with the proposed stars; one objection at a time."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("round", "station")
    found: Assessment = rows.get(pk=assessment.pk)
    if reason := why_no_objection(by, found, today):
        raise Refused(reason)
    if found.objections.filter(state=ObjectionState.OPEN).exists():
        raise StaleState(_("There is an objection already that nobody has decided yet."))
    made = Objection(assessment=found, text=_said(text, "text"), by=by, at=timezone.now())
    save_with_history(made, by=by, reason="objected")
    return made


@transaction.atomic
def decide_objection(*, objection: Objection, star: int | None, answer: str, by: User) -> Objection:
    """With the stars that it comes to where it is upheld; nothing where it is not. Always with the reason."""
    rows = Objection.objects.select_for_update(of=("self",)).select_related("assessment__round__unit")
    found: Objection = rows.get(pk=objection.pk)
    refuse_unless_may_decide_objection(by, found)
    if found.state != ObjectionState.OPEN or found.assessment.round.state != RoundState.PROPOSED:
        raise StaleState(_("Somebody else was quicker: this objection is decided, or its assessment is over."))
    if star is not None and not 0 <= star <= MOST_STARS:
        raise Invalid("star", _("A station has no star, or up to five."))
    found.answer, found.star_after = _said(answer, "answer"), star
    found.state = ObjectionState.REFUSED if star is None else ObjectionState.UPHELD
    found.decided_by, found.decided_at = by, timezone.now()
    save_with_history(found, by=by, reason="decided")
    if star is not None:
        assessment = Assessment.objects.select_for_update().get(pk=found.assessment_id)
        assessment.star = star
        save_with_history(assessment, by=by, reason="objection upheld")
    return found


def _said(text: str, field: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid(field, _("Say it in a few words."))
    if len(text) > MOST_WORDS:
        raise Invalid(field, _("At most %(most)d characters.") % {"most": MOST_WORDS})
    return text
