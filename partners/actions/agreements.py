"""Agreements from the first draft to their end, or to the one that renews them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypedDict, TypeVar, Unpack

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from partners.actions.agreement_plates import settle_plates
from partners.actions.partners import hold_named
from partners.actions.standings import settle_standings
from partners.agreement_choices import Period
from partners.agreement_policies import refuse_if_over, refuse_unless_may_keep, refuse_unless_may_sign_for
from partners.models import Agreement, Obligation, Partner, Programme
from partners.spans import DAY
from stations.actions.records import delete_with_history, save_with_history
from stations.models import Unit, User

T = TypeVar("T", bound=Model)


class Facts(TypedDict):
    """What an agreement says of itself."""

    kind: str
    title: str
    number: str
    unit: Unit
    partner: Partner | None
    programme: Programme | None
    own_programme: Programme | None
    covered_unit: Unit | None
    since: date
    until: date | None
    summary: str
    remark: str


SIGNED_STAYS = ("kind", "unit", "programme", "covered_unit", "since")
"""What both sides signed, and what plates hang by: another agreement says otherwise."""


@transaction.atomic
def draft_agreement(*, by: User, more_partners: Iterable[Partner] = (), **facts: Unpack[Facts]) -> Agreement:
    refuse_unless_may_sign_for(by, facts["unit"])
    more_partners = list(more_partners)
    hold_named([facts["partner"], *more_partners])
    agreement = Agreement(**facts)
    _refuse_nonsense(agreement)
    return _saved(agreement, more_partners, by, _("drafted"))


@transaction.atomic
def change_agreement(
    *, agreement: Agreement, by: User, more_partners: Iterable[Partner], reason: str = "", **facts: Unpack[Facts]
) -> Agreement:
    """Other facts; of what is signed only those that leave alone who promised what, where and since when."""
    held = locked(agreement, by)
    refuse_if_over(held, timezone.localdate())
    refuse_unless_may_sign_for(by, facts["unit"])
    _refuse_other_terms(held, facts)
    more_partners = list(more_partners)
    known = {held.partner_id, *held.more_partners.values_list("pk", flat=True)}
    hold_named(one for one in (facts["partner"], *more_partners) if one and one.pk not in known)
    for name, value in facts.items():
        setattr(held, name, value)
    _refuse_nonsense(held)
    return _settled(_saved(held, more_partners, by, reason or _("changed")), by)


@transaction.atomic
def sign_agreement(*, agreement: Agreement, day: date, by: User) -> Agreement:
    """It holds from its first day on; plates that it grants hang from then."""
    held = locked(agreement, by)
    if held.signed_date:
        raise StaleState(_("This agreement is signed already."))
    if day > timezone.localdate():
        raise Invalid("day", _("It was signed today or before."))
    if held.covered_unit is None and not held.stations.exists():
        raise Refused(_("It covers no station yet: choose a unit, or name the stations."))
    held.signed_date = day
    save_with_history(held, by=by, reason=_("signed"))
    return _settled(held, by)


@transaction.atomic
def end_agreement(*, agreement: Agreement, last: date, reason: str, by: User) -> Agreement:
    """Before its day, or at last where it had none; what it granted comes down after that day."""
    held = locked(agreement, by)
    today = timezone.localdate()
    refuse_if_over(held, today)
    if not held.signed_date:
        raise Refused(_("A draft does not end: delete it."))
    if not reason.strip():
        raise Invalid("reason", _("Say why it ends."))
    if last < today - DAY or last < held.since or (held.until and last > held.until):
        raise Invalid("last", _("The last day is yesterday or later, and within the days of the agreement."))
    held.until, held.end_reason = last, reason.strip()
    save_with_history(held, by=by, reason=_("ends early: %(reason)s") % {"reason": held.end_reason})
    return _settled(held, by)


@transaction.atomic
def renew_agreement(*, agreement: Agreement, until: date | None, by: User) -> Agreement:
    """A draft that goes on where this one ends, with the same parties, stations and obligations."""
    held = locked(agreement, by)
    if not held.signed_date or held.until is None:
        raise Refused(_("Only what is signed and has a last day is renewed."))
    if Agreement.objects.filter(renews=held).exists():
        raise StaleState(_("Somebody has renewed it already."))
    first = held.until + DAY
    if until and until < first:
        raise Invalid("until", _("An agreement ends on or after the day it begins."))
    _refuse_no_end(held.obligations.filter(since=None, until=None), until)
    more = list(held.more_partners.all())
    parted = {"signed_date": None, "plates_settled_date": None, "end_reason": "", "number": ""}
    parted["answers"] = Agreement.objects.filter(renews=held.answers_id).first() if held.answers_id else None
    successor = _copied(held, since=first, until=until, renews=held, **parted)
    _saved(successor, more, by, _("renews “%(title)s”") % {"title": held.title})
    _copy_terms(held, successor, by)
    for answer in Agreement.objects.filter(renews__answers=held, answers=None):
        answer.answers = successor
        save_with_history(answer, by=by, reason=_("the other side has renewed it, too"))
    return successor


@transaction.atomic
def drop_agreement(*, agreement: Agreement, by: User) -> None:
    """Delete a draft; what was signed stays for ever."""
    held = locked(agreement, by)
    if held.signed_date:
        raise Refused(_("It is signed, and stays: end it instead."))
    for row in [*held.stations.all(), *held.obligations.all(), *held.documents.all(), *held.links.all()]:
        delete_with_history(row, by=by, reason=_("deleted"))
    delete_with_history(held, by=by, reason=_("deleted"))


def locked(agreement: Agreement, by: User) -> Agreement:
    """The row, in hand until the transaction ends."""
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("unit", "covered_unit", "programme")
    held: Agreement | None = rows.filter(pk=agreement.pk).first()
    if held is None:
        raise StaleState(_("This draft was deleted meanwhile."))
    refuse_unless_may_keep(by, held)
    return held


def _saved(agreement: Agreement, more_partners: Iterable[Partner], by: User, reason: str) -> Agreement:
    save_with_history(agreement, by=by, reason=reason)
    wanted = [partner for partner in more_partners if partner.pk != agreement.partner_id]
    if {partner.pk for partner in wanted} != set(agreement.more_partners.values_list("pk", flat=True)):
        agreement.more_partners.set(wanted)
    return agreement


def _settled(agreement: Agreement, by: User) -> Agreement:
    """What follows from what it says now."""
    today = timezone.localdate()
    settle_plates(agreement=agreement, today=today, by=by)
    settle_standings(agreement.obligations.all(), today=today)
    return agreement


def _refuse_nonsense(agreement: Agreement) -> None:
    unit, covered = agreement.unit, agreement.covered_unit
    if covered and not covered.path.startswith(unit.path):
        sentence = _("%(unit)s makes agreements for itself and the units below it.")
        raise Invalid("covered_unit", sentence % {"unit": unit})
    if agreement.pk:
        _refuse_no_end(agreement.obligations.filter(until=None), agreement.until)
    if agreement.own_programme_id and agreement.own_programme_id == agreement.programme_id:
        raise Invalid("own_programme", _("A programme need not recognise itself."))
    if agreement.signed_date and agreement.until and agreement.until < timezone.localdate():
        raise Invalid("until", _("To end it before its day, say so with the reason."))


def _refuse_no_end(obligations: QuerySet[Obligation], until: date | None) -> None:
    """What is due in all would otherwise be due in each year anew."""
    if until is None and obligations.filter(period=Period.TOTAL).exists():
        raise Invalid("until", _("“In all” needs a last day, here or of the agreement."))


def _refuse_other_terms(held: Agreement, facts: Any) -> None:
    changed = [name for name in SIGNED_STAYS if getattr(held, name) != facts[name]]
    if held.signed_date and changed:
        label = Agreement._meta.get_field(changed[0]).verbose_name  # type: ignore[union-attr]  # a column of ours
        sentence = _("“%(field)s” was signed so and stays. End this agreement and make another one.")
        raise Invalid(changed[0], sentence % {"field": label})


def _copy_terms(held: Agreement, successor: Agreement, by: User) -> None:
    """Stations still with it, and obligations of its whole time; those of a month of the past are over."""
    for row in held.stations.filter(until=None):
        save_with_history(_copied(row, agreement=successor, since=None), by=by, reason=_("renewed"))
    for obligation in held.obligations.filter(since=None, until=None):
        copy = _copied(obligation, agreement=successor)
        save_with_history(copy, by=by, reason=_("renewed"))
        copy.stations.set(obligation.stations.all())


def _copied(row: T, **others: Any) -> T:
    """A new row that says the same, but for these."""
    fields = [one for one in row._meta.concrete_fields if not one.primary_key and one.name not in others]
    return type(row)(**{one.attname: getattr(row, one.attname) for one in fields} | others)
