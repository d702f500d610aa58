"""Supplies from one station to another: they leave the one, and enter the other when somebody there has them in hand.

Who may record at both does so in one step. Otherwise they are on the way until the other station says how many arrived,
or the first one calls them back.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.actions.ledger import refuse_if_merged
from services.actions.supplies import (
    LONGEST_WHY,
    MOST_AT_ONCE,
    Lots,
    Supply,
    lots_in_hand,
    settle_stock,
    stock_in_hand,
    take_from,
    writable_stock,
    write_movement,
)
from services.choices import SupplyMove, TransferState
from services.models import SupplyStock, SupplyTransfer
from services.policies import lock_reason
from stations.actions.records import save_with_history
from stations.choices import StationStatus
from stations.models import Station, User
from stations.policies import may_record


@transaction.atomic
def send_supply(*, origin: Station, target: Station, supply: Supply, day: date, by: User) -> SupplyTransfer:
    """Hand over `supply` (its kind is of no account); received at once where the person records there too."""
    _refuse_target(origin, target)
    is_at_both = may_record(by, target) and lock_reason(target.pk, day) is None
    # Two who send to each other take the stations in the same order, so that neither waits for ever.
    for station in sorted([origin, target] if is_at_both else [origin], key=lambda one: one.pk):
        refuse_if_merged(station)
    writable_stock(station=origin, day=day, by=by)
    if not 1 <= supply.quantity <= MOST_AT_ONCE:
        raise Invalid("quantity", _("A quantity lies between 1 and %(most)d.") % {"most": MOST_AT_ONCE})
    stock = stock_in_hand(origin, supply.item)
    lots = lots_in_hand(stock)
    transfer = SupplyTransfer(
        origin=origin,
        target=target,
        item=supply.item,
        quantity=supply.quantity,
        lots=_as_json(take_from(lots, supply.quantity)),
        sent_by=by,
        sent_at=timezone.now(),
    )
    save_with_history(transfer, by=by, reason="sent")
    quantity = supply.quantity
    sent = write_movement(stock, by=by, day=day, kind=SupplyMove.SENT, quantity=quantity, transfer=transfer)
    settle_stock(stock, day, sent)
    return receive_supply(transfer=transfer, arrived=supply.quantity, day=day, by=by) if is_at_both else transfer


@transaction.atomic
def receive_supply(*, transfer: SupplyTransfer, arrived: int, day: date, by: User, why: str = "") -> SupplyTransfer:
    """So many arrived, which are in the station's stock from now on; of fewer than were sent it is said why."""
    writable_stock(station=transfer.target, day=day, by=by)
    sent_on = transfer.movements.filter(kind=SupplyMove.SENT).values_list("date", flat=True).get()
    if day < sent_on:
        raise Invalid("day", _("It was sent on %(day)s: record it there, or later.") % {"day": date_format(sent_on)})
    _settle(transfer, TransferState.ARRIVED, by)
    if not 0 <= arrived <= transfer.quantity:
        raise Invalid("arrived", _("%(sent)d were sent: so many or fewer arrived.") % {"sent": transfer.quantity})
    if arrived < transfer.quantity and not why:
        values = {"sent": transfer.quantity, "arrived": arrived}
        raise Invalid("why", _("%(sent)d were sent and %(arrived)d arrived. Say why, if you know.") % values)
    transfer.arrived, transfer.why = arrived, why[:LONGEST_WHY]
    save_with_history(transfer, by=by, reason="arrived")
    if arrived:
        _put(transfer, stock_in_hand(transfer.target, transfer.item), arrived, day=day, by=by)
    return transfer


@transaction.atomic
def call_back_supply(*, transfer: SupplyTransfer, day: date, by: User) -> SupplyTransfer:
    """It never left, or came back: all of it is in the stock of the first station again."""
    writable_stock(station=transfer.origin, day=day, by=by)
    _settle(transfer, TransferState.CALLED_BACK, by)
    transfer.arrived = 0
    save_with_history(transfer, by=by, reason="called back")
    _put(transfer, stock_in_hand(transfer.origin, transfer.item), transfer.quantity, day=day, by=by)
    return transfer


def _refuse_target(origin: Station, target: Station) -> None:
    if origin.pk == target.pk:
        raise Invalid("to", _("Choose another station."))
    if target.status == StationStatus.CLOSED or target.merged_into_id:
        raise Refused(_("“%(station)s” is closed: nothing can be sent there.") % {"station": target})


def _settle(transfer: SupplyTransfer, state: TransferState, by: User) -> None:
    """Once: of two who say so at the same moment one is told that it is done."""
    moved = SupplyTransfer.objects.filter(pk=transfer.pk).on_the_way()
    if not moved.update(state=state, settled_by=by, settled_at=timezone.now()):
        raise StaleState(_("This delivery is settled already."))
    transfer.refresh_from_db(fields=["state", "settled_by", "settled_at"])


def _put(transfer: SupplyTransfer, stock: SupplyStock, quantity: int, *, day: date, by: User) -> None:
    """A line for each day of expiry; of fewer than were sent, what keeps longest is missing."""
    arrived = take_from(_from_json(transfer.lots), quantity)
    about: Any = {"by": by, "day": day, "kind": SupplyMove.RECEIVED, "transfer": transfer}
    lines = [write_movement(stock, quantity=count, expires_date=expires, **about) for expires, count in arrived.items()]
    settle_stock(stock, day, *lines)


def _as_json(lots: Lots) -> dict[str, int]:
    return {expires.isoformat() if expires else "": count for expires, count in lots.items()}


def _from_json(lots: dict[str, int]) -> Lots:
    return {date.fromisoformat(expires) if expires else None: count for expires, count in lots.items()}
