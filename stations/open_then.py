"""Which stations were, or will be, open at a moment of any day by what is posted for it, decided inside a query.

`stations.open_now` knows what keepers and visitors tell of today, and the exceptions from this week on. A month that is
over is judged by what held then: the hours, the suspension and the status of that day (`stations.standings`), and its
exceptions. Of a day to come both answer alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone

from stations.expressions import DAY, Calendar, Interval, without_overlap
from stations.hours import Answer, answer_at, calendar_between
from stations.models import HoursException, Posting, Schedule, Unit
from stations.models.schedules import plan_with
from stations.plans import ONE_DAY, DatedHours, Plan, layered
from stations.querysets import IsOneOf
from stations.standings import IN_USE, changed_since, past_of
from stations.trees import tree_on

GONE = "gone"
"""The answer for a station that was not in use: a draft, or closed for good."""
_CLOSED = Value("closed")
_ROW = ("first", "last", "hours", "reason")

Dated = tuple[DatedHours, ...]


def state_then(moment: datetime) -> Case:
    """An expression on the postings of that day: "open", "unknown" or "closed", or `GONE`. At most nine queries.

    Most stations share few schedules, and few units have exceptions, so the query is given the keys of those that are
    open; what is a station's own, or has changed since, is worked out one by one.
    """
    then = _Then(moment)
    return Case(
        *then.own(),
        When(~Q(station__status__in=IN_USE), then=Value(GONE)),
        When(_suspended_on(then.day), then=_CLOSED),
        *(when for dated, operators in then.operators.items() for when in then.shared(dated, operators)),
        *then.shared((), ()),
        default=_CLOSED,
        output_field=CharField(),
    )


def _suspended_on(day: date) -> Q:
    until = Q(station__suspended_until=None) | Q(station__suspended_until__gte=day)
    return Q(station__suspended_from__lte=day) & until


def _has_hours(schedules: Iterable[int], *, or_none: bool) -> Q:
    listed = Q(IsOneOf(F("station__schedule_id"), schedules))
    return listed | Q(station__schedule_id=None) if or_none else listed


@dataclass
class _Then:
    moment: datetime
    day: date = field(init=False)
    calendar: Calendar = field(init=False)
    schedules: Mapping[int, Schedule] = field(init=False)
    operators: Mapping[Dated, list[int]] = field(init=False)
    """Which operators have which exceptions, those of the units above them included; most have none."""

    def __post_init__(self) -> None:
        self.day = timezone.localdate(self.moment)
        # The night of the day before may still run.
        self.calendar = calendar_between(self.day - ONE_DAY, self.day)
        self.schedules = Schedule.objects.in_bulk()
        self._exceptions = HoursException.objects.during(self.day - ONE_DAY, self.day)
        self.operators = self._operators()

    def _operators(self) -> dict[Dated, list[int]]:
        of_units: dict[str, list[DatedHours]] = defaultdict(list)
        for path, *row in self._exceptions.filter(unit__isnull=False).values_list("unit__path", *_ROW):
            of_units[path].append(DatedHours(*row))
        found: dict[Dated, list[int]] = defaultdict(list)
        if of_units:
            tree = tree_on(self.day)
            for pk, path in Unit.objects.filter(tree.below(of_units)).values_list("pk", "path"):
                found[layered(of_units[each] for each in tree.above(path) if each in of_units)].append(pk)
        return found

    def shared(self, dated: Dated, operators: Iterable[int]) -> list[When]:
        """For stations of these operators, or of all, that have these exceptions; those that are closed are left."""
        by_answer: dict[Answer, list[int]] = defaultdict(list)
        for pk, schedule in self.schedules.items():
            by_answer[self._answer(plan_with(schedule, dated))].append(pk)
        without = self._answer(plan_with(None, dated))
        ours = Q(IsOneOf(F("operator_id"), operators)) if dated else Q()
        answers: list[Answer] = ["open", "unknown", "closed"] if dated else ["open", "unknown"]
        return [
            When(ours & _has_hours(by_answer[answer], or_none=without == answer), then=Value(answer))
            for answer in answers
        ]

    def own(self) -> list[When]:
        """For stations with exceptions of their own, and those whose record says something else now than then."""
        dated: dict[int, list[DatedHours]] = defaultdict(list)
        for pk, *row in self._exceptions.filter(unit=None).values_list("station", *_ROW):
            dated[pk].append(DatedHours(*row))
        changed = changed_since(self.day + ONE_DAY) if self.day < timezone.localdate() else []
        stations = {*dated, *changed}
        if not stations:
            return []
        of_operator = {pk: group for group, operators in self.operators.items() for pk in operators}
        postings: Any = Posting.objects.all()
        run_by = dict(postings.on(self.day).filter(station__in=stations).values_list("station", "operator"))
        found: dict[str, list[int]] = defaultdict(list)
        for pk, past in past_of(stations).items():
            standing = past.on(self.day)
            plan = plan_with(
                self.schedules.get(standing.schedule_id or 0),
                layered([dated.get(pk, []), of_operator.get(run_by.get(pk) or 0, ())]),
            )
            answer = "closed" if past.suspended_on(self.day) else self._answer(plan)
            found[answer if standing.is_in_use else GONE].append(pk)
        return [When(Q(IsOneOf(F("station_id"), keys)), then=Value(answer)) for answer, keys in found.items()]

    def _answer(self, plan: Plan) -> Answer:
        local = timezone.localtime(self.moment)
        line = without_overlap(
            Interval(item.start + offset * DAY, item.end + offset * DAY, item.state)
            for offset in (-1, 0)
            for item in plan.intervals(self.day + offset * ONE_DAY, self.calendar)
        )
        return answer_at(line, local.hour * 60 + local.minute)[0]
