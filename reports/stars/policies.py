"""Who assesses stations, who objects, and who decides.

- A rubric is written by officers and officials of its unit, or of one above it; a sample by the administrator. What is
  in force stays as it is; a new version follows it.
- The same people assess the stations of their unit by a rubric of the unit, of one above it, or by a sample.
- Officers of a station object to its proposed stars, until the day that the assessment names.
- An objection is decided by those who assess, never by whoever made it.
- Only officials show stars to the public, and take them off again.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from reports.models import Assessment, AssessmentRound, Objection, Rubric
from reports.querysets import ACTIVE
from reports.stars.choices import RoundState, RubricState
from stations.choices import Role
from stations.models import Station, Unit, User
from stations.policies import may_edit
from stations.scope import scope_of


def may_write_rubric(by: User, rubric: Rubric) -> bool:
    """Whether its unit is the person's; that it is a draft is asked besides."""
    scope = scope_of(by)
    return scope.everything or (rubric.unit is not None and scope.holds(rubric.unit.path, *ACTIVE))


def who_writes(rubric: Rubric) -> str:
    if rubric.unit is None:
        return _("This is a sample (参考样式), kept by administrators. Make a version of your own unit from it.")
    return _("Officers and officials of %(unit)s write this rubric.") % {"unit": rubric.unit}


def why_not_written(by: User, rubric: Rubric) -> str:
    """The sentence that refuses a change; "" if nothing does."""
    if not may_write_rubric(by, rubric):
        return who_writes(rubric)
    if rubric.state != RubricState.DRAFT:
        return _("What is in force, or was, stays as it is: make a new version, and put that in force.")
    return ""


def refuse_unless_may_write(by: User, rubric: Rubric) -> None:
    if reason := why_not_written(by, rubric):
        raise Refused(reason)


def refuse_unless_may_write_for(by: User, unit: Unit | None) -> None:
    scope = scope_of(by)
    if not scope.everything and (unit is None or not scope.holds(unit.path, *ACTIVE)):
        raise Refused(_("Choose a unit of which you are an officer or official."))


def may_assess(by: User, unit: Unit) -> bool:
    return scope_of(by).holds(unit.path, *ACTIVE)


def who_assesses(unit: Unit) -> str:
    return _("Officers and officials of %(unit)s assess these stations.") % {"unit": unit}


def refuse_unless_may_assess(by: User, unit: Unit) -> None:
    if not may_assess(by, unit):
        raise Refused(who_assesses(unit))


def refuse_unless_usable(rubric: Rubric, unit: Unit) -> None:
    if rubric.state != RubricState.IN_FORCE:
        raise Refused(_("Choose a rubric that is in force."))
    if rubric.unit and not unit.path.startswith(rubric.unit.path):
        raise Refused(_("This rubric is that of %(other)s.") % {"other": rubric.unit})


def may_show(by: User, found: AssessmentRound) -> bool:
    return found.state == RoundState.DECIDED and scope_of(by).holds(found.unit.path, Role.REVIEWER)


def refuse_unless_may_show(by: User, found: AssessmentRound) -> None:
    if found.state != RoundState.DECIDED:
        raise Refused(_("Only stars that were decided are shown to the public."))
    if not may_show(by, found):
        raise Refused(_("Officials of %(unit)s say whether the public sees its stars.") % {"unit": found.unit})


def why_not_decided(found: AssessmentRound, open_objections: int, today: date) -> str:
    """The sentence that says why the stars cannot be decided yet; "" if they can."""
    if open_objections:
        return _("%(count)d objections are not decided yet.") % {"count": open_objections}
    if today <= found.objections_until:
        return _("Stations may object until %(day)s; the stars are decided afterwards.") % {
            "day": date_format(found.objections_until)
        }
    return ""


def may_object(by: User, station: Station) -> bool:
    return may_edit(by, station)


def why_no_objection(by: User, found: Assessment, today: date) -> str:
    """The sentence that refuses an objection; "" if it is taken."""
    if found.round.state != RoundState.PROPOSED:
        return _("Objections are made while stars are proposed; these are not, or not any more.")
    if today > found.round.objections_until:
        return _("Objections were taken until %(day)s.") % {"day": date_format(found.round.objections_until)}
    if not may_object(by, found.station):
        return _("Officers of the units that run or supervise %(station)s object to its stars.") % {
            "station": found.station
        }
    return ""


def may_decide_objection(by: User, objection: Objection) -> bool:
    is_own = objection.by_id == by.pk and not scope_of(by).everything
    return may_assess(by, objection.assessment.round.unit) and not is_own


def refuse_unless_may_decide_objection(by: User, objection: Objection) -> None:
    refuse_unless_may_assess(by, objection.assessment.round.unit)
    if not may_decide_objection(by, objection):
        raise Refused(_("The objection is your own: somebody else decides it."))
