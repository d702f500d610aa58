"""Working out the stars of an assessment: asked for by a person, done by the worker, once and whole or not at all."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.locks import held
from reports.actions.assessments import ON_MAP, stars_now
from reports.choices import RunState
from reports.models import Assessment, AssessmentRound, Objection, StarRun
from reports.stars.choices import ObjectionState, RoundState
from reports.stars.points import Judged, judge
from services.deadlines import working_days_from
from stations.actions.records import save_with_history
from stations.models import Station, User

logger = logging.getLogger(__name__)

LOCK_SPACE = 0x73_74_61_72
"""The first half of PostgreSQL's advisory lock; the second is the run."""
CHUNK = 1000
MOST_TRIES = 5
"""So often a run is begun whose worker dies, or that fails; then somebody must look."""


def work_on_left_behind() -> int:
    """What no worker is at, the oldest first; how many were done."""
    waiting = StarRun.objects.under_way().order_by("asked_at", "pk")
    return sum(work_out(pk=pk) for pk in list(waiting.values_list("pk", flat=True)))


def work_out(*, pk: int) -> bool:
    """Whether it was done now. What another worker is at, or has done, is left alone."""
    with held(LOCK_SPACE, pk & 0x7FFF_FFFF) as is_mine:
        runs = StarRun.objects.under_way().filter(pk=pk)
        if not is_mine or not runs.update(tries=F("tries") + 1, done=0):
            return False
        run = runs.select_related("round__rubric", "round__unit").get()
        try:
            _write(run, _judged(run))
        except Exception as error:  # the sweep tries it again, and in the end the page and the operator are told
            logger.exception("stars of run %d could not be worked out", pk)
            has_failed = run.tries >= MOST_TRIES
            state = {"state": RunState.FAILED, "ended_at": timezone.now()} if has_failed else {}
            runs.update(error=f"{type(error).__name__}: {error}", **state)
            return False
    return True


def _judged(run: StarRun) -> dict[int, Judged]:
    """By station. Nothing is written but how far it has come."""
    found, stations = run.round, _stations(run.round)
    runs = StarRun.objects.filter(pk=run.pk)
    judged: dict[int, Judged] = {}
    for begin in range(0, len(stations), CHUNK):
        runs.update(stations=len(stations), done=begin)
        judged |= judge(found.rubric, stations[begin : begin + CHUNK], found.first, found.months[1].last)
    return judged


def _stations(found: AssessmentRound) -> list[int]:
    """Of a round that begins those of its unit that are on the map; later those that it has."""
    if found.state == RoundState.WORKING:
        rows = Station.objects.in_units((found.unit.path,)).filter(status__in=ON_MAP)
        return sorted(rows.values_list("pk", flat=True))
    return sorted(found.assessments.values_list("station", flat=True))


@transaction.atomic
def _write(run: StarRun, judged: Mapping[int, Judged]) -> None:
    """All at once. Of a round that was given up or decided meanwhile nothing is written."""
    rows = AssessmentRound.objects.select_for_update(of=("self",)).select_related("unit", "rubric")
    found: AssessmentRound = rows.get(pk=run.round_id)
    differ = 0
    if found.state == run.round.state == RoundState.WORKING:
        _propose(found, judged, run.by, timezone.localdate())
    elif found.state == run.round.state == RoundState.PROPOSED:
        differ = _correct(found, judged, run.by)
    done: dict[str, Any] = {"state": RunState.DONE, "done": len(judged), "differ": differ, "error": ""}
    StarRun.objects.filter(pk=run.pk).update(ended_at=timezone.now(), **done)


def _propose(found: AssessmentRound, judged: Mapping[int, Judged], by: User, today: date) -> None:
    before = stars_now(judged, found.unit, today)
    rows = [_proposed(found, station, one, before.get(station)) for station, one in judged.items()]
    Assessment.objects.bulk_create(rows, batch_size=2000)
    record_history(Assessment, [row.pk for row in rows], kind="+", by_id=by.pk, reason="proposed")
    found.state = RoundState.PROPOSED
    found.objections_until = working_days_from(today, found.rubric.objection_days)
    save_with_history(found, by=by, reason="proposed")


def _proposed(found: AssessmentRound, station: int, judged: Judged, before: int | None) -> Assessment:
    return Assessment(
        round=found,
        station_id=station,
        points=judged.points,
        worked_out=judged.star,
        star=judged.star,
        star_before=before,
        lines=judged.lines,
    )


def _correct(found: AssessmentRound, judged: Mapping[int, Judged], by: User) -> int:
    """After figures were corrected; stars that an objection has changed stay as they were decided. How many differ."""
    rows = list(found.assessments.select_for_update().filter(station__in=judged))
    decided = set(
        Objection.objects.filter(assessment__in=rows, state=ObjectionState.UPHELD).values_list("assessment", flat=True)
    )
    changed = []
    for row in rows:
        new = judged[row.station_id]
        if (new.points, new.star, new.lines) != (row.points, row.worked_out, row.lines):
            row.points, row.worked_out, row.lines = new.points, new.star, new.lines
            row.star = row.star if row.pk in decided else new.star
            changed.append(row)
    Assessment.objects.bulk_update(changed, ["points", "worked_out", "lines", "star"], batch_size=1000)
    record_history(Assessment, [row.pk for row in changed], kind="~", by_id=by.pk, reason="worked out again")
    return len(changed)
