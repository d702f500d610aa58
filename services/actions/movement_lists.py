"""Entering a list of movements of supplies: what it says and nobody recorded yet, in the order of its days.

A movement has no name of its own, so a row is the movement that says the same, and the second such row the second one:
the same list sent again moves nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import collector_paused
from harbor_portal.lib.errors import Invalid, Refused
from services.actions.ledger import refuse_if_merged
from services.actions.supplies import Lots, Supply, lots_left, refuse_expired, refuse_nonsense
from services.choices import BY_HAND, COMES_IN, SupplyMove, WorkerGroup
from services.imports.known import Known, load_known, rows_of_days
from services.imports.locks import Locks
from services.imports.of_movements import MOVEMENTS as AS_WRITTEN
from services.models import SupplyMovement, SupplyStock
from stations.changes import mark_changed
from stations.imports.kinds import Asking, Entry, Plan
from stations.imports.plain import Change, resolve
from stations.imports.sheets import Notes, Row
from stations.imports.undoing import Trace, Undoing, delete_made

Said = tuple[Any, ...]
"""All that tells movements apart, and does not."""
Stock = tuple[int, int]
"""Station and supply."""
HEADS = ("date", "station", "item", "kind", "quantity")


def _compare(rows: list[Row], _notes: Notes, asking: Asking) -> Plan:
    known = load_known(rows, asking)
    _find_stations(rows, known)
    resolve(AS_WRITTEN, rows, asking)
    good = [row for row in asking.counted(rows) if not row.wrong]
    stood = _recorded({(row.values["station"].pk, row.values["date"]) for row in good})
    left = Counter(stood)
    new = [row for row in good if not _is_known(row, left)]
    _refuse_wrong(new, known)
    _warn_beside(new, left)
    changes = [Change(row, _movement(row, asking), is_new=True, heads=HEADS) for row in new if not row.wrong]
    changes.sort(key=_turn)
    _refuse_more_than_there_is(changes, asking)
    creates = [change for change in changes if not change.row.wrong]
    return Plan(creates=creates, unchanged=len(good) - len(new), today=asking.today)


def _find_stations(rows: Iterable[Row], known: Known) -> None:
    for row in rows:
        if "station" in row.values:
            try:
                row.values["station"] = known.stations.find(row.values["station"])
            except ValueError as error:
                row.error("station", str(error))


def _recorded(days: Collection[tuple[int, date]]) -> Counter[Said]:
    """What was recorded on these days. One query."""
    columns = 'm.station_id, m.date, m.item_id, m.kind, m.quantity, m."group", m.donor_id, m.expires_date, m.why'
    return Counter(rows_of_days(f"SELECT {columns} FROM services_supplymovement m", "m", days))  # noqa: S608  # our own names


def _said(row: Row) -> Said:
    values = row.values
    donor = values.get("donor")
    return (
        *(values["station"].pk, values["date"], values["item"].pk, values["kind"], values["quantity"]),
        *(values.get("group", ""), donor and donor.pk, values.get("expires_date"), values.get("why", "")),
    )


def _is_known(row: Row, left: Counter[Said]) -> bool:
    said = _said(row)
    left[said] -= 1
    return left[said] >= 0


def _refuse_wrong(rows: Iterable[Row], known: Known) -> None:
    """What recording by hand refuses."""
    for row in rows:
        values = row.values
        if why := known.why_not(values["station"], values["date"]):
            row.error("date", why)
        if values["kind"] not in BY_HAND:
            row.error("kind", _("Only what came in, was given out or thrown away is entered by a list."))
            continue
        group = WorkerGroup(values["group"]) if "group" in values else None
        supply = Supply(
            values["item"], SupplyMove(values["kind"]), values["quantity"], values.get("expires_date"), group,
            donor=values.get("donor"),
        )  # fmt: skip
        try:
            refuse_nonsense(supply, values["date"])
        except Invalid as error:
            row.error(error.field, str(error))


def _warn_beside(rows: Iterable[Row], left: Counter[Said]) -> None:
    """A figure that was put right in a list would be moved a second time."""
    beside: Counter[Said] = Counter()
    for said, count in left.items():
        if count > 0:
            beside[said[:4]] += count
    for row in rows:
        if count := beside[_said(row)[:4]]:
            sentence = _(
                "On this day %(count)d further movements of it are recorded, which the list does not name. This one is"
                " entered beside them."
            )
            row.warn("quantity", sentence % {"count": count})


def _movement(row: Row, asking: Asking) -> SupplyMovement:
    values = {name: value for name, value in row.values.items() if name in WRITTEN}
    return SupplyMovement(by=asking.by, **values)


WRITTEN = {"date", "station", "item", "kind", "quantity", "group", "donor", "expires_date", "why"}


def _turn(change: Change) -> tuple[Any, ...]:
    """Day by day, what comes in before what goes out."""
    moved = change.instance
    return moved.date, moved.kind not in COMES_IN, change.row.sheet, change.row.number


def _refuse_more_than_there_is(changes: Iterable[Change], asking: Asking) -> None:
    left = _stocks({_stock(change.instance) for change in changes}, is_held=asking.is_to_last)
    for change in changes:
        moved, lots = change.instance, left[_stock(change.instance)]
        try:
            _refuse_more(moved, lots)
        except Refused as refusal:
            change.row.error("quantity", str(refusal))
        else:
            left[_stock(moved)] = lots_left([moved], lots)


def _refuse_more(moved: SupplyMovement, lots: Lots) -> None:
    if moved.kind not in COMES_IN and moved.quantity > (count := sum(lots.values())):
        values = {"item": moved.item, "count": count}
        raise Refused(_("%(item)s: only %(count)d left. Record first what came in.") % values)
    if moved.kind == SupplyMove.OUT:
        refuse_expired(moved.item, moved.quantity, lots, moved.date)


def _stock(moved: SupplyMovement) -> Stock:
    return moved.station_id, moved.item_id


def _stocks(wanted: Collection[Stock], *, is_held: bool) -> dict[Stock, Lots]:
    """What is left of each, in two queries; held in one order for everybody until the transaction ends."""
    if is_held:
        SupplyStock.objects.bulk_create(
            (SupplyStock(station_id=station, item_id=item) for station, item in sorted(wanted)), ignore_conflicts=True
        )
    rows = SupplyStock.objects.filter(_of(wanted)).order_by("station", "item")
    if is_held:
        rows = rows.select_for_update(of=("self",))
    found: dict[Stock, Lots] = defaultdict(dict)
    found |= {_key(row): {None: row.quantity} for row in rows if row.expires_date is None and row.quantity}
    found |= {
        stock: lots_left(moved) for stock, moved in _moved({_key(row) for row in rows if row.expires_date}).items()
    }
    return found


def _moved(stocks: Collection[Stock]) -> dict[Stock, list[SupplyMovement]]:
    """All movements of these, in their order. One query."""
    moved: dict[Stock, list[SupplyMovement]] = defaultdict(list)
    for row in SupplyMovement.objects.filter(_of(stocks)).order_by("pk") if stocks else ():
        if _stock(row) in stocks:
            moved[_stock(row)].append(row)
    return moved


def _of(wanted: Collection[Stock]) -> Q:
    """At least these, of a few supplies at many stations."""
    return Q(station__in={station for station, _item in wanted}, item__in={item for _station, item in wanted})


@collector_paused()
def _enter(plan: Plan, entry: Entry) -> None:
    rows, now = [change.instance for change in plan.creates], timezone.now()
    for row in rows:
        row.at, row.list_key = now, entry.key
    SupplyMovement.objects.bulk_create(rows, batch_size=2000)
    _settle({_stock(row) for row in rows}, today=timezone.localdate(), seen={_stock(row): row.date for row in rows})


def _undo(undoing: Undoing) -> None:
    """What the list recorded goes, as long as its months are open and what came afterwards does not need it.

    What each movement was stays in the history, with who took it back.
    """
    made = list(SupplyMovement.objects.filter(list_key=undoing.key).select_related("station"))
    locks = Locks(row.station_id for row in made)
    for station in {row.station_id: row.station for row in made}.values():
        refuse_if_merged(station)  # what was left went along, and is not told apart there
    for row in made:
        if why := locks.why(row.station_id, row.date):
            raise Refused(why)
    stocks = {_stock(row) for row in made}
    _stocks(stocks, is_held=True)
    delete_made(Trace(SupplyMovement, made=[row.pk for row in made], changed=[]), undoing)
    _settle(stocks, today=timezone.localdate(), seen={})


def _settle(stocks: Collection[Stock], *, today: date, seen: Mapping[Stock, date]) -> None:
    """What is left, as the movements have it; and the map is told. A few statements for any number of them."""
    moved = _moved(stocks)
    rows = [
        row for row in SupplyStock.objects.filter(_of(stocks)).select_related("station", "item") if _key(row) in stocks
    ]
    for row in rows:
        _refuse_below_nothing(row, moved[_key(row)])
        lots = lots_left(moved[_key(row)])
        row.quantity, row.expires_date = sum(lots.values()), min((day for day in lots if day), default=None)
        if seen.get(_key(row)) == today:
            row.seen_at = timezone.now()
    SupplyStock.objects.bulk_update(rows, ["quantity", "expires_date", "seen_at"], batch_size=500)
    mark_changed(sorted({row.station_id for row in rows if row.item.is_shown}), live_only=True)


def _key(stock: SupplyStock) -> Stock:
    return stock.station_id, stock.item_id


def _refuse_below_nothing(stock: SupplyStock, moved: Iterable[SupplyMovement]) -> None:
    left = 0
    for row in moved:
        left += row.quantity if row.kind in COMES_IN else -row.quantity
        if left < 0:
            names = {"item": stock.item, "station": stock.station}
            raise Refused(
                _("It cannot be taken back any more: of %(item)s at “%(station)s” more went out since.") % names
            )


MOVEMENTS = replace(AS_WRITTEN.as_kind(), compare=_compare, enter=_enter, undo=_undo)
