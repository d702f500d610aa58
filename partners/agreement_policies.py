"""Who may do what to an agreement. Seeing it at all is `visible_to`; these are asked afterwards."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Refused
from partners.models import Agreement
from stations.choices import Role
from stations.models import Unit, User
from stations.scope import scope_of


def may_keep(by: User, agreement: Agreement) -> bool:
    """Officers of the unit that signs, or of one above it, and the superuser."""
    return scope_of(by).holds(agreement.unit.path, Role.OFFICER)


def may_read_papers(by: User, agreement: Agreement) -> bool:
    """Everybody with a role at the unit that signs, or above it."""
    return scope_of(by).holds(agreement.unit.path, *Role)


def who_keeps(agreement: Agreement) -> str:
    return _("Agreements of %(unit)s are kept by its officers, and by those of the units above it.") % {
        "unit": agreement.unit
    }


def refuse_unless_may_sign_for(by: User, unit: Unit) -> None:
    if not scope_of(by).holds(unit.path, Role.OFFICER):
        raise Refused(_("Only officers of %(unit)s, or of a unit above it, make agreements for it.") % {"unit": unit})


def refuse_unless_may_keep(by: User, agreement: Agreement) -> None:
    if not may_keep(by, agreement):
        raise Refused(who_keeps(agreement))


def may_answer(by: User, agreement: Agreement) -> bool:
    """Officers of the other side, where that is a unit here, for a recognition that nobody has answered."""
    other = agreement.partner.unit if agreement.partner else None
    is_half = agreement.own_programme_id and agreement.signed_date and not agreement.answers_id
    return bool(other and is_half and not hasattr(agreement, "answer") and scope_of(by).holds(other.path, Role.OFFICER))


def refuse_unless_may_answer(by: User, agreement: Agreement) -> None:
    if not may_answer(by, agreement):
        raise Refused(
            _(
                "The other way round is agreed once, by officers of the partner, when this is signed and says which"
                " programme of ours they recognise."
            )
        )


def is_over(agreement: Agreement, today: date) -> bool:
    return agreement.signed_date is not None and agreement.until is not None and agreement.until < today


def why_over(agreement: Agreement) -> str:
    """What is said to somebody who would change what is past."""
    assert agreement.until is not None
    return _("It ended on %(day)s and stays as it was. Renew it, or make a new one.") % {
        "day": date_format(agreement.until)
    }


def refuse_if_over(agreement: Agreement, today: date) -> None:
    if is_over(agreement, today):
        raise Refused(why_over(agreement))
