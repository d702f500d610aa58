"""What a station has left of its supplies, as the people there read it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.remember import once_a_minute
from partners.models import Partner
from services.models import SupplyItem, SupplyStock
from services.supply_querysets import EXPIRING_DAYS, seasons_at
from stations.choices import StationStatus
from stations.models import Posting, Station, User
from stations.moved import code_that_stays


@dataclass(frozen=True)
class Stock:
    row: SupplyStock
    is_low: bool
    is_expiring: bool
    is_expired: bool
    is_seen: bool
    """Whether visitors read of it today."""
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
        is_seen=row.item.is_shown and row.quantity > 0 and _is_of(row.seen_at, today),
    )


def donors_for(station: Station, day: date) -> QuerySet[Partner]:
    """The partners of the units that run the station, and of those above them: who may have given what came in."""
    posting = Posting.objects.filter(station=station).on(day).select_related("operator", "supervisor").first()
    units = [unit for unit in (posting.operator, posting.supervisor) if unit] if posting else []
    rows: QuerySet[Partner] = Partner.objects.all().for_units(tuple(unit.path for unit in units)).order_by("name", "pk")
    return rows


def daily_items(station: Station) -> list[SupplyItem]:
    """What the station has left of which a person gets one a day, by the code of the day. One query."""
    there = SupplyItem.objects.filter(is_once_a_day=True, stocks__station=station, stocks__quantity__gt=0)
    return list(there.order_by("order", "code"))


@once_a_minute
def shown_items(_at: datetime) -> dict[str, SupplyItem]:
    """What visitors may read of, by code. One query a minute in each process."""
    return {item.code: item for item in SupplyItem.objects.filter(is_shown=True).order_by("order", "code")}


def _is_of(moment: datetime | None, today: date) -> bool:
    return moment is not None and timezone.localdate(moment) == today


def station_to_send_to(code: str, by: User) -> Station:
    """A station on the map, or one that the person sees; raises `Invalid`."""
    code = code.replace("\0", "").upper()
    public = Q(status__in=[StationStatus.PUBLISHED, StationStatus.SUSPENDED])
    known = Station.objects.filter(public | Q(pk__in=Station.objects.visible_to(by).values("pk")))
    found: Station | None = known.filter(code=code_that_stays(code) or code).first()
    if found is None:
        raise Invalid("to", _("There is no station with this code. It stands on its page and on its door."))
    return found
