"""Assessing stations: begun and worked out, proposed and objected to, decided, and shown to the public.

The worker works them out (`reports.actions.star_runs`): thousands of stations take longer than anybody waits.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Refused, StaleState
from harbor_portal.lib.months import Month
from partners.spans import DAY
from reports.models import Assessment, AssessmentRound, Objection, Rubric, StarRun
from reports.rollups.adding_up import is_closed
from reports.stars.choices import ObjectionState, RoundState
from reports.stars.points import judge
from reports.stars.policies import (
    refuse_unless_may_assess,
    refuse_unless_may_show,
    refuse_unless_usable,
    why_not_decided,
)
from services.deadlines import working_days_from
from stations.actions.records import save_with_history
from stations.choices import StationStatus
from stations.models import Station, Unit, User

ON_MAP = (StationStatus.PUBLISHED, StationStatus.SUSPENDED)
LOOK_BACK = 12
"""Months by whose figures a star is looked after while it holds."""


@transaction.atomic
def open_round(
    *, unit: Unit, rubric: Rubric, title: str, months: tuple[Month, Month], by: User, today: date
) -> AssessmentRound:
    """Have the stars of all stations of the unit that are on the map worked out, and proposed."""
    refuse_unless_may_assess(by, unit)
    refuse_unless_usable(rubric, unit)
    first, last = months
    if last.last >= today or not is_closed(last):
        day = date_format(last.plus(1).first)
        raise Refused(_("%(month)s is not added up yet: assess from %(day)s on.") % {"month": last, "day": day})
    made = AssessmentRound(
        title=" ".join(title.split()),
        unit=unit,
        rubric=rubric,
        first=first.first,
        last=last.first,
        state=RoundState.WORKING,
        objections_until=working_days_from(today, rubric.objection_days),
        opened_by=by,
        opened_at=timezone.now(),
    )
    save_with_history(made, by=by, reason="opened")
    if not Station.objects.in_units((unit.path,)).filter(status__in=ON_MAP).exists():
        raise Refused(_("%(unit)s has no station on the map.") % {"unit": unit})
    _ask(made, by)
    return made


@transaction.atomic
def work_out_again(*, found: AssessmentRound, by: User) -> StarRun:
    """After figures were corrected, or where it failed; stars that an objection has changed stay as decided."""
    return _ask(_held(found, by, RoundState.WORKING, RoundState.PROPOSED), by)


def _ask(found: AssessmentRound, by: User) -> StarRun:
    """One run at a time."""
    run = StarRun(round=found, by=by, asked_at=timezone.now())
    if found.runs.under_way().exists():
        raise StaleState(_("The stars of this assessment are being worked out already."))
    save_with_history(run, by=by, reason="")
    return run


def line_of(unit: Unit) -> str:
    """The path of the root of its tree: stars of one line follow each other."""
    return str(unit.path[: Unit.steplen])


def stars_now(stations: Iterable[int], unit: Unit, today: date) -> dict[int, int]:
    """What stations bear today from the unit's line, by station. One query."""
    rows = Assessment.objects.all().in_force(today)
    mine = rows.filter(station__in=list(stations), round__unit__path__startswith=line_of(unit))
    return dict(mine.order_by("since", "pk").values_list("station", "star"))


@transaction.atomic
def decide_round(*, found: AssessmentRound, by: User, today: date) -> AssessmentRound:
    """The stars hold from today, for as long as the rubric says; those borne before end."""
    current = _held(found, by, RoundState.PROPOSED)
    if current.runs.under_way().exists():
        raise StaleState(_("The stars of this assessment are being worked out already."))
    waiting = Objection.objects.filter(assessment__round=current, state=ObjectionState.OPEN).count()
    if reason := why_not_decided(current, waiting, today):
        raise Refused(reason)
    current.state, current.decided_by, current.decided_at = RoundState.DECIDED, by, timezone.now()
    save_with_history(current, by=by, reason="decided")
    rows = current.assessments.exclude(star=None)
    _end_before(current, rows, by, today)
    rows.update(since=today, until=until_of(current.rubric, today))
    record_history(Assessment, list(rows.values_list("pk", flat=True)), kind="~", by_id=by.pk, reason="decided")
    return current


def until_of(rubric: Rubric, since: date) -> date:
    """The last day: of one given on the 31st, where that month is shorter, its last."""
    month = Month.of(since).plus(rubric.valid_months)
    return min(month.last, month.first + (since.day - 1) * DAY) - DAY


def _end_before(current: AssessmentRound, rows: QuerySet[Assessment], by: User, today: date) -> None:
    line = line_of(current.unit)
    earlier = Assessment.objects.filter(station__in=rows.values("station"), round__unit__path__startswith=line)
    holding = earlier.filter(until__gte=today).exclude(round=current)
    ids = list(holding.values_list("pk", flat=True))
    Assessment.objects.filter(pk__in=ids, since__lt=today).update(until=today - DAY)
    Assessment.objects.filter(pk__in=ids, since__gte=today).update(since=None, until=None)
    record_history(Assessment, ids, kind="~", by_id=by.pk, reason="followed by a new star")


@transaction.atomic
def drop_round(*, found: AssessmentRound, by: User) -> AssessmentRound:
    """Begun by mistake: it stays readable, and nothing comes of it."""
    current = _held(found, by, RoundState.WORKING, RoundState.PROPOSED)
    current.state = RoundState.DROPPED
    save_with_history(current, by=by, reason="given up")
    return current


@transaction.atomic
def show_round(*, found: AssessmentRound, is_public: bool, by: User) -> AssessmentRound:
    """On the public pages of its stations, or no more."""
    current: AssessmentRound = (
        AssessmentRound.objects.select_for_update(of=("self",)).select_related("unit").get(pk=found.pk)
    )
    refuse_unless_may_show(by, current)
    if current.is_public == is_public:
        raise StaleState(_("Somebody else was quicker: it is so already."))
    current.is_public = is_public
    save_with_history(current, by=by, reason="shown to the public" if is_public else "not shown any more")
    return current


def _held(found: AssessmentRound, by: User, *states: RoundState) -> AssessmentRound:
    rows = AssessmentRound.objects.select_for_update(of=("self",)).select_related("unit", "rubric")
    current: AssessmentRound = rows.get(pk=found.pk)
    refuse_unless_may_assess(by, current.unit)
    if current.state not in states:
        raise StaleState(
            _("Somebody else was quicker: this assessment is now “%(state)s”.") % {"state": current.get_state_display()}
        )
    return current


def look_ahead(*, today: date) -> int:
    """What the stars that hold would be by the figures of the last months; how many would fall."""
    month = Month.of(today).plus(-1)
    first = month.plus(1 - LOOK_BACK).first
    rows = Assessment.objects.all().in_force(today)
    stars = list(rows.select_related("round__rubric").order_by("round__rubric", "pk"))
    for _key, some in groupby(stars, lambda row: row.round.rubric_id):
        _look(list(some), first, month.last)
    return sum(row.now_star is not None and row.now_star < row.star for row in stars)


@transaction.atomic
def _look(stars: list[Assessment], first: date, last: date) -> None:
    judged = judge(stars[0].round.rubric, [row.station_id for row in stars], first, last)
    at = timezone.now()
    for row in stars:
        new = judged[row.station_id]
        row.now_points, row.now_star, row.now_lines, row.now_at = new.points, new.star, new.lines, at
    Assessment.objects.bulk_update(stars, ["now_points", "now_star", "now_lines", "now_at"], batch_size=1000)
