"""Who may write what in `partners`. Each refusal is the sentence that the person will read."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from partners.models import Partner, Plate, Programme
from stations.choices import Role
from stations.models import Unit, User
from stations.scope import Scope, scope_of


def may_keep(by: User | AnonymousUser, unit: Unit) -> bool:
    """Write the partners that the unit keeps: its officers, those of a unit above it, and the superuser."""
    return scope_of(by).holds(unit.path, Role.OFFICER)


def refuse_unless_may_keep(by: User, unit: Unit) -> None:
    if not may_keep(by, unit):
        raise Refused(
            _("Only officers of %(unit)s, or of a unit above it, write the partners that it keeps.") % {"unit": unit}
        )


def refuse_if_merged(partner: Partner) -> None:
    if partner.merged_into_id:
        names = {"partner": partner, "into": partner.merged_into}
        raise Refused(_("“%(partner)s” was merged into “%(into)s”: write there instead.") % names)


def refuse_unless_may_keep_programmes(by: User | AnonymousUser) -> None:
    """Enter one, and write what holds their list together."""
    if not scope_of(by).everything:
        raise Refused(_("Administrators keep the list of programmes; a programme's owner writes its rules."))


def may_keep_programme(by: User | AnonymousUser, programme: Programme) -> bool:
    """Write its rules, sign and stages: officers of the unit that owns it, or of one above, and the superuser."""
    return why_not_keep_programme(scope_of(by), programme) is None


def why_not_keep_programme(scope: Scope, programme: Programme) -> str | None:
    names = {"owner": programme.owner, "programme": programme}
    if scope.everything or (programme.owner and scope.holds(programme.owner.path, Role.OFFICER)):
        return None
    if programme.owner is None:
        return _("%(programme)s has no owner here, so the administrator writes this.") % names
    return _("Only officers of %(owner)s, which owns %(programme)s, write this.") % names


def refuse_unless_may_keep_programme(by: User, programme: Programme) -> None:
    if why := why_not_keep_programme(scope_of(by), programme):
        raise Refused(why)


def under_agreement(plate: Plate) -> str:
    """Why nobody changes the plate by hand, but for its number."""
    names = {"plate": plate, "agreement": plate.agreement}
    return _("%(plate)s hangs under “%(agreement)s” and comes down with it: change that agreement.") % names


def borne_already() -> str:
    """Why no second plate of the programme hangs at the station."""
    return _("This station bears this programme's plate on one of these days already.")
