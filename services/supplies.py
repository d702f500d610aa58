"""What a station has left of its supplies, as the people there read it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from services.models import SupplyStock
from services.supply_querysets import EXPIRING_DAYS, seasons_at
from stations.models import Station


@dataclass(frozen=True)
class Stock:
    row: SupplyStock
    is_low: bool
    is_expiring: bool
    is_expired: bool
    key: UUID = field(default_factory=uuid4)


def stocks_of(station: Station, today: date) -> list[Stock]:
    """What needs somebody first: expired, expiring, low; then the rest, in the order of the catalogue. One query."""
    rows = SupplyStock.objects.filter(station=station).select_related("item").order_by("item__order", "item__code")
    stocks = [_stock(row, today) for row in rows]
    return sorted(stocks, key=lambda stock: (not stock.is_expired, not stock.is_expiring, not stock.is_low))


def _stock(row: SupplyStock, today: date) -> Stock:
    expires = row.expires_date or date.max
    return Stock(
        row=row,
        is_low=row.quantity <= row.item.low_at and row.item.season in seasons_at(today),
        is_expiring=today <= expires <= today + timedelta(days=EXPIRING_DAYS),
        is_expired=expires < today,
    )
