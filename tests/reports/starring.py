"""Targets, rubrics and stars for tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from reports.models import Assessment, AssessmentRound, Rubric, RubricItem, Target
from reports.stars.choices import RoundState, RubricState
from stations.models import Station, Unit, User
from tests.reports.builders import OCTOBER


def make_target(unit: Unit, **fields: Any) -> Target:
    values = {"metric": "held", "year": 2026, "goal": Decimal(100)} | fields
    return Target.objects.create(unit=unit, **values)


def make_item(rubric: Rubric, source: str = "locked", **fields: Any) -> RubricItem:
    values = {"name": "无人反映大门紧锁", "weight": 10, "full_at": 0, "zero_at": 2} | fields
    return RubricItem.objects.create(rubric=rubric, source=source, **values)


def make_rubric(unit: Unit | None, *, state: str = RubricState.IN_FORCE, **fields: Any) -> Rubric:
    """With one item, which applies to every station."""
    rubric = Rubric.objects.create(
        unit=unit, state=state, **{"name": "星级评定表", "version": Rubric.objects.count() + 1} | fields
    )
    make_item(rubric)
    return rubric


def make_round(unit: Unit, by: User, **fields: Any) -> AssessmentRound:
    values = {
        "title": "年度评星",
        "rubric": fields.pop("rubric", None) or make_rubric(unit),
        "first": OCTOBER.first,
        "last": OCTOBER.first,
        "objections_until": date(2026, 11, 30),
        "opened_by": by,
        "opened_at": timezone.now(),
    }
    return AssessmentRound.objects.create(unit=unit, **values | fields)


def make_star(station: Station, found: AssessmentRound, star: int | None = 4, **fields: Any) -> Assessment:
    values = {"points": Decimal(85), "worked_out": star, "star": star} | fields
    return Assessment.objects.create(round=found, station=station, **values)


def make_held_star(station: Station, unit: Unit, by: User, star: int = 4, **fields: Any) -> Assessment:
    """In force since the first of November, for a year."""
    decided = {"state": RoundState.DECIDED, "decided_by": by, "decided_at": timezone.now()}
    found = make_round(unit, by, **decided, is_public=fields.pop("is_public", False))
    days = {"since": date(2026, 11, 1), "until": date(2027, 10, 31)}
    return make_star(station, found, star, **days | fields)
