"""Supplies in and out of a station: each movement is a line, and what is left follows in the same transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused
from partners.actions.partners import hold_named
from partners.models import Partner
from services.actions.ledger import refuse_if_merged
from services.actions.shares import take_share
from services.choices import BY_HAND, COMES_IN, SupplyMove, WorkerGroup
from services.models import SupplyItem, SupplyMovement, SupplyStock
from services.policies import refuse_unless_writable
from stations.changes import mark_changed
from stations.models import Station, User

MOST_AT_ONCE = 10_000
MOST_IN_STOCK = 1_000_000
LONGEST_WHY = 120
Lots = dict[date | None, int]
"""How many by their day of expiry."""


@dataclass(frozen=True)
class Supply:
    """How much of what moves which way; the day of expiry is of what comes in, group and code are of who gets it."""

    item: SupplyItem
    kind: SupplyMove
    quantity: int
    expires_date: date | None = None
    group: WorkerGroup | None = None
    code: str = ""
    """The code of the day on the phone of whoever gets one, where the supply is given once a day."""
    why: str = ""
    donor: Partner | None = None


@transaction.atomic
def move_supply(*, station: Station, supply: Supply, day: date, by: User) -> SupplyMovement:
    """Record the movement on that day; no more goes out than there is."""
    writable_stock(station=station, day=day, by=by)
    if supply.kind not in BY_HAND:
        raise Invalid("kind", _("Choose from the list."))
    refuse_nonsense(supply, day)
    stock = stock_in_hand(station, supply.item)
    hold_named([supply.donor])
    if supply.code:
        take_share(item=supply.item, code=supply.code, day=day)
    movement = write_movement(
        stock,
        by=by,
        day=day,
        kind=supply.kind,
        quantity=supply.quantity,
        expires_date=supply.expires_date,
        group=supply.group or "",
        is_by_code=bool(supply.code),
        donor=supply.donor,
        why=supply.why[:LONGEST_WHY],
    )
    settle_stock(stock, day, movement)
    return movement


@transaction.atomic
def take_stock(
    *, station: Station, item: SupplyItem, counted: int, day: date, by: User, why: str = ""
) -> SupplyMovement | None:
    """So many are there: what the book says otherwise is written as a difference, with its reason; None without one."""
    writable_stock(station=station, day=day, by=by)
    if not 0 <= counted <= MOST_IN_STOCK:
        raise Invalid("counted", _("A count lies between 0 and %(most)d.") % {"most": MOST_IN_STOCK})
    stock, movement = stock_in_hand(station, item), None
    if counted != stock.quantity:
        if not why:
            values = {"item": item, "count": stock.quantity, "counted": counted}
            raise Invalid(
                "why", _("%(item)s: the book says %(count)d, you counted %(counted)d. Say why, if you know.") % values
            )
        kind = SupplyMove.FOUND if counted > stock.quantity else SupplyMove.MISSING
        difference = abs(counted - stock.quantity)
        movement = write_movement(stock, by=by, day=day, kind=kind, quantity=difference, why=why[:LONGEST_WHY])
    stock.counted_at, stock.counted_by = timezone.now(), by
    settle_stock(stock, day, *([movement] if movement else []))
    return movement


def writable_stock(*, station: Station, day: date, by: User) -> None:
    """All that is asked before anything moves."""
    refuse_if_merged(station)
    refuse_unless_writable(station=station, day=day, by=by, at=timezone.now())


def stock_in_hand(station: Station, item: SupplyItem) -> SupplyStock:
    """The row, made if missing and locked until the transaction ends."""
    SupplyStock.objects.get_or_create(station=station, item=item)
    stock: SupplyStock = SupplyStock.objects.select_for_update(of=("self",)).get(station=station, item=item)
    stock.station, stock.item = station, item
    return stock


def write_movement(
    stock: SupplyStock, *, by: User, day: date, kind: SupplyMove, quantity: int, **about: Any
) -> SupplyMovement:
    """One line, of a stock in hand; `settle_stock` is to follow."""
    if kind not in COMES_IN and quantity > stock.quantity:
        values = {"item": stock.item, "count": stock.quantity}
        raise Refused(_("%(item)s: only %(count)d left. Record first what came in.") % values)
    if kind == SupplyMove.OUT and stock.expires_date and stock.expires_date < day:
        refuse_expired(stock.item, quantity, lots_in_hand(stock), day)
    return SupplyMovement.objects.create(
        station=stock.station,
        item=stock.item,
        kind=kind,
        quantity=quantity,
        date=day,
        by=by,
        at=timezone.now(),
        **about,
    )


def settle_stock(stock: SupplyStock, day: date, *moved: SupplyMovement) -> None:
    """What is left, as the movements have it; and the map is told, where visitors read of it.

    `moved` are all the lines written since the row was read, in their order; with them most need no replay.
    """
    stock.quantity, stock.expires_date = _as_stock(_left_after(stock, moved))
    if day == timezone.localdate():
        stock.seen_at = timezone.now()
    stock.save()
    if stock.item.is_shown:
        mark_changed([stock.station_id], live_only=True)


def stock_of(station_id: int, item_id: int) -> tuple[int, date | None]:
    """What the movements leave, and the day on which the first of it expires."""
    return _as_stock(_replayed(station_id, item_id))


def lots_in_hand(stock: SupplyStock) -> Lots:
    """Where nothing expires of what is left there is one lot, however many lines led to it; else the lines say."""
    if stock.expires_date is None:
        return {None: stock.quantity} if stock.quantity else {}
    return _replayed(stock.station_id, stock.item_id)


def _left_after(stock: SupplyStock, moved: Sequence[SupplyMovement]) -> Lots:
    """The row of the stock is as it was before these lines; without lines nobody says which they are."""
    if moved and stock.expires_date is None:
        return lots_left(moved, lots_in_hand(stock))
    return _replayed(stock.station_id, stock.item_id)


def _replayed(station_id: int, item_id: int) -> Lots:
    rows = SupplyMovement.objects.filter(station=station_id, item=item_id).order_by("pk")
    return lots_left(rows.only("kind", "quantity", "expires_date", "date"))


def _as_stock(lots: Lots) -> tuple[int, date | None]:
    return sum(lots.values()), min((expires for expires in lots if expires), default=None)


def lots_left(movements: Iterable[SupplyMovement], before: Lots | None = None) -> Lots:
    """How many are left by their day of expiry (None: they keep); what expires first goes first.

    What is given out is what was still good on its day, and only where there was not enough of that, as old lines may
    have it, what had expired.
    """
    lots = dict(before or {})
    for movement in movements:
        if movement.kind in COMES_IN:
            lots[movement.expires_date] = lots.get(movement.expires_date, 0) + movement.quantity
        else:
            take_from(lots, movement.quantity, good_on=movement.date if movement.kind == SupplyMove.OUT else None)
    return lots


def take_from(lots: Lots, quantity: int, good_on: date | None = None) -> Lots:
    """Take so many out of the lots, what expires first; what was taken, by its day of expiry.

    With a day, what has expired by then comes after all that is still good.
    """
    gone: Lots = {}
    for expires in sorted(lots, key=lambda day: (good_on is not None and not _is_good(day, good_on), day or date.max)):
        if taken := min(quantity, lots[expires]):
            quantity -= taken
            gone[expires] = taken
            lots[expires] -= taken
        if lots[expires] == 0:
            del lots[expires]
    return gone


def refuse_expired(item: SupplyItem, quantity: int, lots: Lots, day: date) -> None:
    """What has expired by that day is not given out on it."""
    good = sum(count for expires, count in lots.items() if _is_good(expires, day))
    if quantity > good:
        values = {"item": item, "good": good, "count": sum(lots.values()), "day": date_format(day)}
        sentence = _("%(item)s: of %(count)d left only %(good)d are still good on %(day)s. Discard what has expired.")
        raise Refused(sentence % values)


def _is_good(expires: date | None, day: date) -> bool:
    return expires is None or expires >= day


def refuse_nonsense(supply: Supply, day: date) -> None:
    if not 1 <= supply.quantity <= MOST_AT_ONCE:
        raise Invalid("quantity", _("A quantity lies between 1 and %(most)d.") % {"most": MOST_AT_ONCE})
    if supply.kind != SupplyMove.OUT and (supply.group or supply.code):
        raise Invalid("group", _("The group is of those to whom something is given out."))
    if supply.donor and supply.kind != SupplyMove.IN:
        raise Invalid("donor", _("The partner who gave it belongs to what comes in."))
    if supply.code and supply.quantity > 1:
        raise Invalid("quantity", _("By the code of the day a person gets one."))
    if supply.expires_date is None:
        return
    if supply.kind != SupplyMove.IN:
        raise Invalid("expires_date", _("The day of expiry belongs to what comes in."))
    if supply.expires_date < day:
        expired = {"day": date_format(supply.expires_date)}
        raise Invalid("expires_date", _("This expired on %(day)s: do not give it out.") % expired)
