"""Targets: given down the tree with a check that the parts cover the whole, and measured against the year's pace."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.months import Month
from reports.actions.targets import measure_all, measure_targets
from reports.charts import svg
from reports.figures import live_figures
from reports.metrics import METRICS
from reports.models import Target
from reports.rollups.adding_up import roll_up
from reports.subjects import Subject
from reports.tables import month_table
from reports.targets.progress import Progress, cover_of, progress_of, shared_out
from reports.tasks import measure_targets as task
from services.activity_choices import ActivityStatus
from stations.choices import Role, StationStatus
from stations.models import Station, Unit, User
from tests.conftest import World
from tests.factories import make_activity, make_member, make_special, make_station, make_unit
from tests.reports.builders import OCTOBER, count, october, record
from tests.reports.starring import make_held_star, make_target

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 18, 12, 0, tzinfo=ZONE), tick=False):
        yield


@pytest.fixture
def chair(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, name="周处长")


@pytest.fixture
def small(world: World) -> Unit:
    unit = make_unit("小行", world.bank, code="S")
    make_station("小站", operator=unit)
    return unit


def hold(unit: Unit, station: Station | None, day: date, **fields: Any) -> None:
    at = datetime.combine(day, datetime.min.time(), tzinfo=ZONE) + timedelta(hours=10)
    values = {"starts_at": at, "ends_at": at + timedelta(hours=1), "status": ActivityStatus.HELD}
    make_activity(unit, *([station] if station else []), **values | fields)


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def give(user: User, target: Target, **goals: str) -> Any:
    """By the codes of units, "-" written as "_"."""
    units = {Unit.objects.get(code=code.replace("_", "-")).pk: goal for code, goal in goals.items()}
    sent = {"unit": list(units)} | {f"goal-{pk}": goal for pk, goal in units.items()}
    return as_(user).post(reverse("admin:target_parts", args=[target.pk]), sent)


def page(user: User, target: Target) -> str:
    return str(as_(user).get(reverse("admin:target_progress", args=[target.pk])).content.decode())


def progress(target: Target) -> Progress:
    measure_targets([target], today=TODAY)
    [found] = progress_of([target], TODAY)
    return found


def test_what_happens_over_the_year_adds_up_and_is_due_evenly(world: World) -> None:
    for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 11, 17)):
        hold(world.branch, world.station, day)
    found = progress(make_target(world.bank, goal=365))
    assert found.value == 3
    assert found.expected == (date(2026, 11, 17) - date(2026, 1, 1)).days + 1
    assert found.is_behind
    by_month = {stage.month.number: [stage.alone, stage.reached, stage.is_short] for stage in found.stages}
    assert by_month[1] == [1, 1, True]
    assert by_month[3] == [1, 2, True]
    assert by_month[11] == [1, 3, False]
    assert by_month[12] == [None, None, False]


def test_what_stands_at_a_day_is_due_from_where_the_year_began(world: World) -> None:
    target = make_target(world.bank, metric="special", goal=2)
    make_special(world.station, since=date(2025, 6, 1))
    found = progress(target)
    assert [found.value, found.start] == [1, 1]
    assert found.due(date(2025, 12, 31)) == 1
    assert found.due(date(2026, 12, 31)) == 2
    make_special(world.sister, since=date(2026, 11, 2))
    assert progress(target).is_reached


def test_a_share_of_what_happened_is_due_all_the_time(world: World) -> None:
    for day in (1, 2):
        record(world.station, october(day), "tally")
        count(world.station, october(day), 12)
    roll_up(OCTOBER)
    found = progress(make_target(world.bank, metric="visits", goal=10))
    assert [found.value, found.expected, found.is_behind] == [12, 10, False]
    found = progress(make_target(world.bank, metric="records", goal=90))
    assert found.expected == 90
    assert found.is_behind


def test_the_share_on_the_map_knows_how_it_was(world: World, small: Unit) -> None:
    draft = make_station("草稿", operator=small, status=StationStatus.DRAFT)
    make_station("关了", operator=small, status=StationStatus.CLOSED)
    target = make_target(world.bank, metric="on_map", goal=100)
    with time_machine.travel(datetime(2026, 9, 1, tzinfo=ZONE)):
        draft.status = StationStatus.PUBLISHED
        draft.save()
    found = progress(target)
    assert found.value == 100
    with time_machine.travel(datetime(2026, 10, 1, tzinfo=ZONE)):
        draft.status = StationStatus.DRAFT
        draft.save()
    found = progress(target)
    assert found.reached_by(Month(2026, 9)) == 100
    assert found.value == 75


def test_stars_are_a_share_of_the_stations_on_the_map(world: World, small: Unit) -> None:
    make_held_star(world.station, world.bank, world.admin, 4)
    make_held_star(world.sister, world.bank, world.admin, 3)
    found = {least: progress(make_target(world.bank, metric=f"stars_{least}", goal=90)) for least in (3, 4, 5)}
    assert {least: one.value for least, one in found.items()} == {3: Decimal("66.67"), 4: Decimal("33.33"), 5: 0}
    assert found[4].reached_by(OCTOBER) == 0


def test_of_nothing_there_is_no_share_and_nobody_is_behind(world: World) -> None:
    found = progress(make_target(world.bank, metric="answers", goal=95))
    assert found.value is None
    assert not found.is_behind
    assert "Nothing to measure yet" in page(world.admin, found.target)


def test_every_metric_measures_units_with_a_constant_number_of_queries(world: World, small: Unit) -> None:
    for code in METRICS:
        assert set(METRICS[code].measure([], OCTOBER, OCTOBER)) == set(), code
        with CaptureQueriesContext(connection) as asked:
            found = METRICS[code].measure([world.branch, small], Month(2026, 1), OCTOBER)
        assert len(asked) <= 5, code
        assert all(len(pair) == 2 for pair in found.values())


def test_measuring_many_takes_no_more_queries_than_measuring_one(world: World, small: Unit) -> None:
    one = make_target(small)
    with CaptureQueriesContext(connection) as few:
        measure_targets([one], today=TODAY)
    units = [make_unit(f"行{number}", world.bank) for number in range(20)]
    more = [make_target(unit) for unit in units]
    with CaptureQueriesContext(connection) as many:
        assert measure_targets([one, *more], today=TODAY) == 21
    assert len(many) == len(few)


def test_every_night_this_year_is_measured_and_in_january_the_last_one_too(world: World) -> None:
    make_target(world.bank)
    make_target(world.bank, year=2025)
    assert task() == 1
    assert measure_all(today=date(2027, 1, 15)) == 1
    assert measure_all(today=date(2027, 3, 1)) == 0


def test_what_is_shared_out_adds_up_and_follows_the_sizes() -> None:
    for total, *sizes in product(range(0, 30, 3), range(4), range(0, 9, 2), (1, 7)):
        shares = shared_out(total, sizes)
        assert sum(shares) == total
        assert all(
            abs(share * sum(sizes) - total * size) < sum(sizes) for share, size in zip(shares, sizes, strict=True)
        )
    assert shared_out(100, [2, 1, 0]) == [67, 33, 0]
    assert shared_out(5, [0, 0]) == [0, 0]


def test_parts_of_a_share_are_weighed_by_what_they_are_shares_of(world: World) -> None:
    target = make_target(world.bank, metric="on_map", goal=90)
    goals = {1: Decimal(100), 2: Decimal(80)}
    assert cover_of(target, goals, {1: 30, 2: 10}).given == 95
    short = cover_of(target, goals, {1: 10, 2: 30})
    assert [short.given, short.missing, short.is_whole] == [85, 5, False]
    assert cover_of(target, {1: Decimal(100)}, {1: 50, 2: 50}).missing == 40
    assert cover_of(target, goals, {}).given is None


def test_a_target_is_given_down_the_tree_and_the_page_says_what_is_missing(
    world: World, small: Unit, chair: User
) -> None:
    target = make_target(world.bank, campaign="六个100")
    assert "67" in page(chair, target)  # of a hundred, two of three stations
    assert give(chair, target, CCB_JN="60", S="30").status_code == 302
    text = page(chair, target)
    assert "Together they come to 90 of 100: 10 missing." in text
    give(chair, target, CCB_JN="60", S="40")
    assert "The parts cover the whole" in page(chair, target)
    part = Target.objects.get(unit=small)
    assert (part.part_of, part.campaign, int(part.goal)) == (target, "六个100", 40)
    assert part.history.latest().history_user == chair
    assert part.standing.value == 0
    give(chair, target, CCB_JN="60", S="")
    assert not Target.objects.filter(unit=small).exists()
    assert "1 unit with stations has no part" in page(chair, target)


def test_a_target_that_a_unit_had_set_itself_becomes_a_part(world: World, small: Unit, chair: User) -> None:
    own = make_target(small, goal=5)
    target = make_target(world.bank)
    give(chair, target, S="30")
    own.refresh_from_db()
    assert (own.part_of, int(own.goal)) == (target, 30)


def test_a_part_that_was_divided_further_is_not_taken_back(world: World, chair: User) -> None:
    target = make_target(world.bank)
    give(chair, target, CCB_JN="60")
    part = Target.objects.get(unit=world.branch)
    outlet = make_unit("支行", world.branch, code="Z")
    assert give(world.officer, part, Z="60").status_code == 302
    assert give(chair, target, CCB_JN="").status_code == 403
    assert Target.objects.filter(unit=outlet, part_of=part).exists()


def test_only_those_above_change_a_part_and_only_those_of_the_unit_divide_it(
    world: World, small: Unit, chair: User
) -> None:
    target = make_target(world.bank)
    give(chair, target, CCB_JN="60")
    part = Target.objects.get(unit=world.branch)
    change = reverse("admin:reports_target_change", args=[part.pk])
    refused = as_(world.officer).post(change, {"goal": "1", "campaign": "", "note": ""})
    assert refused.status_code == 403
    assert "a part of the target of 中国建设银行" in refused.content.decode()
    assert give(world.officer, target, CCB_JN="1").status_code == 403
    assert give(world.auditor, target, CCB_JN="1").status_code == 403
    assert give(world.outsider, target, CCB_JN="1").status_code == 404
    assert give(world.keeper, target, CCB_JN="1").status_code == 404
    assert Client().post(reverse("admin:target_parts", args=[target.pk])).status_code == 302
    assert give(chair, target, ICBC="5").status_code == 400  # not below: said on the page, nothing done
    for goal in ("-1", "1.234", "many", "１２", "9" * 12):
        answer = give(chair, target, CCB_JN=goal, S="7")
        assert (answer.status_code, f'value="{goal}"' in answer.text, 'value="7"' in answer.text) == (400, True, True)
    part.refresh_from_db()
    assert part.goal == 60
    assert not Target.objects.filter(unit=world.other_bank).exists()
    assert "Parts of the units below" not in page(world.officer, target)  # what others have to reach is not theirs


def test_what_is_of_a_past_year_stays_as_it_is(world: World, chair: User) -> None:
    target = make_target(world.bank, year=2025)
    assert give(chair, target, CCB_JN="60").status_code == 403
    change = reverse("admin:reports_target_change", args=[target.pk])
    assert as_(chair).post(change, {"goal": "1"}).status_code == 403
    assert "were set until" in page(chair, target)


def test_a_target_is_set_changed_and_taken_back_by_forms(world: World, chair: User) -> None:
    add = reverse("admin:reports_target_add")
    fields = {
        "campaign": "六个100",
        "unit": world.bank.pk,
        "metric": "special",
        "year": "2026",
        "goal": "100",
        "note": "",
    }
    assert as_(chair).post(add, fields).status_code == 302
    target = Target.objects.get()
    assert target.standing.value == 0
    for wrong in ({"metric": "money"}, {"goal": "0"}, {"year": "2024"}, {"unit": world.other_bank.pk}, {}):
        assert as_(chair).post(add, fields | wrong).status_code == 200, wrong
    assert as_(world.auditor).post(add, fields | {"metric": "held"}).status_code == 403
    assert Client().post(add, fields).status_code == 302
    assert Target.objects.count() == 1
    change = reverse("admin:reports_target_change", args=[target.pk])
    assert as_(chair).post(change, {"campaign": "", "goal": "120", "note": "", "metric": "held"}).status_code == 302
    target.refresh_from_db()
    assert (int(target.goal), target.metric) == (120, "special")
    assert as_(chair).post(reverse("admin:reports_target_delete", args=[target.pk]), {"post": "yes"}).status_code == 302
    assert not Target.objects.exists()


def test_the_desk_counts_what_is_behind_and_the_list_shows_the_same(world: World, chair: User) -> None:
    make_target(world.bank)
    make_target(world.branch, metric="stories")
    measure_all(today=TODAY)
    for user, expected in ((chair, 2), (world.officer, 1)):
        client = as_(user)
        address = reverse("admin:reports_target_changelist") + "?standing=behind"
        assert client.get(address).context["cl"].result_count == expected
        assert address in client.get("/admin/").content.decode()
    assert as_(world.auditor).get(address).context["cl"].result_count == 0


def test_list_and_page_take_as_many_queries_for_fifty(world: World, small: Unit, chair: User) -> None:
    target = make_target(world.bank)
    give(chair, target, S="1", CCB_JN="1")
    client = as_(chair)
    addresses = [reverse("admin:reports_target_changelist"), reverse("admin:target_progress", args=[target.pk])]
    few = [queries(client, address) for address in addresses]
    for number in range(48):
        unit = make_unit(f"行{number}", world.bank)
        make_target(unit, part_of=target, goal=1)
    measure_all(today=timezone.localdate())
    assert [queries(client, address) for address in addresses] == few


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_month_report_shows_targets_as_they_stood_at_its_end(world: World, small: Unit, chair: User) -> None:
    for day in (date(2026, 10, 31), date(2026, 11, 2)):
        hold(world.branch, world.station, day)
    target = make_target(world.bank, campaign="六个100")
    give(chair, target, CCB_JN="3")
    make_target(make_unit("支行", world.branch), goal=1)  # two levels down is the branch's own matter
    measure_all(today=TODAY)
    roll_up(OCTOBER)
    rows = live_figures(Subject(unit=world.bank), OCTOBER).of("target")
    assert [(row["unit_code"], row["level"], row["goal"], row["reached"], row["state"]) for row in rows] == [
        ("CCB", "own", 100, 1, "behind"),
        ("CCB-JN", "part", 3, 1, "behind"),
    ]
    table = month_table(live_figures(Subject(unit=world.bank), OCTOBER), "target")
    assert [line["name"] for line in table.rows] == ["六个100 · Activities held"] * 2
    assert table.chart
    assert table.chart.labels == ["六个100 · Activities held"]
    ((reached, due),) = table.chart.values
    assert (reached, round(due, 2)) == (0.01, 0.83)
    assert 'class="chart-mark"' in svg(table.chart)
    assert live_figures(Subject(division=world.district_union.division), OCTOBER).of("target") == []


def test_the_desk_shows_ones_own_targets_with_what_was_due(world: World, small: Unit, chair: User) -> None:
    hold(world.branch, world.station, date(2026, 10, 31))
    target = make_target(world.bank, campaign="六个100")
    give(chair, target, CCB_JN="3")
    measure_all(today=TODAY)
    make_target(world.bank, metric="on_map", goal=90)
    client = as_(chair)
    unknown, line = client.get("/admin/").context["desk"].targets
    assert (line.title, line.goal, line.reached, line.is_reached) == ("六个100 · Activities held", "100", "1", False)
    assert (line.reached_share, line.due_share > 80) == (1.0, True)
    assert client.get(line.url).status_code == 200
    assert (unknown.is_known, unknown.due, unknown.reached_share) == (False, "—", 0)
