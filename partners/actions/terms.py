"""What an agreement is about in particular: the stations that it names, and what was promised there."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from partners.actions.agreement_plates import settle_plates
from partners.actions.agreements import locked
from partners.actions.standings import settle_standings
from partners.agreement_policies import refuse_if_over
from partners.models import Agreement, AgreementStation, Obligation
from partners.promises import details_of, refuse_nonsense
from stations.actions.records import delete_with_history, save_with_history
from stations.models import Station, User


class Terms(TypedDict):
    what: str
    metric: str
    detail: str
    quantity: int
    period: str
    since: date | None
    until: date | None


@transaction.atomic
def name_station(
    *, agreement: Agreement, station: Station, by: User, since: date | None = None, until: date | None = None
) -> AgreementStation:
    """The agreement holds for the station, too, or on other days than before."""
    held = _open(agreement, by)
    if held.covered_unit_id:
        raise Refused(_("It covers all stations of %(unit)s: none is named alone.") % {"unit": held.covered_unit})
    ours = Station.objects.in_units((held.unit.path,)).filter(pk=station.pk)
    row = held.stations.filter(station=station).first() or AgreementStation(agreement=held, station=station)
    if row.pk is None and not ours.exists():
        sentence = _("“%(station)s” is run and supervised by other units than %(unit)s.")
        raise Invalid("station", sentence % {"station": station, "unit": held.unit})
    row.since, row.until = since, until
    save_with_history(row, by=by, reason=_("named"))
    _follow(held, by)
    return row


@transaction.atomic
def drop_station(*, row: AgreementStation, by: User) -> None:
    """As if it had never been named; to let it go from a day on, give it a last day."""
    held = _open(row.agreement, by)
    if held.signed_date and held.since <= timezone.localdate():
        raise Refused(_("The agreement has held for “%(station)s”: give it a last day.") % {"station": row.station})
    delete_with_history(row, by=by, reason=_("no longer named"))
    _follow(held, by)


@transaction.atomic
def promise(*, agreement: Agreement, by: User, stations: Iterable[Station] = (), **terms: Unpack[Terms]) -> Obligation:
    """Add an obligation."""
    return _kept(_open(agreement, by), Obligation(agreement=agreement), list(stations), by, terms)


@transaction.atomic
def change_promise(
    *, obligation: Obligation, by: User, stations: Iterable[Station], **terms: Unpack[Terms]
) -> Obligation:
    held = _open(obligation.agreement, by)
    row = held.obligations.select_for_update().get(pk=obligation.pk)
    return _kept(held, row, list(stations), by, terms)


@transaction.atomic
def drop_promise(*, obligation: Obligation, by: User) -> None:
    """History keeps what was promised."""
    _open(obligation.agreement, by)
    delete_with_history(obligation, by=by, reason=_("removed"))


def _open(agreement: Agreement, by: User) -> Agreement:
    held = locked(agreement, by)
    refuse_if_over(held, timezone.localdate())
    return held


def _follow(agreement: Agreement, by: User) -> None:
    today = timezone.localdate()
    settle_plates(agreement=agreement, today=today, by=by)
    settle_standings(agreement.obligations.all(), today=today)


def _kept(agreement: Agreement, row: Obligation, stations: list[Station], by: User, terms: Terms) -> Obligation:
    row.agreement = agreement
    for name, value in terms.items():
        setattr(row, name, value)
    refuse_nonsense(row, details_of)
    names = ", ".join(str(station) for station in stations)
    save_with_history(
        row, by=by, reason=_("promised at %(stations)s") % {"stations": names} if names else _("promised")
    )
    row.stations.set(stations)
    settle_standings([row], today=timezone.localdate())
    return row
