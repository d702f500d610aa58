"""A station's day as "My station" shows it: each part is read when it is drawn, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, Prefetch, Subquery, Sum
from django.utils import timezone

from partners.models import Partner
from services.activity_choices import UNREPORTED
from services.choices import Method
from services.facets import reported_closed
from services.hourly import hour_name
from services.models import (
    Activity,
    FaultPhoto,
    Feedback,
    Finding,
    HandOver,
    KeeperNote,
    StationDay,
    SupplyItem,
    SupplyTransfer,
    Visit,
    VisitEntry,
)
from services.my_counters import CountedDay
from services.policies import earliest_day, lock_reason, why_late
from services.supplies import Stock, donors_for, stocks_of
from services.supply_querysets import seasons_at
from stations.choices import StationStatus
from stations.fact_lines import FactLine, Proposal, lines_of, proposals_of
from stations.models import Keeper, Station, StationAmenity, StationCard
from stations.policies import is_keeper

SHOWN_REPORTS = 5
SHOWN_FINDINGS = 8
SHOWN_ACTIVITIES = 5
UNCOUNTED_DAYS = 14
"""So long an activity that is over stays on the page, for somebody to count who came."""
SHOWN_ENTRIES = 6
SHOWN_NOTES = 5
ASKED_FACTS = 3
SHOWN_PROPOSALS = 3
SHOWN_DELIVERIES = 20
SHOWN_NEIGHBOURS = 12
SHOWN_DONORS = 200


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

    @property
    def hour(self) -> str:
        return "" if self.entry.hour is None else hour_name(self.entry.hour)


class MyDay(CountedDay):
    """What "My station" shows beside its counters."""

    @cached_property
    def record(self) -> StationDay | None:
        return StationDay.objects.filter(station=self.station, date=self.day).first()

    @cached_property
    def earliest(self) -> date | None:
        return earliest_day(self.by, self.station, self.today)

    @cached_property
    def locked(self) -> str | None:
        """Why nothing can be recorded on the day: its month is handed in, or it is too long ago for this person."""
        return lock_reason(self.station.pk, self.day) or why_late(self.day, self.earliest)

    @cached_property
    def totals(self) -> list[MethodTotal]:
        counted_by = self.record.counted_by if self.record else ""
        sums = {method: sum(row[-1] for row in self.figures if row[0] == method) for method in Method}
        return [MethodTotal(method, count, method == counted_by) for method, count in sums.items() if count]

    @cached_property
    def lines(self) -> list[Line]:
        entries = VisitEntry.objects.filter(station=self.station, date=self.day).select_related("by", "undone_by")
        return [
            Line(entry, can_undo=entry.undoes_id is None and not hasattr(entry, "undone_by"), key=uuid4())
            for entry in entries.order_by("-pk")[:SHOWN_ENTRIES]
        ]

    @cached_property
    def amenities(self) -> list[StationAmenity]:
        rows = StationAmenity.objects.filter(station=self.station).exclude(access="none").select_related("amenity")
        faults = Prefetch("fault_photos", FaultPhoto.objects.all().of_present_faults(), "photos")
        return list(rows.prefetch_related(faults).order_by("-health", "amenity__order", "amenity__code"))

    @cached_property
    def reports(self) -> list[Feedback]:
        """What visitors told the station and nobody has answered yet, what is due first."""
        waiting = Feedback.objects.waiting().filter(station=self.station).with_voices()
        return list(waiting.select_related("amenity").order_by("due_date", "pk")[:SHOWN_REPORTS])

    @cached_property
    def findings(self) -> list[Finding]:
        """What inspections found and is not settled, what is due first."""
        rows = Finding.objects.unsettled().filter(station=self.station).select_related("item")
        return list(rows.order_by("due_date", "pk")[:SHOWN_FINDINGS])

    @cached_property
    def activities(self) -> list[Activity]:
        """What comes here next, after what is over and nobody has counted yet."""
        rows: Any = Activity.objects.filter(status__in=UNREPORTED)
        since = timezone.now() - timedelta(days=UNCOUNTED_DAYS)
        return list(rows.at_station(self.station).filter(ends_at__gt=since).order_by("starts_at")[:SHOWN_ACTIVITIES])

    @cached_property
    def is_door_in_doubt(self) -> bool:
        """Whether somebody found it closed today, and nobody has said since that it is open."""
        return bool(self.reports) and self.is_today and bool(reported_closed([self.station.pk]))

    @cached_property
    def supplies(self) -> list[Stock]:
        return stocks_of(self.station, self.today)

    @cached_property
    def supply_items(self) -> list[SupplyItem]:
        """What is needed in this season first."""
        season = seasons_at(self.today)
        items = SupplyItem.objects.order_by("order", "code")
        return sorted(items, key=lambda item: item.season not in season)

    @property
    def daily_items(self) -> list[SupplyItem]:
        """What a person gets one of a day, and is there."""
        there = {stock.row.item_id for stock in self.supplies if stock.row.quantity}
        return [item for item in self.supply_items if item.is_once_a_day and item.pk in there]

    @cached_property
    def donors(self) -> list[Partner]:
        return list(donors_for(self.station, self.day)[:SHOWN_DONORS])

    @cached_property
    def coming(self) -> list[SupplyTransfer]:
        """What other stations sent, and is not here yet."""
        rows = SupplyTransfer.objects.all().on_the_way().filter(target=self.station)
        return list(rows.select_related("item", "origin").order_by("pk")[:SHOWN_DELIVERIES])

    @cached_property
    def sent(self) -> list[SupplyTransfer]:
        rows = SupplyTransfer.objects.all().on_the_way().filter(origin=self.station)
        return list(rows.select_related("item", "target").order_by("pk")[:SHOWN_DELIVERIES])

    @cached_property
    def neighbours(self) -> list[tuple[str, str]]:
        """Code and name of stations around, to which something may be sent."""
        if self.station.longitude is None or self.station.latitude is None:
            return []
        cards = StationCard.objects.near(self.station.longitude, self.station.latitude).exclude(pk=self.station.pk)
        return list(cards.values_list("code", "record__name")[:SHOWN_NEIGHBOURS])

    @cached_property
    def notes(self) -> list[KeeperNote]:
        """The last ones, those that wait first."""
        notes = KeeperNote.objects.filter(station=self.station).select_related("by", "settled_by")
        return list(notes.order_by(F("settled_at").desc(nulls_first=True), "-at", "-pk")[:SHOWN_NOTES])

    @cached_property
    def due_facts(self) -> list[FactLine]:
        """A few at a time, what is due longest first."""
        return [line for line in lines_of(self.station, self.today) if line.is_due][:ASKED_FACTS]

    @cached_property
    def proposals(self) -> list[Proposal]:
        """What the keepers proposed last."""
        return proposals_of(self.station, SHOWN_PROPOSALS)

    @cached_property
    def may_propose(self) -> bool:
        return is_keeper(self.by, self.station) and self.station.status != StationStatus.CLOSED

    @cached_property
    def hand_over(self) -> HandOver | None:
        """The last one."""
        last: HandOver | None = HandOver.objects.all().last_of(self.station)
        return last

    @cached_property
    def has_colleagues(self) -> bool:
        return Keeper.objects.filter(station=self.station).exclude(user=self.by).exists()

    @property
    def total(self) -> int:
        """The visits that count: those of the one method that makes the day's total."""
        return next((total.count for total in self.totals if total.is_counted), 0)

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


def total_of(station: Station, day: date) -> int:
    """The visits of the day that count: those of the one method that makes its total. One query."""
    counted = StationDay.objects.filter(station=station, date=day).values("counted_by")
    visits = Visit.objects.filter(station=station, date=day, method=Subquery(counted))
    return visits.aggregate(total=Sum("count"))["total"] or 0
