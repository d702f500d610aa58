"""Which stations wait because of what was, or was not, recorded there."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from services.models import KeeperNote, StationDay, SupplyStock, SupplyTransfer
from stations.choices import StationStatus
from stations.queues import register_queue


def unopened(today: date) -> Q:
    opened = StationDay.objects.filter(station=OuterRef("pk"), date=today, opened_at__isnull=False)
    return Q(status=StationStatus.PUBLISHED) & ~Q(Exists(opened))


def unrecorded(today: date) -> Q:
    month = StationDay.objects.filter(station=OuterRef("pk"), date__range=(Month.of(today).first, today))
    return Q(status=StationStatus.PUBLISHED) & ~Q(Exists(month))


def with_note(_today: date) -> Q:
    return Q(Exists(KeeperNote.objects.filter(station=OuterRef("pk"), settled_at=None)))


def supplies_low(today: date) -> Q:
    low = SupplyStock.objects.all().low(today).filter(station=OuterRef("pk"))
    return ~Q(status=StationStatus.CLOSED) & Q(Exists(low))


def supplies_expiring(today: date) -> Q:
    expiring = SupplyStock.objects.all().expiring(today).filter(station=OuterRef("pk"))
    return ~Q(status=StationStatus.CLOSED) & Q(Exists(expiring))


def supplies_coming(_today: date) -> Q:
    on_the_way = SupplyTransfer.objects.all().on_the_way().filter(target=OuterRef("pk"))
    return ~Q(status=StationStatus.CLOSED) & Q(Exists(on_the_way))


def register_own() -> None:
    register_queue("unopened", _("on the map, not opened today"), unopened)
    register_queue("unrecorded", _("without any record this month"), unrecorded)
    register_queue("notes", _("with a note of their keeper to answer"), with_note)
    register_queue("supplies-expiring", _("with supplies that expire within 30 days, or did"), supplies_expiring)
    register_queue("supplies-coming", _("with supplies on the way to them"), supplies_coming)
    register_queue("supplies-low", _("with supplies that run low"), supplies_low)
