"""What a target can be about besides what contests compare: how much is done, and how things stand at a day."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.months import Month
from partners.agreement_choices import AgreementKind
from partners.models import Agreement, AgreementStation, SpecialStation
from reports.metrics import Measured, Metric, by_unit, pairs, register_metric, station_months
from reports.models import Assessment
from services.activity_choices import TOOK_PLACE, ActivityKind
from services.choices import UNSETTLED
from services.models import Activity, ActivityStation, Finding, Story, Wish
from services.querysets import MENDED_IN_TIME
from services.story_choices import StoryState
from services.wish_choices import CAME_TRUE
from stations.choices import StationStatus
from stations.models import Posting, Station, Unit
from stations.querysets import run_by
from stations.trees import line_in

Found = dict[int, tuple[int, int]]
LINES = ("operator", "supervisor")
AT_STATIONS = tuple(f"station__postings__{line}" for line in LINES)
ON_MAP = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)


def _amounts(found: dict[int, Any]) -> Found:
    return {pk: (sums["part"] or 0, 0) for pk, sums in found.items()}


def _last_day(last: Month) -> date:
    return min(last.last, timezone.localdate())


def _visits(units: Sequence[Unit], first: Month, last: Month) -> Found:
    return _amounts(station_months(units, first, last, part=Sum("visits")))


def _held(part: Any, **only: Any) -> Measured:
    """Of activities, each with the unit that organised it, in the month in which it began."""

    def measure(units: Sequence[Unit], first: Month, last: Month) -> Found:
        rows: Any = Activity.objects.filter(status__in=TOOK_PLACE, **only)
        held = rows.between(first.first, last.last)
        return _amounts(by_unit(held, units, ["organiser"], {"part": part}, at="starts_at__date"))

    return measure


def _stories(units: Sequence[Unit], first: Month, last: Month) -> Found:
    rows: Any = Story.objects.filter(state=StoryState.PUBLISHED)
    told = rows.between(first.first, last.last)
    return _amounts(by_unit(told, units, ["unit"], {"part": Count("pk")}, at="published_at__date"))


def _wishes(units: Sequence[Unit], first: Month, last: Month) -> Found:
    rows = Wish.objects.filter(state__in=CAME_TRUE, fulfilled_at__date__range=(first.first, last.last))
    return _amounts(by_unit(rows, units, ["unit"], {"part": Count("pk")}, at="fulfilled_at__date"))


def _mended(units: Sequence[Unit], first: Month, last: Month) -> Found:
    rows: Any = Finding.objects.all()
    posted = rows.between(first.first, last.last).with_posting()
    not_due = Q(state__in=UNSETTLED, first_due_date__gte=timezone.localdate()) & ~MENDED_IN_TIME
    sums = {"part": Count("pk", filter=MENDED_IN_TIME), "whole": Count("pk", filter=~not_due)}
    return pairs(by_unit(posted, units, AT_STATIONS, sums, at="day"), "part", "whole")


def _in_force(day: date, prefix: str = "station__postings__") -> Q:
    """Of rows of stations, that somebody ran the station on that day."""
    until = Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gte": day})
    return Q(until, **{f"{prefix}since__lte": day})


def _status_then(day: date) -> Any:
    """As its history says it stood at the end of that day; what was said first holds for the days before as well."""
    lines = Station.history.filter(id=OuterRef("station_id"))
    last = lines.filter(history_date__date__lte=day).order_by("-history_date", "-history_id").values("status")[:1]
    first = lines.order_by("history_date", "history_id").values("status")[:1]
    return Coalesce(Subquery(last), Subquery(first), F("station__status"))


def _postings(last: Month) -> QuerySet[Any]:
    """The stations of a day that are not closed for good, each by its posting, with their `status` of then."""
    day = _last_day(last)
    status = F("station__status") if day == timezone.localdate() else _status_then(day)
    rows: Any = Posting.objects.all()
    return rows.on(day).annotate(status=status).exclude(status=StationStatus.CLOSED)  # type: ignore[no-any-return]


def _on_map(units: Sequence[Unit], _first: Month, last: Month) -> Found:
    sums = {"part": Count("pk", filter=Q(status__in=ON_MAP)), "whole": Count("pk")}
    return pairs(by_unit(_postings(last), units, LINES, sums, at=_last_day(last)), "part", "whole")


def _stars(least: int) -> Measured:
    """Of the stations that are on the map those that bear so many stars or more."""

    def measure(units: Sequence[Unit], _first: Month, last: Month) -> Found:
        stars: Any = Assessment.objects.filter(station=OuterRef("station"), star__gte=least)
        rows = _postings(last).filter(status__in=ON_MAP).annotate(is_starred=Exists(stars.in_force(_last_day(last))))
        sums = {"part": Count("pk", filter=Q(is_starred=True)), "whole": Count("pk")}
        return pairs(by_unit(rows, units, LINES, sums, at=_last_day(last)), "part", "whole")

    return measure


def _special(units: Sequence[Unit], _first: Month, last: Month) -> Found:
    day = _last_day(last)
    rows = SpecialStation.objects.filter(Q(until=None) | Q(until__gte=day), _in_force(day), since__lte=day)
    return _amounts(by_unit(rows, units, AT_STATIONS, {"part": Count("station", distinct=True)}, at=day))


def _co_built(units: Sequence[Unit], _first: Month, last: Month) -> Found:
    """Stations that an agreement on co-building holds for on that day, by name or as all of a unit's."""
    day = _last_day(last)
    agreements: Any = Agreement.objects.filter(kind=AgreementKind.CO_BUILDING)
    current = agreements.in_force(day)
    paths = tuple(current.exclude(covered_unit=None).values_list("covered_unit__path", flat=True))
    named = AgreementStation.objects.filter(
        Q(since=None) | Q(since__lte=day),
        Q(until=None) | Q(until__gte=day),
        agreement__in=current.order_by().values("pk"),
    )
    whole = run_by(line_in(paths, last))
    rows = _postings(last).filter(whole | Q(station__in=named.filter(agreement__covered_unit=None).values("station")))
    return _amounts(by_unit(rows, units, LINES, {"part": Count("pk")}, at=day))


def _communities(units: Sequence[Unit], first: Month, last: Month) -> Found:
    """Streets and towns at whose stations an activity took place since the first month."""
    held: Any = Activity.objects.filter(status__in=TOOK_PLACE)
    rows = ActivityStation.objects.filter(
        _in_force(_last_day(last)), activity__in=held.between(first.first, last.last).order_by().values("pk")
    ).exclude(station__postings__division=None)
    divisions = Count("station__postings__division", distinct=True)
    return _amounts(by_unit(rows, units, ["activity__organiser"], {"part": divisions}, at="activity__starts_at__date"))


STARRED = {
    3: _("With three stars or more, in a hundred"),
    4: _("With four stars or more, in a hundred"),
    5: _("With five stars, in a hundred"),
}
ACTIVITY_LIST = {"page": "services_activity", "unit_filter": "organiser"}


def _count(code: str, title: Any, part: Any, about: Any, measure: Callable[..., Found], **more: Any) -> Metric:
    return Metric(code, title, part, "", about, measure, **more)


def register_targets() -> None:
    held, lecture = {"work": "held"}, {"work": "held", "kind__exact": ActivityKind.FINANCE_LECTURE.value}
    by_organiser = _("Each counts for the unit that organised it, in the month in which it began.")
    of_stations = _("As of a day: stations of the unit and of all below it, each once, whoever of them runs it.")
    for metric in (
        _count("special", _("Special stations"), _("Stations"), of_stations, _special, is_state=True),
        _count("co_built", _("Co-built stations"), _("Stations"), of_stations, _co_built, is_state=True),
        _count(
            "held", _("Activities held"), _("Activities"), by_organiser, _held(Count("pk")), query=held, **ACTIVITY_LIST
        ),
        _count(
            "lectures",
            _("Lectures on finance held"),
            _("Lectures"),
            by_organiser,
            _held(Count("pk"), kind=ActivityKind.FINANCE_LECTURE),
            query=lecture,
            **ACTIVITY_LIST,
        ),
        _count("stories", _("Stories published"), _("Stories"), _("In the month of publication."), _stories),
        _count(
            "communities",
            _("Streets and towns with an activity"),
            _("Streets and towns"),
            _("Where an activity took place at a station since January, each street or town once."),
            _communities,
            is_state=True,
        ),
        _count(
            "came", _("Participants of activities"), _("Participants"), by_organiser, _held(Sum("participant_count"))
        ),
        _count("visits_all", _("Visits"), _("Visits"), _("By the method that counts on each day."), _visits),
        _count("wishes", _("Small wishes fulfilled"), _("Wishes"), _("On the day of fulfilment."), _wishes),
        Metric(
            "on_map",
            _("On the map, in a hundred"),
            _("On the map"),
            _("Stations"),
            _("Of a hundred stations that are not closed for good; suspended ones are on the map."),
            _on_map,
            scale=100,
            is_state=True,
        ),
        *(
            Metric(
                f"stars_{least}",
                title,
                _("With these stars"),
                _("Stations on the map"),
                _("Of a hundred stations on the map, those that bear so many stars on the day."),
                _stars(least),
                scale=100,
                is_state=True,
            )
            for least, title in STARRED.items()
        ),
        Metric(
            "mended",
            _("Findings mended in time, in a hundred"),
            _("Mended in time"),
            _("Findings"),
            _("Of a hundred findings, by the day on which they were found; who has none is not ranked."),
            _mended,
            scale=100,
        ),
    ):
        register_metric(metric)
