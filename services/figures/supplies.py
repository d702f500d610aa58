"""What came in, was given out and was thrown away, by item and by group."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.choices import SupplyMove, WorkerGroup
from services.figures.counting import Columns, Counted, Measure, Section, Share
from services.models import SupplyItem, SupplyMovement

PAGE = "services_supplymovement"
OUT = {"kind__exact": SupplyMove.OUT.value}
BY_CODE = Measure(
    "by_code", _("By code of the day"), PAGE, OUT | {"is_by_code__exact": "1"}, Q(is_by_code=True), "quantity"
)
TITLES = {
    SupplyMove.IN: _("Came in, by item"),
    SupplyMove.OUT: _("Given out, by item"),
    SupplyMove.DISCARD: _("Thrown away, by item"),
}


def _moves() -> list[Measure]:
    return [
        Measure(f"move_{kind}", kind.label, PAGE, {"kind__exact": kind.value}, Q(kind=kind), "quantity")
        for kind in SupplyMove
    ]


def _groups() -> list[Measure]:
    return [
        Measure(
            f"group_{group}",
            group.label,
            PAGE,
            OUT | {"group__exact": group.value},
            Q(kind=SupplyMove.OUT, group=group),
            "quantity",
        )
        for group in WorkerGroup
    ]


def _of_items(kind: SupplyMove, items: Sequence[SupplyItem]) -> list[Measure]:
    return [
        Measure(
            f"{kind}_{item.code}",
            f"{item} ({item.counted_in})" if item.counted_in else str(item),
            PAGE,
            {"kind__exact": kind.value, "item__id__exact": str(item.pk)},
            Q(kind=kind, item=item.pk),
            "quantity",
        )
        for item in items
    ]


def _items() -> list[SupplyItem]:
    return list(SupplyItem.objects.order_by("order", "code"))


def _counted(_today: date) -> Sequence[Counted]:
    items = _items()
    by_item = [measure for kind in TITLES for measure in _of_items(kind, items)]
    return [Counted(SupplyMovement.objects.all(), [*_moves(), BY_CODE, *_groups(), *by_item])]


def _tables(_today: date) -> Sequence[Columns]:
    items = _items()
    share = Share("code_share", _("Share by code"), BY_CODE.key, (f"move_{SupplyMove.OUT}",))
    return [
        Columns("units", _("By unit"), [*_moves(), BY_CODE, share], is_main=True),
        *(Columns(f"items_{kind}", title, _of_items(kind, items)) for kind, title in TITLES.items()),
        Columns("groups", _("Given out, by group"), _groups()),
    ]


SECTION = Section(
    "supplies",
    _("Supplies"),
    _counted,
    _tables,
    _("Pieces, as each supply is counted. They count for the units that ran the station on the day of the movement."),
)
