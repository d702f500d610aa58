"""A station's day as "My station" shows it: everything read in a constant number of queries."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db.models import F, Prefetch, Subquery, Sum
from django.utils import timezone

from services.choices import Method, WorkerGroup
from services.facets import reported_closed
from services.models import FaultPhoto, Feedback, HandOver, KeeperNote, StationDay, SupplyItem, Visit, VisitEntry
from services.policies import earliest_day, lock_reason
from services.supplies import Stock, stocks_of
from stations.models import Keeper, Station, StationAmenity, User

FREQUENT = 5
"""So many counters stand open above the fold of a phone; the other groups are one tap away."""

LOOKBACK_DAYS = 28
SHOWN_REPORTS = 5
SHOWN_ENTRIES = 12
SHOWN_NOTES = 5


@dataclass(frozen=True)
class Counter:
    """One group's counter; its figure is of the tally, which is what the buttons write."""

    group: WorkerGroup
    count: int
    key: UUID


@dataclass(frozen=True)
class MethodTotal:
    method: Method
    count: int
    is_counted: bool


@dataclass(frozen=True)
class Line:
    """An entry of the ledger with what can be done about it."""

    entry: VisitEntry
    can_undo: bool
    key: UUID


@dataclass(frozen=True)
class MyDay:
    """One station and day, for one person."""

    station: Station
    day: date
    today: date
    earliest: date | None
    record: StationDay | None
    locked: str | None
    counters: list[Counter]
    totals: list[MethodTotal]
    lines: list[Line]
    amenities: list[StationAmenity]
    reports: list[Feedback]
    supplies: list[Stock]
    supply_items: list[SupplyItem]
    notes: list[KeeperNote]
    """The last ones, those that wait first."""
    hand_over: HandOver | None
    """The last one."""
    has_colleagues: bool
    is_door_in_doubt: bool
    """Whether somebody found it closed today, and nobody has said since that it is open."""

    @property
    def frequent(self) -> list[Counter]:
        return self.counters[:FREQUENT]

    @property
    def others(self) -> list[Counter]:
        return self.counters[FREQUENT:]

    @property
    def total(self) -> int:
        """The visits that count: those of the one method that makes the day's total."""
        return next((total.count for total in self.totals if total.is_counted), 0)

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def is_open(self) -> bool:
        return bool(self.record and self.record.opened_at and not self.record.closed_at)

    @property
    def spare_key(self) -> UUID:
        """Another one for each form that asks."""
        return uuid4()

    @property
    def is_officer(self) -> bool:
        """Whether the person answers for the station, and does not only keep it."""
        return self.earliest is None

    @property
    def is_handed_over(self) -> bool:
        """Somebody left the desk, and nobody has taken over yet."""
        return self.is_today and self.hand_over is not None and self.hand_over.taken_at is None

    @property
    def taken_today(self) -> HandOver | None:
        if self.hand_over is None or self.hand_over.taken_at is None or not self.is_today:
            return None
        return self.hand_over if timezone.localdate(self.hand_over.taken_at) == self.today else None

    @property
    def before(self) -> date | None:
        """The day before, while it may still be written."""
        day = self.day - timedelta(days=1)
        return day if self.earliest is None or day >= self.earliest else None

    @property
    def after(self) -> date | None:
        return self.day + timedelta(days=1) if self.day < self.today else None


def read_day(*, station: Station, day: date, by: User, today: date) -> MyDay:
    record = StationDay.objects.filter(station=station, date=day).first()
    figures = list(
        Visit.objects.filter(station=station, date=day).values_list("method", "group").annotate(Sum("count"))
    )
    reports = _reports(station)
    return MyDay(
        station=station,
        day=day,
        today=today,
        earliest=earliest_day(by, station, today),
        record=record,
        locked=lock_reason(station.pk, day),
        counters=_counters(station, day, {group: count for method, group, count in figures if method == Method.TALLY}),
        totals=_totals(figures, record.counted_by if record else ""),
        lines=_lines(station, day),
        amenities=list(
            StationAmenity.objects.filter(station=station)
            .exclude(access="none")
            .select_related("amenity")
            .prefetch_related(Prefetch("fault_photos", FaultPhoto.objects.all().of_present_faults(), "photos"))
            .order_by("-health", "amenity__order", "amenity__code")
        ),
        reports=reports,
        supplies=stocks_of(station, today),
        supply_items=list(SupplyItem.objects.order_by("order", "code")),
        notes=_notes(station),
        hand_over=HandOver.objects.all().last_of(station),
        has_colleagues=Keeper.objects.filter(station=station).exclude(user=by).exists(),
        is_door_in_doubt=bool(reports) and day == today and bool(reported_closed([station.pk])),
    )


def total_of(station: Station, day: date) -> int:
    """The visits of the day that count: those of the one method that makes its total. One query."""
    counted = StationDay.objects.filter(station=station, date=day).values("counted_by")
    visits = Visit.objects.filter(station=station, date=day, method=Subquery(counted))
    return visits.aggregate(total=Sum("count"))["total"] or 0


def _reports(station: Station) -> list[Feedback]:
    """What visitors told the station and nobody has answered yet, what is due first."""
    waiting = Feedback.objects.waiting().filter(station=station).with_voices()
    return list(waiting.select_related("amenity").order_by("due_date", "pk")[:SHOWN_REPORTS])


def _notes(station: Station) -> list[KeeperNote]:
    notes = KeeperNote.objects.filter(station=station).select_related("by", "settled_by")
    return list(notes.order_by(F("settled_at").desc(nulls_first=True), "-at", "-pk")[:SHOWN_NOTES])


def _counters(station: Station, day: date, counts: dict[str, int]) -> list[Counter]:
    """Groups that came often lately first; among equals, in the order of the catalogue.

    The day itself has no say, so that no button moves away under the finger.
    """
    before = (day - timedelta(days=LOOKBACK_DAYS), day - timedelta(days=1))
    lately = Visit.objects.filter(station=station, date__range=before)
    usual = dict(lately.values_list("group").annotate(Sum("count")))
    groups = sorted(WorkerGroup, key=lambda group: -usual.get(group, 0))
    return [Counter(group, counts.get(group, 0), uuid4()) for group in groups]


def _totals(figures: list[tuple[str, str, int]], counted_by: str) -> list[MethodTotal]:
    sums = {method: sum(row[2] for row in figures if row[0] == method) for method in Method}
    return [MethodTotal(method, count, method == counted_by) for method, count in sums.items() if count]


def _lines(station: Station, day: date) -> list[Line]:
    entries = VisitEntry.objects.filter(station=station, date=day).select_related("by", "undone_by").order_by("-pk")
    return [
        Line(entry, can_undo=entry.undoes_id is None and not hasattr(entry, "undone_by"), key=uuid4())
        for entry in entries[:SHOWN_ENTRIES]
    ]
