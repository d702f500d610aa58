"""Entering and changing partners, whom to call there, and who belongs to an association."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import transaction

from harbor_portal.lib.images import Picture
from partners.actions.logos import put_logo
from partners.models import Partner, PartnerContact, PartnerMember
from partners.policies import refuse_if_merged, refuse_unless_may_keep
from stations.actions.records import change_with_history, delete_with_history, save_with_history
from stations.models import Division, Unit, User


class PartnerFacts(TypedDict, total=False):
    """What may be said of a partner besides its name and kind."""

    short_name: str
    unit: Unit | None
    division: Division | None
    brings: str
    url: str
    member_count: int | None
    is_public: bool


@transaction.atomic
def create_partner(
    *, by: User, kept_by: Unit, name: str, kind: str, reason: str = "", **facts: Unpack[PartnerFacts]
) -> Partner:
    refuse_unless_may_keep(by, kept_by)
    partner = Partner(kept_by=kept_by, name=name.strip(), kind=kind, **facts)
    save_with_history(partner, by=by, reason=reason)
    return partner


class ChangedFacts(PartnerFacts, total=False):
    name: str
    kind: str
    kept_by: Unit


@transaction.atomic
def update_partner(*, by: User, partner: Partner, reason: str = "", **facts: Unpack[ChangedFacts]) -> Partner:
    """Change what is given, leave the rest; nothing is written when nothing differs."""
    row = hold_partner(by, partner)
    if kept_by := facts.get("kept_by"):
        refuse_unless_may_keep(by, kept_by)
    change_with_history(row, dict(facts), by=by, reason=reason)
    return row


@transaction.atomic
def set_partner_logo(*, by: User, partner: Partner, picture: Picture | None, reason: str = "") -> Partner:
    """`picture` as `read_logo` made it; none takes the logo away."""
    row = hold_partner(by, partner)
    put_logo(row, picture)
    save_with_history(row, by=by, reason=reason)
    return row


@transaction.atomic
def save_partner_rows(
    *,
    by: User,
    partner: Partner,
    rows: Iterable[PartnerContact | PartnerMember],
    removed: Iterable[PartnerContact | PartnerMember] = (),
    reason: str = "",
) -> None:
    """Contacts of the partner, or members of the association: those removed first, so that their places are free."""
    held = hold_partner(by, partner)
    for row in removed:
        delete_with_history(row, by=by, reason=reason)
    for row in rows:
        if isinstance(row, PartnerContact):
            row.partner = held
        else:
            row.association = held
        save_with_history(row, by=by, reason=reason)


def hold_named(partners: Iterable[Partner | None]) -> None:
    """Whoever names partners in something new: one that is being merged is waited for, and then no more to be named.

    What is written meanwhile would name the duplicate for ever.
    """
    named = {partner.pk for partner in partners if partner}
    rows = Partner.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("pk")
    for row in rows if named else ():
        refuse_if_merged(row)


def hold_partner(by: User, partner: Partner) -> Partner:
    """The partner, held until the end of the transaction, if the person may write it."""
    row: Partner = Partner.objects.select_for_update(of=("self",)).select_related("kept_by").get(pk=partner.pk)
    refuse_unless_may_keep(by, row.kept_by)
    refuse_if_merged(row)
    return row
