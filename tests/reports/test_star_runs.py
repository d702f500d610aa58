"""Stars are worked out by the worker: once, whole or not at all; and who looks after one is warned before it falls."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem
from django.test import override_settings

from reports.actions import star_runs
from reports.actions.assessments import drop_round, open_round, work_out_again
from reports.actions.star_runs import MOST_TRIES, work_on_left_behind, work_out
from reports.actions.star_warnings import warn_of_falling
from reports.choices import RunState
from reports.models import Assessment, AssessmentRound, StarRun
from reports.rollups.adding_up import roll_up
from reports.stars.choices import RoundState
from reports.tasks import work_out_stars
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_member
from tests.processes import killed_before
from tests.reports.builders import OCTOBER
from tests.reports.starring import make_held_star, make_rubric

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def opened(world: World) -> AssessmentRound:
    roll_up(OCTOBER)
    months = (OCTOBER, OCTOBER)
    rubric = make_rubric(world.bank)
    return open_round(unit=world.bank, rubric=rubric, title="评星", months=months, by=world.admin, today=NOW.date())


def stars(found: AssessmentRound) -> list[tuple[Any, ...]]:
    return list(found.assessments.order_by("station").values_list("station", "star", "points"))


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_moment_leaves_all_or_nothing_to_the_next(world: World) -> None:
    found = opened(world)
    run, deaths = found.runs.get(), 0
    for moment in (1, 4, 8, 12, 16, 20, 24, 28):
        StarRun.objects.update(tries=0)
        deaths += killed_before(moment, partial(work_out, pk=run.pk))
        found.refresh_from_db()
        assert (found.state, len(stars(found))) in ((RoundState.WORKING, 0), (RoundState.PROPOSED, 2))
    assert deaths > 3
    work_on_left_behind()
    run.refresh_from_db()
    assert (run.state, run.done, run.stations) == (RunState.DONE, 2, 2)
    assert [star for _station, star, _points in stars(found)] == [5, 5]
    assert Assessment.history.count() == 2


@pytest.mark.django_db
def test_it_is_done_once_and_not_for_what_was_given_up(world: World) -> None:
    found = opened(world)
    run = found.runs.get()
    assert (work_out_stars(run.pk), work_out_stars(run.pk)) == (1, 0)
    again = work_out_again(found=found, by=world.admin)
    drop_round(found=found, by=world.admin)
    Assessment.objects.update(points=1)
    assert work_out(pk=again.pk)
    assert {points for _station, _star, points in stars(found)} == {1}


@pytest.mark.django_db
def test_what_fails_again_and_again_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_about: object) -> None:
        raise ValueError("no such figure")

    found = opened(world)
    monkeypatch.setattr(star_runs, "judge", broken)
    for _number in range(MOST_TRIES + 1):
        assert work_on_left_behind() == 0
    run = found.runs.get()
    assert (run.state, run.tries, run.error) == (RunState.FAILED, MOST_TRIES, "ValueError: no such figure")
    assert found.state == RoundState.WORKING
    monkeypatch.undo()
    work_out_again(found=found, by=world.admin)
    assert work_on_left_behind() == 1
    found.refresh_from_db()
    assert found.state == RoundState.PROPOSED


@pytest.fixture
def falling(world: World) -> Assessment:
    """The station's star; its officer has an address, so has one further up, and one at the union."""
    for user in (world.officer, make_member(world.bank, Role.OFFICER, "head"), world.official):
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
    make_held_star(world.sister, world.bank, world.admin, 4)
    return make_held_star(world.station, world.bank, world.admin, 4, now_star=2, now_at=NOW)


@pytest.mark.django_db
@override_settings(SENDS_MAIL=True, PUBLIC_URL="https://portal.example", LANGUAGE_CODE="en")
def test_the_nearest_officers_are_warned_once(falling: Assessment) -> None:
    assert warn_of_falling(at=NOW) == 1
    [message] = mail.outbox
    assert message.to == ["officer@example.org"]
    assert message.subject == "1 star is about to fall"
    assert "https://portal.example/admin/reports/assessment/?work=falling" in message.body
    assert warn_of_falling(at=NOW + timedelta(days=1)) == 0
    assert falling.history.count() == 1  # a warning is no change


@pytest.mark.django_db
@override_settings(LANGUAGE_CODE="en")
def test_without_a_mail_server_or_while_it_is_away_nobody_is_taken_for_warned(
    falling: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> int:
        raise SMTPException("451 later")

    with override_settings(SENDS_MAIL=False):
        assert warn_of_falling(at=NOW) == 0
    with override_settings(SENDS_MAIL=True):
        with monkeypatch.context() as broken:
            broken.setattr(locmem.EmailBackend, "send_messages", away)
            assert warn_of_falling(at=NOW) == 0
        assert not mail.outbox
        assert warn_of_falling(at=NOW) == 1
