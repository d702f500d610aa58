"""Who wrote what a figure is made of since the revision before was frozen: by the ledgers and by the histories."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from harbor_portal.lib.months import Month
from partners.models import Agreement, Obligation, Plate
from reports.models import Anomaly, Assessment, MonthReport, Target
from reports.sealed.differences import Change
from reports.sections.standing import NO_STARS, STARS
from reports.sections.territory import LEVELS, REST
from reports.sections.units import OWN
from services.models import (
    Activity,
    ActivityStation,
    Feedback,
    Finding,
    Grant,
    StationDay,
    Story,
    SupplyMovement,
    VisitEntry,
    Wish,
)
from stations.models import CalendarDay, Division, Honour, HoursException, Posting, Station, StationAmenity, Unit
from stations.querysets import in_subtrees, run_by
from stations.standings import FACTS

LEDGER = "ledger"
"""Visits and days, and whatever says what was to be done on these: the topic of all that has no other."""
TOPICS = {
    **dict.fromkeys(("activity", "activities", "participants", "ahead"), "activity"),
    **dict.fromkeys(("feedback", "share_answered", "complaints", "told"), "feedback"),
    **dict.fromkeys(("finding", "findings", "findings_open", "share_mended", "found"), "finding"),
    **dict.fromkeys(("supply", "expiring"), "supply"),
    **dict.fromkeys(("anomaly", "anomalies_open", "unusual"), "anomaly"),
    **dict.fromkeys(("star", *STARS, NO_STARS), "star"),
    **dict.fromkeys(("state", "in_time", "units", "units_reported", "units_in_time"), "return"),
    "broken": "amenity",
    "target": "target",
    "money": "money",
    "example": "story",
    "honour": "honour",
    "agreement": "agreement",
    "obligation": "obligation",
    "wish": "wish",
    "hand_in": "deadline",
}
"""What a section tells of, or one of its measures, kinds or columns."""
BY_KEY, BY_FIELD = ("overview", "problem", "money", "coming"), ("station", "standing", "unit")
"""Sections that tell of several topics, each line or each column of its own."""
YEARS = ("visits_year", "year", "year_before")
BACK = {"previous": -1, "last_year": -12}
SHOWN = (*FACTS, "name", "host_kind", "entry_mode", "opened_date")
"""Of a station's record what the report tells or is made with."""

Place = tuple[str, str]
"""A kind of line, and what of that kind it is about."""
EVERYWHERE: Place = ("", "")


@dataclass(frozen=True)
class Written:
    """Somebody wrote something: about a station, a division, a unit or nobody in particular, of a month or of any."""

    topic: str
    by: int
    station: int | None = None
    month: Month | None = None
    division: str = ""
    unit: str = ""
    """Its path in the tree."""


class Correctors:
    """Of a unit and month, since its revision `before` was frozen. A constant number of queries."""

    def __init__(self, before: MonthReport) -> None:
        self._unit, self._month, self._since = before.unit, Month.of(before.month), before.submitted_at
        self._postings: Any = Posting.objects.filter(run_by((self._unit.path,))).order_by()
        self._held = self._postings.values("station")

    def of(self, change: Change) -> list[int]:
        """The keys of those who wrote what the cell or row is made of, who wrote most first."""
        months = self._months_of(change)
        found: Counter[int] = Counter()
        for (month, by), count in self._lines[_place_of(change)].get(_topic_of(change), {}).items():
            if month is None or months is None or month in months:
                found[by] += count
        return [by for by, _count in found.most_common()]

    def _months_of(self, change: Change) -> Sequence[Month] | None:
        """Of which months a cell is the sum; None if of many, or of none in particular."""
        if change.section == "trend":
            return [Month.parse(change.key[0])]
        if change.section in ("problem", "ahead", "coming") or {change.field, *change.key} & {*YEARS}:
            return None
        return [self._month.plus(BACK.get(change.field, 0))]

    @cached_property
    def _lines(self) -> Mapping[Place, Mapping[str, Counter[tuple[Month | None, int]]]]:
        written = list(self._written()) if self._since else []
        places = self._places({one.station for one in written if one.station})
        found: Any = defaultdict(lambda: defaultdict(Counter))
        for one in written:
            of_unit = {("unit", self._below(one.unit))} if one.unit else set()
            for place in {EVERYWHERE, *places.get(one.station, ()), *_divisions(one.division), *of_unit}:
                found[place][one.topic][one.month, one.by] += 1
        return found  # type: ignore[no-any-return]  # what it is made as

    def _places(self, stations: Iterable[int | None]) -> Mapping[int | None, set[Place]]:
        """The lines in which each of the stations counts."""
        found: dict[int | None, set[Place]] = defaultdict(set)
        facts = ("station__code", "station__host_kind", "operator__path", "supervisor__path", "division")
        postings = self._postings.filter(station__in=stations).during(self._month.plus(-12).first, self._month.last)
        for station, code, host, operator, supervisor, division in postings.values_list("station", *facts):
            own = self._unit.path
            line = supervisor if (supervisor or "").startswith(own) else operator
            found[station] |= {("station", code), ("host", host), ("unit", self._below(line)), *_divisions(division)}
            found[station].add(("operator", self._codes.get((operator or "")[: Unit.steplen], "")))
        for station, code in Plate.objects.filter(station__in=stations).values_list("station", "programme__code"):
            found[station].add(("programme", code))
        return found

    def _below(self, path: str) -> str:
        """The code of the unit right below the subject's in which that one stands."""
        deep = path[: len(self._unit.path) + Unit.steplen]
        return OWN if deep == self._unit.path else self._codes.get(deep, "")

    @cached_property
    def _codes(self) -> dict[str, str]:
        known = Q(depth=1) | Q(path__startswith=self._unit.path, depth=self._unit.depth + 1)
        return dict(Unit.objects.filter(known).values_list("path", "code"))

    def _written(self) -> Iterator[Written]:
        here, below = Q(station__in=self._held), Q(unit__path__startswith=self._unit.path)
        for topic, model in ((LEDGER, VisitEntry), ("supply", SupplyMovement)):
            yield from self._read(topic, model.objects.filter(here), "date", at="at", by="by")
        for topic, rows, day in (
            (LEDGER, StationDay.history.filter(here), "date"),
            (LEDGER, Posting.history.filter(here), ""),
            (LEDGER, Plate.history.filter(here), ""),
            ("feedback", Feedback.history.filter(here), "received_at"),
            ("finding", Finding.history.filter(here), "opened_at"),
            ("supply", SupplyMovement.history.filter(here), "date"),
            ("anomaly", Anomaly.history.filter(here), "month"),
            ("star", Assessment.history.filter(here), ""),
            ("amenity", StationAmenity.history.filter(here), ""),
            ("money", Grant.history.filter(batch__unit__path__startswith=self._unit.path), "applied_at"),
            ("honour", Honour.history.filter(here | below), ""),
            ("story", Story.history.filter(below), ""),
        ):
            yield from self._read(topic, rows, day)
        returns = MonthReport.history.filter(below, month=self._month.first).exclude(unit=self._unit)
        for topic, rows in (
            ("target", Target.history.filter(below)),
            ("agreement", Agreement.history.filter(below)),
            ("wish", Wish.history.filter(below)),
            ("return", returns),
        ):
            for unit, by in self._of_history(rows).values_list("unit__path", "history_user"):
                yield Written(topic, by, unit=unit)
        promised = Obligation.history.filter(agreement__unit__path__startswith=self._unit.path)
        for by in self._of_history(promised).values_list("history_user", flat=True):
            yield Written("obligation", by)
        yield from self._records()
        yield from self._shared_days()
        yield from self._activities()

    def _read(
        self, topic: str, rows: Any, day: str, *, at: str = "history_date", by: str = "history_user"
    ) -> Iterator[Written]:
        """Of stations; `day` is the field of the day that a row is about, "" if it is about none."""
        found = rows.filter(**{f"{at}__gte": self._since, f"{by}__isnull": False}).order_by(at, "pk")
        if day:
            found = found.filter(**{f"{day}__gte": _begin(self._first, day), f"{day}__lt": _begin(self._after, day)})
        for key, station, *of in found.values_list(by, "station", *filter(None, [day])):
            yield Written(topic, key, station, _month(of[0]) if of else None)

    def _of_history(self, rows: Any) -> Any:
        return rows.filter(history_date__gte=self._since, history_user__isnull=False).order_by("history_id")

    @property
    def _first(self) -> date:
        """The January from which the year before is told."""
        return date(self._month.year - 1, 1, 1)

    @property
    def _after(self) -> date:
        return self._month.plus(1).first

    def _records(self) -> Iterator[Written]:
        """What a station's record says otherwise than before: its hours, a suspension, what kind of place it is."""
        changed = Station.history.filter(history_date__gte=self._since, id__in=self._held).values("id")
        lines = Station.history.filter(id__in=changed).order_by("id", "history_date", "history_id")
        said: dict[int, list[Any]] = {}
        for pk, at, by, *facts in lines.values_list("id", "history_date", "history_user", *SHOWN):
            if by and at >= self._since and said.get(pk) != facts:
                yield Written(LEDGER, by, pk)
            said[pk] = facts

    def _shared_days(self) -> Iterator[Written]:
        """Exceptions to the hours, of each station for which they hold; and days of the calendar."""
        days = self._of_history(CalendarDay.history).filter(date__gte=self._first, date__lt=self._after)
        for by, day in days.values_list("history_user", "date"):
            yield Written(LEDGER, by, month=Month.of(day))
        dated = self._of_history(HoursException.history).filter(first__lt=self._after, last__gte=self._first)
        exceptions = list(dated.values_list("station", "unit__path", "history_user"))
        own, paths = {one for one, _path, _by in exceptions if one}, {path for _one, path, _by in exceptions if path}
        postings = self._postings.filter(Q(station__in=own) | in_subtrees(tuple(paths), "operator"))
        operators: dict[int, str] = dict(postings.values_list("station", "operator__path"))
        for one, path, by in exceptions:
            for station, operator in operators.items():
                if station == one or (path and (operator or "").startswith(path)):
                    yield Written(LEDGER, by, station)

    def _activities(self) -> Iterator[Written]:
        """Also those of the month to come, which the report tells ahead."""
        ours = Activity.objects.of_units((self._unit.path,)).order_by().values("pk")
        begun = (_begin(self._first, "starts_at"), _begin(self._month.plus(2).first, "starts_at"))
        lines = self._of_history(Activity.history.filter(id__in=ours, starts_at__range=begun))
        found = list(lines.values_list("id", "history_user", "division", "starts_at"))
        held: dict[int, list[int | None]] = defaultdict(list)
        at_stations = ActivityStation.objects.filter(activity__in={pk for pk, *_more in found})
        for pk, station in at_stations.order_by("pk").values_list("activity", "station"):
            held[pk].append(station)
        for pk, by, division, at in found:
            for station in held[pk] or [None]:
                yield Written("activity", by, station, _month(at), division or "")


def _begin(day: date, field: str) -> date | datetime:
    """As the field is compared with it."""
    return timezone.make_aware(datetime.combine(day, time())) if field.endswith("_at") else day


def _month(at: date | datetime) -> Month:
    return Month.of(timezone.localdate(at) if isinstance(at, datetime) else at)


def _divisions(code: str | None) -> set[Place]:
    """The lines by territory in which what lies in that division counts."""
    return {(REST, code), *((level, Division(code=code, level=level).prefix) for level in LEVELS)} if code else set()


def _place_of(change: Change) -> Place:
    match change.section, change.key:
        case (("station" | "unopened"), (code,)) if code:
            return ("station", code)
        case (("problem" | "change"), (_, code, *_)) | ("coming", ("suspension", code)):
            return ("station", code)
        case (("unit" | "operator" | "host" | "programme"), (code,)):
            return (change.section, code)
        case (("territory" | "standing"), (code, level)) if code:
            return (level, code if level == REST else Division(code=code, level=level).prefix)
    return EVERYWHERE


def _topic_of(change: Change) -> str:
    name = change.key[0] if change.section in BY_KEY else change.field if change.section in BY_FIELD else ""
    return TOPICS.get(name) or TOPICS.get(change.section, LEDGER)
