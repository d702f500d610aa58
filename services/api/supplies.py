"""Supplies for programs: in, out, counted, sent to another station and received, by the same actions as the pages."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from harbor_portal.lib.errors import Invalid
from services.actions.deliveries import call_back_supply, receive_supply, send_supply
from services.actions.sent import do_once
from services.actions.supplies import Supply, move_supply, take_stock
from services.api import supply_serializers as serializers
from services.api.views import date_of, writable
from services.choices import SupplyMove, TransferState, WorkerGroup
from services.models import SupplyItem, SupplyStock, SupplyTransfer
from services.supplies import donors_for, station_to_send_to
from stations.api.office import REFUSED, OfficeView, checked, person, station_of
from stations.api.own import OwnList, described
from stations.models import Station, User

STOCKS: dict[int, Any] = {200: serializers.StocksSerializer} | REFUSED
Do = Callable[[Station, date, dict[str, Any], User], object]
"""The station, the day, what was sent, and the person."""


class StocksView(OfficeView):
    @extend_schema(operation_id="office_supplies", summary="What a station has left", responses=STOCKS)
    def get(self, request: Request, code: str) -> Response:
        return _stocks(station_of(request, code))


class SupplyWriteView(OfficeView):
    """Done once, however often it is sent under the same key."""

    what: ClassVar[str]
    takes: ClassVar[type[Serializer[Any]]]
    do: ClassVar[Do]

    def post(self, request: Request, code: str, day: str) -> Response:
        station, date, by = writable(request, code), date_of(day), person(request)
        given = checked(self.takes, request)
        key, do = given.pop("client_key"), type(self).do
        about = [date, dict(given)]
        do_once(
            station=station,
            what=self.what,
            client_key=key,
            by=by,
            about=about,
            do=partial(do, station, date, given, by),
        )
        return _stocks(station)


def _move(station: Station, day: date, given: dict[str, Any], by: User) -> object:
    supply = Supply(
        item=_item(given["item"]),
        kind=SupplyMove(given["kind"]),
        quantity=given["quantity"],
        expires_date=given.get("expires_date"),
        group=WorkerGroup(given["group"]) if given.get("group") else None,
        code=given["code"],
        why=given["why"],
        donor=_donor(given["donor"], station, day) if given.get("donor") else None,
    )
    return move_supply(station=station, supply=supply, day=day, by=by)


def _count(station: Station, day: date, given: dict[str, Any], by: User) -> object:
    item, counted, why = _item(given["item"]), given["counted"], given["why"]
    return take_stock(station=station, item=item, counted=counted, day=day, by=by, why=why)


def _send(station: Station, day: date, given: dict[str, Any], by: User) -> object:
    supply = Supply(_item(given["item"]), SupplyMove.SENT, given["quantity"])
    return send_supply(origin=station, target=station_to_send_to(given["to"], by), supply=supply, day=day, by=by)


def _receive(station: Station, day: date, given: dict[str, Any], by: User) -> object:
    transfer = _transfer(given["transfer"], target=station)
    return receive_supply(transfer=transfer, arrived=given["arrived"], day=day, by=by, why=given["why"])


def _call_back(station: Station, day: date, given: dict[str, Any], by: User) -> object:
    return call_back_supply(transfer=_transfer(given["transfer"], origin=station), day=day, by=by)


def _write(
    what: str, name: str, operation: str, summary: str, takes: type[Serializer[Any]], do: Do
) -> type[OfficeView]:
    view = type(name, (SupplyWriteView,), {"what": what, "takes": takes, "do": staticmethod(do)})
    described = extend_schema(operation_id=operation, summary=summary, request=takes, responses=STOCKS)
    return extend_schema_view(post=described)(view)


WRITES: dict[str, type[OfficeView]] = {
    "": _write(
        "supply", "MovementView", "office_supplies_move", "Record what came in, was given out or thrown away",
        serializers.MovementSerializer, _move,
    ),
    "count/": _write(
        "count_supply", "CountView", "office_supplies_count", "Say how many are there",
        serializers.CountSerializer, _count,
    ),
    "send/": _write(
        "send_supply", "SendView", "office_supplies_send", "Send something to another station",
        serializers.SendSerializer, _send,
    ),
    "receive/": _write(
        "receive_supply", "ReceiveView", "office_supplies_receive", "Say how many arrived from another station",
        serializers.ReceiveSerializer, _receive,
    ),
    "call-back/": _write(
        "call_back_supply", "CallBackView", "office_supplies_call_back", "Call back what is on the way",
        serializers.TransferSerializer, _call_back,
    ),
}  # fmt: skip
"""By the end of the address."""


@described(get=("office_transfers", "What the stations in one's scope sent, and are sent, page by page"))
class TransfersView(OwnList):
    """From one station to another."""

    model, joined = SupplyTransfer, ("origin", "target", "item")
    noun, serializer = "transfer", serializers.OwnTransferSerializer
    missing = gettext_lazy("None of the transfers that you see has the number “%(number)s”.")
    narrowed_by: ClassVar = {"state": TransferState.values}


def _item(code: str) -> SupplyItem:
    found = SupplyItem.objects.filter(code=code).first()
    if found is None:
        raise Invalid("item", _("There is no supply “%(code)s”.") % {"code": code})
    return found


def _donor(code: str, station: Station, day: date) -> Any:
    found = donors_for(station, day).filter(code=code.upper()).first()
    if found is None:
        raise Invalid("donor", _("None of your partners has the code “%(code)s”.") % {"code": code})
    return found


def _transfer(pk: int, **where: Station) -> SupplyTransfer:
    rows = SupplyTransfer.objects.select_related("origin", "target", "item")
    found: SupplyTransfer | None = rows.filter(pk=pk, **where).first()
    if found is None:
        raise Invalid("transfer", TransfersView.missing % {"number": pk})
    return found


def _stocks(station: Station) -> Response:
    rows = SupplyStock.objects.filter(station=station).select_related("item").order_by("item__order", "item__code")
    return Response({"results": serializers.StockSerializer(rows, many=True).data})
