"""Assessing stations: rubrics in versions, stars proposed, objected to, decided, shown, and looked after."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from harbor_portal.lib.months import Month
from reports.actions.assessments import until_of
from reports.figures import live_figures
from reports.models import Assessment, AssessmentRound, Objection, Rubric
from reports.rollups.adding_up import roll_up
from reports.seeds import seed_rubrics
from reports.stars.choices import ObjectionState, RoundState, RubricState
from reports.stars.points import judge
from reports.subjects import Subject
from reports.tables import month_table
from reports.tasks import look_after_stars, sweep_star_runs
from services.choices import FeedbackKind
from services.models import Feedback
from stations.choices import Role, StationStatus
from stations.models import Station, User
from tests.conftest import World
from tests.factories import make_member, make_station
from tests.reports.builders import OCTOBER
from tests.reports.starring import make_held_star, make_item, make_round, make_rubric, make_star
from tests.services.feedback import tell

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZONE)
TODAY = NOW.date()
AFTER = datetime(2026, 12, 3, 12, 0, tzinfo=ZONE)
"""When objections are no longer taken."""


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def chair(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, name="周处长")


@pytest.fixture
def proposed(world: World) -> AssessmentRound:
    """The station would keep its four stars, the sister would fall to two."""
    for station in (world.station, world.sister):
        make_held_star(station, world.bank, world.admin, 4)
    found = make_round(world.bank, world.admin)
    make_star(world.station, found, 4, star_before=4)
    make_star(world.sister, found, 2, star_before=4, points=Decimal(62))
    return found


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def press(user: User, found: AssessmentRound, what: str, **fields: str) -> Any:
    return as_(user).post(reverse(f"admin:round_{what}", args=[found.pk]), fields, follow=True)


def page(user: User, row: AssessmentRound | Assessment | Rubric) -> str:
    address = reverse(f"admin:reports_{row._meta.model_name}_change", args=[row.pk])
    return str(as_(user).get(address).content.decode())


def star_of(found: AssessmentRound, station: Station) -> Assessment:
    return found.assessments.get(station=station)


def begin(user: User, by: Rubric, **fields: str) -> Any:
    sent = {"title": "二〇二六年评星", "unit": "CCB", "rubric": str(by.pk), "first": "2025-11", "last": "2026-10"}
    return as_(user).post(reverse("admin:reports_assessmentround_add"), sent | fields)


def test_a_unit_assesses_all_its_stations_on_the_map(world: World, chair: User) -> None:
    roll_up(OCTOBER)
    make_station("草稿", operator=world.branch, status=StationStatus.DRAFT)
    tell(world.sister, kind=FeedbackKind.ARRIVED_BUT_CLOSED)
    Feedback.objects.update(said_at=datetime(2026, 10, 5, tzinfo=ZONE), received_at=datetime(2026, 10, 5, tzinfo=ZONE))
    assert begin(chair, make_rubric(world.bank)).status_code == 302
    found = AssessmentRound.objects.get()
    assert (found.state, found.assessments.count()) == (RoundState.WORKING, 0)
    assert "about to be worked out" in page(chair, found)
    assert sweep_star_runs() == 1
    found.refresh_from_db()
    assert found.state == RoundState.PROPOSED
    assert found.objections_until == date(2026, 12, 2)
    assert {(row.station, row.star) for row in found.assessments.all()} == {(world.station, 5), (world.sister, 1)}
    line = star_of(found, world.sister).history.get()
    assert (line.history_user, line.history_change_reason) == (chair, "proposed")
    text = page(chair, found)
    assert f"work=all&amp;round={found.pk}&amp;star=1" in text
    assert "Stations may object until" in text
    why = page(world.officer, star_of(found, world.sister))
    assert "Times reported: 1" in why
    assert f"services/feedback/?state=all&amp;kind__exact=arrived_but_closed&amp;q={world.sister.code}" in why


def test_nothing_is_assessed_without_right_rubric_or_figures(world: World, chair: User) -> None:
    rubric, draft = make_rubric(world.bank), make_rubric(world.bank, state=RubricState.DRAFT)
    other = make_rubric(world.branch)
    assert begin(chair, rubric).status_code == 403  # October is not added up
    roll_up(OCTOBER)
    assert begin(chair, rubric, last="2026-11").status_code == 403
    assert begin(chair, draft).status_code == 403
    assert begin(chair, other).status_code == 403  # what a unit below wrote is for its own stations
    for wrong in ({"first": "soon"}, {"unit": "ICBC"}, {"rubric": "x"}, {"title": ""}, {"first": "2026-11"}):
        assert begin(chair, rubric, **wrong).status_code == 400, wrong
    assert begin(world.officer, rubric).status_code == 400  # the bank is none of theirs
    assert begin(world.auditor, rubric).status_code == 403
    assert Client().post(reverse("admin:reports_assessmentround_add")).status_code == 302
    assert not AssessmentRound.objects.exists()
    assert begin(chair, rubric).status_code == 302
    assert begin(chair, rubric).status_code == 400  # one at a time
    assert AssessmentRound.objects.count() == 1


def test_an_officer_objects_somebody_else_decides_and_the_star_follows(
    world: World, proposed: AssessmentRound, chair: User
) -> None:
    star = star_of(proposed, world.sister)
    address = reverse("admin:star_object", args=[star.pk])
    for user, status in ((world.auditor, 403), (world.keeper, 404), (world.outsider, 404)):
        assert as_(user).post(address, {"text": "不对"}).status_code == status
    assert Client().post(address).status_code == 302
    as_(world.officer).post(address, {"text": "  "})
    assert not Objection.objects.exists()
    assert "Fewer stars than before" in page(world.officer, star)
    as_(world.officer).post(address, {"text": "九月停业装修，已公示"})
    as_(world.officer).post(address, {"text": "再说一次"})
    objection = Objection.objects.get()
    decide = reverse("admin:star_decide", args=[star.pk])
    answer = {"verdict": "uphold", "star": "3", "answer": "装修期间不计"}
    assert as_(world.officer).post(decide, answer).status_code == 403
    for wrong in ({"star": "6"}, {"verdict": "maybe"}, {"answer": ""}, {"star": "x"}):
        as_(chair).post(decide, answer | wrong)
    objection.refresh_from_db()
    assert objection.state == ObjectionState.OPEN
    as_(chair).post(decide, answer)
    objection.refresh_from_db()
    star.refresh_from_db()
    assert (objection.state, objection.decided_by, star.star, star.worked_out) == ("upheld", chair, 3, 2)
    assert "装修期间不计" in page(world.officer, star)
    assert "changed upon an objection" in page(world.officer, star)
    assert "decided, or its assessment is over" in as_(chair).post(decide, answer, follow=True).content.decode()


def test_nobody_decides_an_objection_of_their_own(world: World, proposed: AssessmentRound) -> None:
    officer = make_member(world.bank, Role.OFFICER, name="总行专员")
    star = star_of(proposed, world.sister)
    as_(officer).post(reverse("admin:star_object", args=[star.pk]), {"text": "不对"})
    refused = as_(officer).post(reverse("admin:star_decide", args=[star.pk]), {"verdict": "refuse", "answer": "对"})
    assert refused.status_code == 403
    assert Objection.objects.get().state == ObjectionState.OPEN


def test_stars_are_decided_once_when_nobody_may_object_any_more(
    world: World, proposed: AssessmentRound, chair: User
) -> None:
    assert press(chair, proposed, "decide").status_code == 403
    objection = Objection.objects.create(
        assessment=star_of(proposed, world.sister), text="不对", by=world.officer, at=NOW
    )
    with time_machine.travel(AFTER, tick=False):
        assert "objections are not decided yet" in press(chair, proposed, "decide").content.decode()
        objection.delete()
        for user, status in ((world.officer, 403), (world.auditor, 403), (world.keeper, 404), (world.outsider, 404)):
            assert press(user, proposed, "decide").status_code == status
        press(chair, proposed, "decide")
        assert "is now “Decided”" in press(chair, proposed, "decide").content.decode()
        late = as_(world.officer).post(reverse("admin:star_object", args=[star_of(proposed, world.sister).pk]))
        assert late.status_code == 403
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decided_by) == (RoundState.DECIDED, chair)
    found = star_of(proposed, world.sister)
    assert (found.since, found.until) == (date(2026, 12, 3), date(2027, 12, 2))
    before = Assessment.objects.get(station=world.sister, star=4)
    assert before.until == date(2026, 12, 2)
    assert before.history.latest().history_change_reason == "followed by a new star"
    rows: Any = Assessment.objects.all()
    assert {row.star for row in rows.in_force(date(2026, 12, 3)).filter(station=world.sister)} == {2}
    assert {row.star for row in rows.in_force(date(2026, 12, 2)).filter(station=world.sister)} == {4}


def test_a_star_of_the_other_line_stands_beside(world: World, proposed: AssessmentRound, chair: User) -> None:
    make_held_star(world.station, world.union, world.admin, 5)
    with time_machine.travel(AFTER, tick=False):
        press(chair, proposed, "decide")
    rows: Any = Assessment.objects.all()
    assert sorted(rows.in_force(AFTER.date()).filter(station=world.station).values_list("star", flat=True)) == [4, 5]


def test_of_which_too_little_is_known_keeps_the_star_it_has(world: World, chair: User) -> None:
    make_held_star(world.station, world.bank, world.admin, 4)
    found = make_round(world.bank, world.admin)
    star = make_star(world.station, found, None, points=None, star_before=4)
    with time_machine.travel(AFTER, tick=False):
        press(chair, found, "decide")
    star.refresh_from_db()
    assert star.since is None
    rows: Any = Assessment.objects.all()
    assert rows.in_force(AFTER.date()).get().star == 4


def test_worked_out_again_follows_the_figures_but_not_past_a_decision(
    world: World, proposed: AssessmentRound, chair: User
) -> None:
    decided = star_of(proposed, world.sister)
    Objection.objects.create(
        assessment=decided,
        text="不对",
        by=world.officer,
        at=NOW,
        state="upheld",
        answer="对",
        star_after=3,
        decided_at=NOW,
    )
    Assessment.objects.filter(pk=decided.pk).update(star=3)
    assert "being worked out again" in press(chair, proposed, "work_out").content.decode()
    assert "being worked out already" in press(chair, proposed, "work_out").content.decode()
    assert "being worked out already" in press(chair, proposed, "decide").content.decode()
    assert star_of(proposed, world.station).star == 4
    assert (sweep_star_runs(), sweep_star_runs()) == (1, 0)
    assert "2 stations differ" in page(chair, proposed)
    press(chair, proposed, "work_out")
    sweep_star_runs()
    assert "stations differ" not in page(chair, proposed)
    assert (star_of(proposed, world.sister).star, star_of(proposed, world.sister).worked_out) == (3, 5)
    assert star_of(proposed, world.station).star == 5
    assert press(world.officer, proposed, "work_out").status_code == 403
    press(chair, proposed, "drop")
    assert "nothing came of it" in page(chair, proposed)
    press(chair, proposed, "work_out")
    assert AssessmentRound.objects.get(pk=proposed.pk).state == RoundState.DROPPED


def test_only_an_official_shows_stars_and_the_public_page_follows(
    world: World, proposed: AssessmentRound, chair: User
) -> None:
    officer = make_member(world.bank, Role.OFFICER, name="总行专员")
    public = f"/s/{world.sister.code}/"
    assert press(chair, proposed, "show", public="yes").status_code == 403  # not decided
    with time_machine.travel(AFTER, tick=False):
        press(chair, proposed, "decide")
        assert "Star rating" not in Client(headers={"accept-language": "en"}).get(public).content.decode()
        assert press(officer, proposed, "show", public="yes").status_code == 403
        press(chair, proposed, "show", public="yes")
        text = Client(headers={"accept-language": "en"}).get(public).content.decode()
        assert "Star rating" in text
        assert "2 of 5 stars" in text
        assert "中国建设银行" in text
        assert "so already" in press(chair, proposed, "show", public="yes").content.decode()
        press(chair, proposed, "show", public="no")
        assert "Star rating" not in Client(headers={"accept-language": "en"}).get(public).content.decode()
    with time_machine.travel(AFTER.replace(year=2028), tick=False):
        AssessmentRound.objects.update(is_public=True, decided_at=AFTER, state="decided")
        assert "Star rating" not in Client(headers={"accept-language": "en"}).get(public).content.decode()


def test_who_would_fall_is_told_before(world: World) -> None:
    star = make_held_star(world.station, world.bank, world.admin, 4)
    assert look_after_stars() == 0
    tell(world.station, kind=FeedbackKind.ARRIVED_BUT_CLOSED)
    Feedback.objects.update(said_at=datetime(2026, 10, 5, tzinfo=ZONE), received_at=datetime(2026, 10, 5, tzinfo=ZONE))
    assert look_after_stars() == 1
    star.refresh_from_db()
    assert (star.star, star.now_star) == (4, 1)
    client = as_(world.officer)
    address = reverse("admin:reports_assessment_changelist") + "?work=falling"
    assert address in client.get("/admin/").content.decode()
    assert client.get(address).context["cl"].result_count == 1
    assert "The star is about to fall" in page(world.officer, star)
    assert star.history.count() == 1  # looking is no change


def test_the_desk_counts_what_waits_for_each_and_the_lists_show_the_same(
    world: World, proposed: AssessmentRound, chair: User
) -> None:
    Objection.objects.create(assessment=star_of(proposed, world.sister), text="不对", by=world.officer, at=NOW)
    stars, rounds = "reports_assessment", "reports_assessmentround"
    expected = [
        (world.officer, stars, "?work=lowered", 1), (world.officer, stars, "?work=objections", 0),
        (chair, stars, "?work=objections", 1), (chair, rounds, "?state=to-decide", 0),
    ]  # fmt: skip
    for user, model, query, count in expected:
        client, address = as_(user), reverse(f"admin:{model}_changelist") + query
        assert client.get(address).context["cl"].result_count == count, (user, query)
        assert address in client.get("/admin/").content.decode()
    with time_machine.travel(AFTER, tick=False):
        address = reverse("admin:reports_assessmentround_changelist") + "?state=to-decide"
        assert as_(chair).get(address).context["cl"].result_count == 1
    address = reverse("admin:reports_assessment_changelist") + "?work=expiring"
    assert as_(chair).get(address).context["cl"].result_count == 0


def test_a_rubric_in_force_stays_and_a_new_version_takes_its_place(world: World, chair: User) -> None:
    rubric = make_rubric(world.bank)
    change = reverse("admin:reports_rubric_change", args=[rubric.pk])
    assert as_(chair).post(change, {"name": "改"}).status_code == 403
    assert "make a new version" in page(chair, rubric)
    follow = reverse("admin:rubric_follow", args=[rubric.pk])
    for user, status in ((world.officer, 403), (world.auditor, 403), (world.outsider, 404)):
        assert as_(user).post(follow).status_code == status
    assert as_(chair).post(follow).status_code == 302
    draft = Rubric.objects.get(follows=rubric)
    assert (draft.version, draft.state, draft.items.count()) == (2, RubricState.DRAFT, 1)
    assert "a draft of this rubric already" in as_(chair).post(follow, follow=True).content.decode()
    put = reverse("admin:rubric_put", args=[draft.pk])
    assert as_(world.auditor).post(put).status_code == 403
    draft.items.all().delete()
    assert as_(chair).post(put).status_code == 403  # nothing brings points
    make_item(draft)
    assert as_(chair).post(put).status_code == 302
    assert {one.version: one.state for one in Rubric.objects.all()} == {1: "retired", 2: "in_force"}


def test_a_draft_is_written_by_its_form_and_asks_for_nothing_that_is_not(world: World, chair: User) -> None:
    add = reverse("admin:reports_rubric_add")
    prefix = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0"}
    fields = {
        "name": "评定表", "name_en": "", "unit": world.bank.pk, "five_from": "90", "four_from": "80",
        "three_from": "70", "two_from": "60", "one_from": "50", "valid_months": "12", "objection_days": "5",
        "items-0-order": "10", "items-0-source": "amenities", "items-0-detail": "water toilet", "items-0-name": "设施",
        "items-0-weight": "20", "items-0-full_at": "100", "items-0-zero_at": "0", "items-0-veto_star": "0",
    }  # fmt: skip
    wrong = (
        {"items-0-detail": "water pool"}, {"items-0-detail": ""}, {"items-0-source": "money"}, {"four_from": "95"},
        {"items-0-source": "opened"}, {"items-0-zero_at": "100"}, {"unit": world.other_bank.pk}, {"unit": ""},
    )  # fmt: skip
    for one in wrong:
        answer = as_(chair).post(add, prefix | fields | one, follow=True)
        assert not Rubric.objects.exists(), (one, answer.status_code)
    assert as_(chair).post(add, prefix | fields).status_code == 302
    rubric = Rubric.objects.get()
    assert rubric.items.get().history.get().history_user == chair
    assert as_(world.auditor).post(add, prefix | fields).status_code == 403


def test_the_sample_comes_with_the_portal_once_and_works(world: World) -> None:
    for code in ("water", "toilet"):
        assert world.station.amenities.filter(amenity__code=code).exists()
    assert seed_rubrics() == 1
    assert seed_rubrics() == 0
    sample = Rubric.objects.get()
    assert (sample.unit, sample.state) == (None, RubricState.IN_FORCE)
    assert "参考样式" in sample.name
    assert sum(sample.items.values_list("weight", flat=True)) == 100
    found = judge(sample, [world.station.pk], date(2026, 10, 1), date(2026, 10, 31))[world.station.pk]
    assert len(found.lines) == sample.items.count()
    own = as_(world.officer).post(reverse("admin:rubric_follow", args=[sample.pk]), {"unit": "CCB-JN"})
    assert own.status_code == 302
    assert Rubric.objects.get(unit=world.branch).items.count() == sample.items.count()
    assert as_(world.officer).post(reverse("admin:rubric_follow", args=[sample.pk])).status_code == 403


def test_a_star_ends_after_its_months(world: World) -> None:
    rubric = Rubric(valid_months=12)
    assert until_of(rubric, date(2026, 12, 3)) == date(2027, 12, 2)
    assert until_of(Rubric(valid_months=1), date(2027, 1, 31)) == date(2027, 2, 27)
    assert until_of(Rubric(valid_months=1), date(2026, 12, 1)) == date(2026, 12, 31)
    assert Month.of(until_of(rubric, date(2026, 2, 28))) == Month(2027, 2)


def test_lists_and_pages_take_as_many_queries_for_fifty(world: World, proposed: AssessmentRound, chair: User) -> None:
    client = as_(chair)
    addresses = [
        reverse("admin:reports_assessment_changelist") + "?work=all",
        reverse("admin:reports_assessmentround_changelist"),
        reverse("admin:reports_rubric_changelist"),
        reverse("admin:reports_assessmentround_change", args=[proposed.pk]),
    ]
    few = [queries(client, address) for address in addresses]
    for number in range(45):
        station = make_station(f"站{number}", operator=world.branch)
        make_star(station, proposed, 1, star_before=3)
        if number < 10:
            make_held_star(station, world.branch, world.admin)
    assert [queries(client, address) for address in addresses] == few


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_month_report_counts_stations_by_the_stars_they_bore(world: World, chair: User) -> None:
    roll_up(OCTOBER)
    assert live_figures(Subject(unit=world.bank), OCTOBER).of("star") == []
    make_held_star(world.station, world.bank, world.admin, 4, since=date(2026, 10, 20))
    make_held_star(world.station, world.union, world.admin, 5, since=date(2026, 10, 30))
    rows = live_figures(Subject(unit=world.bank), OCTOBER).of("star")
    assert {row["stars"]: row["value"] for row in rows} == {
        "5": 1, "4": 0, "3": 0, "2": 0, "1": 0, "0": 0, "without": 1
    }  # fmt: skip
    assert {row["previous"] for row in rows} == {None}
    table = month_table(live_figures(Subject(unit=world.bank), OCTOBER), "star")
    assert list(table.rows)[-1]["value"] == 2
