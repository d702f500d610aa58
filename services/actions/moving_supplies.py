"""How supplies go along when a station is merged into another one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from services.actions.supplies import lots_left, stock_of
from services.choices import SupplyMove
from services.models import SupplyMovement, SupplyStock, SupplyTransfer
from stations.merging import Line, Merge


class Supplies:
    """What is left goes out at the one and comes in at the other, by its day of expiry; what was moved before stays.

    In one row, what once went out at one door would be taken from what expires first at the other.
    """

    models = (SupplyMovement, SupplyStock)

    def move(self, merge: Merge) -> Iterable[Line]:
        both = [merge.duplicate, merge.into]
        stocks = SupplyStock.objects.filter(station__in=both).select_for_update().order_by("item", "station")
        items = [stock.item_id for stock in stocks if stock.station_id == merge.duplicate.pk]
        movements = SupplyMovement.objects.filter(station=merge.duplicate).order_by("pk")
        count = movements.count()
        moved = 0
        for item in items:
            lots = lots_left(movements.filter(item=item))
            moved += bool(lots)
            SupplyMovement.objects.bulk_create(_carried(merge, item, lots))
            quantity, expires = stock_of(merge.into.pk, item)
            about = _looked_at([stock for stock in stocks if stock.item_id == item])
            SupplyStock.objects.update_or_create(
                station=merge.into, item_id=item, defaults={"quantity": quantity, "expires_date": expires} | about
            )
        SupplyStock.objects.filter(station=merge.duplicate).delete()
        yield Line(gettext_lazy("supplies, as many of each as are left"), moved)
        yield Line(gettext_lazy("movements of supplies"), count, stays=True)


def _looked_at(stocks: Sequence[SupplyStock]) -> dict[str, Any]:
    """Seen when either was; counted when the one counted longest ago was, where there was something of it."""
    seen = max((stock.seen_at for stock in stocks if stock.seen_at), default=None)
    held = [stock for stock in stocks if stock.quantity] or stocks
    moments = [(stock.counted_at, stock.counted_by_id) for stock in held if stock.counted_at]
    counted_at, counted_by = min(moments, key=lambda one: one[0]) if len(moments) == len(held) else (None, None)
    return {"seen_at": seen, "counted_at": counted_at, "counted_by_id": counted_by}


def _carried(merge: Merge, item: int, lots: Mapping[date | None, int]) -> Iterable[SupplyMovement]:
    common: dict[str, Any] = {"item_id": item, "date": merge.day, "by": merge.by, "at": timezone.now()}
    for expires, quantity in lots.items():
        yield SupplyMovement(station=merge.duplicate, kind=SupplyMove.SENT, quantity=quantity, **common)
        yield SupplyMovement(
            station=merge.into, kind=SupplyMove.RECEIVED, quantity=quantity, expires_date=expires, **common
        )


class Deliveries:
    """What is on the way arrives at, or is called back to, the station that stays; what is settled stays as it was."""

    models = (SupplyTransfer,)

    def move(self, merge: Merge) -> Iterable[Line]:
        on_the_way = SupplyTransfer.objects.all().on_the_way()
        coming = on_the_way.filter(target=merge.duplicate).update(target=merge.into)
        sent = on_the_way.filter(origin=merge.duplicate).update(origin=merge.into)
        yield Line(gettext_lazy("deliveries on their way"), coming + sent)
