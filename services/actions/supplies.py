"""Supplies in and out of a station: each movement is a line, and what is left follows in the same transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from services.actions.ledger import refuse_if_merged
from services.choices import SupplyMove
from services.models import SupplyItem, SupplyMovement, SupplyStock
from services.policies import refuse_unless_writable
from stations.models import Station, User

MOST_AT_ONCE = 10_000


@dataclass(frozen=True)
class Supply:
    """How much of what moves which way; the day of expiry is of what comes in."""

    item: SupplyItem
    kind: SupplyMove
    quantity: int
    expires_date: date | None = None


@transaction.atomic
def move_supply(*, station: Station, supply: Supply, day: date, by: User) -> SupplyMovement:
    """Record the movement on that day; no more goes out than there is."""
    refuse_if_merged(station)
    refuse_unless_writable(station=station, day=day, by=by, at=timezone.now())
    _refuse_nonsense(supply, day)
    SupplyStock.objects.get_or_create(station=station, item=supply.item)
    stock = SupplyStock.objects.select_for_update().get(station=station, item=supply.item)
    if supply.kind != SupplyMove.IN and supply.quantity > stock.quantity:
        values = {"item": supply.item, "count": stock.quantity}
        raise Refused(_("%(item)s: only %(count)d left. Record first what came in.") % values)
    movement = SupplyMovement.objects.create(
        station=station,
        item=supply.item,
        kind=supply.kind,
        quantity=supply.quantity,
        expires_date=supply.expires_date,
        date=day,
        by=by,
        at=timezone.now(),
    )
    stock.quantity, stock.expires_date = stock_of(station.pk, supply.item.pk)
    stock.save()
    return movement


def stock_of(station_id: int, item_id: int) -> tuple[int, date | None]:
    """What the movements leave, and the day on which the first of it expires."""
    lots = lots_left(SupplyMovement.objects.filter(station=station_id, item=item_id).order_by("pk"))
    return sum(lots.values()), min((expires for expires in lots if expires), default=None)


def lots_left(movements: Iterable[SupplyMovement]) -> dict[date | None, int]:
    """How many are left by their day of expiry (None: they keep); what expires first goes out first."""
    lots: dict[date | None, int] = {}
    for movement in movements:
        if movement.kind == SupplyMove.IN:
            lots[movement.expires_date] = lots.get(movement.expires_date, 0) + movement.quantity
        else:
            _take(lots, movement.quantity)
    return lots


def _take(lots: dict[date | None, int], quantity: int) -> None:
    for expires in sorted(lots, key=lambda day: day or date.max):
        taken = min(quantity, lots[expires])
        quantity -= taken
        lots[expires] -= taken
        if lots[expires] == 0:
            del lots[expires]


def _refuse_nonsense(supply: Supply, day: date) -> None:
    if not 1 <= supply.quantity <= MOST_AT_ONCE:
        raise Invalid("quantity", _("A quantity lies between 1 and %(most)d.") % {"most": MOST_AT_ONCE})
    if supply.expires_date is None:
        return
    if supply.kind != SupplyMove.IN:
        raise Invalid("expires", _("The day of expiry belongs to what comes in."))
    if supply.expires_date < day:
        expired = {"day": date_format(supply.expires_date)}
        raise Invalid("expires", _("This expired on %(day)s: do not give it out.") % expired)
