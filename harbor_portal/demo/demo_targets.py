"""Targets of the year in the demo, given down the tree, and stars: some borne and shown, some proposed."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from harbor_portal.demo.demo_people import SAMPLE
from harbor_portal.lib.months import Month
from reports.actions.assessments import decide_round, look_ahead, open_round, show_round
from reports.actions.objections import object_to
from reports.actions.star_runs import work_out
from reports.actions.targets import give_parts, measure_all, save_target
from reports.models import Assessment, AssessmentRound, Rubric, Target
from reports.stars.choices import RubricState
from reports.targets.parts import parts_of
from stations.models import Station, Unit, User

NETWORK, BRANCH, UNION, CITY_UNION = "CCB-370000", "CCB-370100", "U370000", "U370100"
SIX_HUNDREDS = ("special", "co_built", "held", "lectures", "stories", "communities")
GIVEN_DOWN, GOAL = "visits_all", Decimal(620_000)
SHARES = {"on_map": Decimal(95), "stars_4": Decimal(40), "answers": Decimal(90)}
BORNE_FOR = timedelta(days=20)


def set_targets(now: datetime) -> None:
    """六个100 of a network of branches, its visits divided among the cities, and three shares of a union."""
    today, admin = now.date(), User.objects.get(username="admin")
    network, union = Unit.objects.get(code=NETWORK), Unit.objects.get(code=UNION)
    for metric in SIX_HUNDREDS:
        _set(Target(unit=network, metric=metric, goal=Decimal(100), campaign=f"六个100{SAMPLE}"), admin, today)
    for metric, goal in SHARES.items():
        _set(Target(unit=union, metric=metric, goal=goal), admin, today)
    target = Target(unit=network, metric=GIVEN_DOWN, goal=GOAL)
    _set(target, admin, today)
    goals = {share.unit.pk: share.suggested or None for share in parts_of(target, today).shares}
    give_parts(target=target, goals=goals, by=admin, today=today)


def _set(target: Target, by: User, today: date) -> None:
    target.year = today.year
    save_target(target=target, by=by, today=today)


def give_stars(now: datetime) -> None:
    """A branch's stars are decided and shown; a union's are proposed, and one of them is objected to."""
    today, admin = now.date(), User.objects.get(username="admin")
    borne = _open(BRANCH, "网点星级评定", admin, today)
    AssessmentRound.objects.filter(pk=borne.pk).update(objections_until=today - timedelta(days=1))
    decide_round(found=borne, by=admin, today=today)
    show_round(found=borne, is_public=True, by=admin)
    Assessment.objects.filter(round=borne, since=today).update(since=today - BORNE_FOR)
    proposed = _open(CITY_UNION, "全市驿站评星", admin, today)
    officer = User.objects.get(username="officer")
    mine = Station.objects.visible_to(officer).values("pk")
    star = proposed.assessments.filter(station__in=mine, star__lt=4).order_by("pk").first()
    if star:
        object_to(assessment=star, text=f"十月装修停业三天，已在门口公示{SAMPLE}", by=officer, today=today)
    look_ahead(today=today)
    measure_all(today=today)


def _open(code: str, title: str, by: User, today: date) -> AssessmentRound:
    last = Month.of(today).plus(-1)
    made = open_round(
        unit=Unit.objects.get(code=code),
        rubric=Rubric.objects.get(unit=None, state=RubricState.IN_FORCE),
        title=f"{today.year} 年{title}{SAMPLE}",
        months=(last.plus(-11), last),
        by=by,
        today=today,
    )
    work_out(pk=made.runs.get().pk)
    made.refresh_from_db()
    return made
