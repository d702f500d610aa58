"""How days and visits are read."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, DateField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from harbor_portal.lib.months import Month
from services.choices import UNSETTLED, WAITING, FeedbackState, FindingState, InspectionState
from stations.choices import Role
from stations.querysets import OfStationsQuerySet, in_subtrees
from stations.scope import scope_of
from stations.trees import Paths

if TYPE_CHECKING:
    from stations.querysets import Person


ANSWERED_IN_TIME = Q(state=FeedbackState.ANSWERED, answered_at__date__lte=F("due_date"))
MENDED_IN_TIME = Q(mended_at__date__lte=F("first_due_date")) & ~Q(state=FindingState.OPEN)


class _InMonth(OfStationsQuerySet):
    def in_month(self, month: Month) -> Self:
        return self.filter(date__range=(month.first, month.last))


LATE_DAYS = 7
"""So far back a keeper may still record."""


class StationDayQuerySet(_InMonth):
    def lately_unrecorded(self, today: date) -> Self:
        """Opened on one of the last days before `today`, then nobody counted and no nil return sent.

        A day with visits always names the method that counts (`settle_method`).
        """
        span = (today - timedelta(days=LATE_DAYS), today - timedelta(days=1))
        return self.filter(date__range=span, opened_at__isnull=False, is_nil=False, counted_by="")


class VisitQuerySet(_InMonth):
    pass


class VisitEntryQuerySet(_InMonth):
    pass


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class _Happened(OfStationsQuerySet):
    """Rows of a moment, which belong to the units that ran the station on that day."""

    moment: str

    def in_month(self, month: Month) -> Self:
        return self.between(month.first, month.last)

    def between(self, first: date, last: date) -> Self:
        """From the beginning of the first day to the end of the last one, as bounds that an index knows."""
        since, before = _midnight(first), _midnight(last + timedelta(days=1))
        return self.filter(**{f"{self.moment}__gte": since, f"{self.moment}__lt": before})

    def with_posting(self, *conditions: Q) -> Self:
        """Those whose station somebody ran on that day, once each: a station has one posting at most on a day.

        `conditions` are on that posting, at `station__postings`.
        """
        day = TruncDate(self.moment, output_field=DateField())
        in_force = Q(station__postings__until=None) | Q(station__postings__until__gte=F("day"))
        return self.annotate(day=day).filter(in_force, *conditions, station__postings__since__lte=F("day"))

    def of_units(self, paths: Paths) -> Self:
        """Of stations that a unit at or below one of these paths operated or supervised on that day."""
        operated = in_subtrees(paths, "station__postings__operator", "day")
        return self.with_posting(operated | in_subtrees(paths, "station__postings__supervisor", "day"))


class _Escalating(_Happened):
    def unsettled(self) -> Self:
        """Somebody still has to do something."""
        raise NotImplementedError

    def overdue(self, today: date) -> Self:
        return self.unsettled().filter(due_date__lt=today)

    def laid_before(self, user: "Person") -> Self:
        """What went up to a unit of which the person is an officer, and is not settled yet."""
        scope = scope_of(user)
        rows = self.unsettled().filter(escalated_to__isnull=False)
        return rows if scope.everything else rows.filter(escalated_to__path__in=scope.paths_as(Role.OFFICER))

    def to_escalate(self, today: date) -> Self:
        """Overdue, and neither laid before anybody yet nor left alone there for the days that they have."""
        late = Coalesce("escalates_date", "due_date")
        return self.unsettled().annotate(late_after=late).filter(late_after__lt=today)


class FeedbackQuerySet(_Escalating):
    moment = "received_at"

    def unsettled(self) -> Self:
        return self.waiting()

    def waiting(self) -> Self:
        """The queue: entries that nobody has answered yet."""
        return self.filter(state__in=WAITING)

    def entries(self) -> Self:
        """Without those merged with another: one for each thing to be answered."""
        return self.exclude(state=FeedbackState.MERGED)

    def answered_in_time(self) -> Self:
        return self.filter(ANSWERED_IN_TIME)

    def with_voices(self) -> Self:
        """With `voice_count`: how many people said the same, the first one included."""
        others = self.model._base_manager.filter(same_as=OuterRef("pk")).order_by().values("same_as")
        counted = Subquery(others.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        return self.annotate(voice_count=Value(1) + Coalesce(counted, 0))


class InspectionItemQuerySet(QuerySet[Any]):
    def asked(self) -> Self:
        """What a new inspection asks, in order."""
        return self.filter(retired_at=None).order_by("order", "pk")


class InspectionQuerySet(_Happened):
    moment = "finished_at"

    def visible_to(self, user: "Person") -> Self:
        """Finished ones, and the drafts of one's own: what somebody is still writing is nobody else's yet."""
        scope = scope_of(user)
        if scope.everything:
            return self
        return super().visible_to(user).filter(Q(state=InspectionState.FINISHED) | Q(by=scope.user_id))

    def finished(self) -> Self:
        return self.filter(state=InspectionState.FINISHED)

    def drafts_of(self, user: "Person") -> Self:
        return self.filter(state=InspectionState.DRAFT, by=user.pk)


class FindingQuerySet(_Escalating):
    moment = "opened_at"

    def unsettled(self) -> Self:
        return self.filter(state__in=UNSETTLED)

    def to_check(self) -> Self:
        return self.filter(state=FindingState.MENDED)

    def mended_in_time(self) -> Self:
        """By the first deadline, and not sent back since."""
        return self.filter(MENDED_IN_TIME)


class FaultPhotoQuerySet(QuerySet[Any]):
    def of_present_faults(self) -> Self:
        """Of what is out of order still, the last first."""
        return self.filter(at__date__gte=F("amenity__out_since")).order_by("-at", "-pk")


class KeeperNoteQuerySet(OfStationsQuerySet):
    def waiting(self) -> Self:
        """Nobody has dealt with them yet."""
        return self.filter(settled_at=None)


class HandOverQuerySet(OfStationsQuerySet):
    def last_of(self, station: Any) -> Any:
        """The latest of the station, whether taken or not; None before the first."""
        return self.filter(station=station).select_related("by", "taken_by").order_by("-at", "-pk").first()
