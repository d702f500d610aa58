"""What came in, was given out and was thrown away, by item and by group."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from services.choices import SupplyMove, WorkerGroup
from services.figures.counting import Columns, Counted, Measure, Section, Share
from services.models import SupplyItem, SupplyMovement

PAGE = "services_supplymovement"
SHOWN_DONORS = 12
LATELY_DAYS = 400
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


def _donors(today: date) -> list[Measure]:
    """In all, and of the public partners who gave most often within a year or so. One query."""
    since = today - timedelta(days=LATELY_DAYS)
    given = SupplyMovement.objects.filter(donor__is_public=True, date__gte=since).order_by()
    often = given.values_list("donor__code", "donor__name", "donor").annotate(times=Count("pk"))
    return [
        Measure("given", _("Given by partners"), PAGE, {"donor": "any"}, Q(donor__isnull=False), "quantity"),
        *(
            Measure(f"donor_{code}", name, PAGE, {"donor": code}, Q(donor=pk), "quantity")
            for code, name, pk, _times in often.order_by("-times", "donor")[:SHOWN_DONORS]
        ),
    ]


def _items() -> list[SupplyItem]:
    return list(SupplyItem.objects.order_by("order", "code"))


def _counted(today: date) -> Sequence[Counted]:
    items = _items()
    by_item = [measure for kind in TITLES for measure in _of_items(kind, items)]
    return [Counted(SupplyMovement.objects.all(), [*_moves(), BY_CODE, *_groups(), *_donors(today), *by_item])]


def _tables(today: date) -> Sequence[Columns]:
    items = _items()
    share = Share("code_share", _("Share by code"), BY_CODE.key, (f"move_{SupplyMove.OUT}",))
    return [
        Columns("units", _("By unit"), [*_moves(), BY_CODE, share], is_main=True),
        *(Columns(f"items_{kind}", title, _of_items(kind, items)) for kind, title in TITLES.items()),
        Columns("groups", _("Given out, by group"), _groups()),
        Columns("donors", _("Came in, by partner"), _donors(today)),
    ]


SECTION = Section(
    "supplies",
    _("Supplies"),
    _counted,
    _tables,
    _("Pieces, as each supply is counted. They count for the units that ran the station on the day of the movement."),
)
