"""What the buttons of "My station" do with supplies: in, out, counted, sent to another station and received."""

from datetime import date

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from partners.models import Partner
from services.actions.deliveries import call_back_supply, receive_supply, send_supply
from services.actions.supplies import Supply, move_supply, take_stock
from services.choices import SupplyMove, WorkerGroup
from services.fields import choice_of, date_of, needed_key, text_of, whole_number
from services.models import SupplyItem, SupplyTransfer
from services.supplies import donors_for, station_to_send_to
from stations.asked_by import user_of
from stations.models import Station


def supply(request: HttpRequest, station: Station, day: date) -> str:
    needed_key(request)  # unlike what sets a state, a movement sent twice would count twice
    item, kind = _item(request), choice_of(request, "kind", SupplyMove)
    is_given = kind == SupplyMove.OUT
    moved = Supply(
        item,
        kind,
        whole_number(request, "quantity"),
        expires_date=date_of(request, "expires_date") if kind == SupplyMove.IN else None,
        group=choice_of(request, "group", WorkerGroup) if is_given and request.POST.get("group") else None,
        code=_code(request) if is_given else "",
        donor=_donor(request, station, day) if kind == SupplyMove.IN and request.POST.get("donor") else None,
    )
    move_supply(station=station, supply=moved, day=day, by=user_of(request))
    return f"{item}: {kind.label} {moved.quantity}"


def count_supply(request: HttpRequest, station: Station, day: date) -> str:
    item, counted = _item(request), whole_number(request, "counted")
    difference = take_stock(
        station=station, item=item, counted=counted, day=day, by=user_of(request), why=text_of(request, "why")
    )
    if difference is None:
        return _("%(item)s: counted, as the book says.") % {"item": item}
    values = {"item": item, "what": difference.get_kind_display(), "count": difference.quantity}
    return _("%(item)s: %(what)s %(count)d") % values


def send_to_station(request: HttpRequest, station: Station, day: date) -> str:
    needed_key(request)
    target = station_to_send_to(text_of(request, "to"), user_of(request))
    sent = Supply(_item(request), SupplyMove.SENT, whole_number(request, "quantity"))
    transfer = send_supply(origin=station, target=target, supply=sent, day=day, by=user_of(request))
    values = {"count": sent.quantity, "item": sent.item, "station": target}
    if transfer.settled_at:
        return _("%(item)s: %(count)d are at %(station)s now.") % values
    return _("%(item)s: %(count)d are on the way to %(station)s.") % values


def receive(request: HttpRequest, station: Station, day: date) -> str:
    transfer = _transfer(request, target=station)
    arrived, why = whole_number(request, "arrived"), text_of(request, "why")
    receive_supply(transfer=transfer, arrived=arrived, day=day, by=user_of(request), why=why)
    return _("%(item)s: %(count)d received.") % {"item": transfer.item, "count": arrived}


def call_back(request: HttpRequest, station: Station, day: date) -> str:
    transfer = _transfer(request, origin=station)
    call_back_supply(transfer=transfer, day=day, by=user_of(request))
    return _("%(item)s: %(count)d are back.") % {"item": transfer.item, "count": transfer.quantity}


def _item(request: HttpRequest) -> SupplyItem:
    item: SupplyItem = get_object_or_404(SupplyItem, pk=whole_number(request, "item"))
    return item


def _donor(request: HttpRequest, station: Station, day: date) -> Partner:
    donor: Partner = get_object_or_404(donors_for(station, day), pk=whole_number(request, "donor"))
    return donor


def _code(request: HttpRequest) -> str:
    """Where the form asks for a code, it does not go without."""
    code = text_of(request, "code")
    if "code" in request.POST and not code:
        raise Invalid("code", _("Type the code that the phone shows."))
    return code


def _transfer(request: HttpRequest, **where: Station) -> SupplyTransfer:
    rows = SupplyTransfer.objects.select_related("origin", "target", "item")
    transfer: SupplyTransfer = get_object_or_404(rows, pk=whole_number(request, "transfer"), **where)
    return transfer
