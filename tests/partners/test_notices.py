"""The officers of an agreement are told once by mail that it ends, or that a promise falls behind."""

from datetime import date, datetime, timedelta
from smtplib import SMTPException
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem
from django.test import override_settings

from partners import tasks
from partners.actions.agreements import renew_agreement, sign_agreement
from partners.models import AgreementNotice
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_member
from tests.partners.agreeing import agree, draft, hand_out, promise_cups

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def clock(world: World) -> Any:
    """The third of July, at eight; everybody has an address."""
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
    with (
        override_settings(SENDS_MAIL=True, PUBLIC_URL="https://portal.example", LANGUAGE_CODE="en"),
        time_machine.travel(datetime(2026, 7, 3, 8, 10, tzinfo=SHANGHAI), tick=False) as traveller,
    ):
        yield traveller


def told() -> list[str]:
    return sorted(message.to[0].split("@")[0] for message in mail.outbox)


def test_at_sixty_thirty_and_seven_days_each_officer_of_who_signed_is_told_once(world: World, clock: Any) -> None:
    make_member(world.branch, Role.REVIEWER, "reviewer", email="reviewer@example.org")
    agreement = agree(world.officer, world.branch, title="送清凉协议", until=date(2026, 9, 30))
    draft(world.officer, world.branch, until=date(2026, 7, 5))
    days = []
    for left in range(70, -3, -1):
        clock.move_to(datetime(2026, 9, 30, 8, tzinfo=SHANGHAI) - timedelta(days=left))
        if sum(tasks.tell_officers_of_agreements() for _hour in range(2)):
            days.append(left)
    assert days == [60, 30, 7]
    assert told() == ["officer"] * 3, "who only checks or reads is not told, and nobody of other units"
    message = mail.outbox[0]
    assert message.subject == "1 agreement needs you"
    assert "“送清凉协议” ends on 2026-09-30" in message.body
    assert f"https://portal.example/admin/partners/agreement/{agreement.pk}/change/" in message.body


def test_whoever_was_away_is_told_of_the_last_stage_and_of_what_is_renewed_nobody(world: World, clock: Any) -> None:
    agreement = agree(world.officer, world.branch, until=date(2026, 7, 20))
    assert tasks.tell_officers_of_agreements() == 1
    assert AgreementNotice.objects.get().days_before == 30
    successor = renew_agreement(agreement=agreement, until=date(2027, 7, 20), by=world.officer)
    clock.move_to(datetime(2026, 7, 14, 8, tzinfo=SHANGHAI))
    sign_agreement(agreement=successor, day=date(2026, 7, 14), by=world.officer)
    assert tasks.tell_officers_of_agreements() == 0


def test_a_promise_that_falls_behind_is_told_when_it_does(world: World, clock: Any) -> None:
    agreement = agree(world.officer, world.branch, until=date(2026, 12, 31))
    obligation = promise_cups(agreement, world.officer, 300, until=date(2026, 9, 30))
    assert tasks.tell_officers_of_agreements() == 1
    assert "is behind: 0 done, 600 due by yesterday" in mail.outbox[0].body
    assert f"/admin/partners/obligation/{obligation.pk}/change/" in mail.outbox[0].body
    assert tasks.tell_officers_of_agreements() == 0
    for moment in (datetime(2026, 8, 1, 8, tzinfo=SHANGHAI), datetime(2026, 8, 2, 8, tzinfo=SHANGHAI)):
        clock.move_to(moment)
        tasks.settle_agreements()
        tasks.settle_obligation_months()
        assert tasks.tell_officers_of_agreements() == 0, "it was behind before"
    for station in (world.station, world.sister):
        hand_out(station, world.officer, date(2026, 8, 2), 9_900)
    clock.move_to(datetime(2026, 9, 8, 8, tzinfo=SHANGHAI))
    tasks.settle_agreements()
    tasks.settle_obligation_months()
    assert tasks.tell_officers_of_agreements() == 1, "it had caught up by the end of August"
    assert "19800 done, 20700 due by yesterday" in mail.outbox[1].body


def test_units_without_an_officer_are_looked_after_by_those_above(world: World) -> None:
    make_member(world.bank, Role.OFFICER, "head", email="head@example.org")
    agree(world.admin, world.branch, until=date(2026, 8, 1))
    agree(world.admin, world.bank, until=date(2026, 8, 2))
    User.objects.filter(pk=world.officer.pk).update(is_active=False)
    assert tasks.tell_officers_of_agreements() == 1
    assert told() == ["head"]
    assert mail.outbox[0].subject == "2 agreements need you"


def test_what_the_mail_server_refuses_is_tried_again_and_without_one_nothing_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(world.officer, world.branch, until=date(2026, 8, 1))
    with override_settings(SENDS_MAIL=False):
        assert tasks.tell_officers_of_agreements() == 0
    with monkeypatch.context() as patch:

        def refuse(_backend: Any, _messages: Any) -> None:
            raise SMTPException

        patch.setattr(locmem.EmailBackend, "send_messages", refuse)
        assert tasks.tell_officers_of_agreements() == 0
    assert not AgreementNotice.objects.exists()
    assert tasks.tell_officers_of_agreements() == 1


def test_many_agreements_cost_no_further_query(world: World, django_assert_num_queries: Any) -> None:
    for number in range(2):
        agree(world.officer, world.branch, title=f"协议{number}", until=date(2026, 8, 1))
    assert tasks.tell_officers_of_agreements() == 1
    with django_assert_num_queries(4):
        tasks.tell_officers_of_agreements()
    for number in range(20):
        agree(world.officer, world.branch, title=f"更多{number}", until=date(2026, 8, 1))
    assert tasks.tell_officers_of_agreements() == 1
    with django_assert_num_queries(4):
        tasks.tell_officers_of_agreements()
