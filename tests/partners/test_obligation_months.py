"""How obligations stood at the end of each month is noted, and stays when they are over."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from harbor_portal.lib.months import Month
from partners import tasks
from partners.actions.agreements import end_agreement
from partners.actions.standings import settle_month
from partners.actions.terms import drop_promise
from partners.models import Obligation, ObligationMonth, ObligationStanding
from tests.conftest import World
from tests.partners.agreeing import agree, draft, hand_out, promise_cups

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 7, 3, 12, tzinfo=SHANGHAI), tick=False) as traveller:
        yield traveller


def noted(obligation: Obligation) -> dict[int, tuple[int, int, str]]:
    rows = ObligationMonth.objects.filter(obligation=obligation)
    return {row.month.month: (row.done, row.expected, row.verdict) for row in rows}


def test_each_month_keeps_how_it_ended_and_late_evidence_counts_until_the_next_ends(world: World, clock: Any) -> None:
    agreement = agree(world.officer, world.branch)
    year = promise_cups(agreement, world.officer, 365, period="year", since=None, until=None)
    july = promise_cups(agreement, world.officer, 1)
    draft_only = promise_cups(draft(world.officer, world.branch), world.officer)
    hand_out(world.station, world.officer, date(2026, 7, 3), 200)
    tasks.settle_obligation_months()
    assert noted(year) == {6: (0, 181, "behind"), 7: (200, 183, "on_pace")}
    assert noted(july) == {7: (200, 2, "kept")}
    assert noted(draft_only) == {}
    clock.move_to(datetime(2026, 8, 1, 2, tzinfo=SHANGHAI))
    hand_out(world.station, world.officer, date(2026, 7, 31), 12)
    hand_out(world.station, world.officer, date(2026, 8, 1), 500)
    tasks.settle_agreements()
    tasks.settle_obligation_months()
    assert noted(year) == {6: (0, 181, "behind"), 7: (212, 212, "on_pace"), 8: (712, 212, "kept")}
    assert noted(july) == {7: (212, 31, "kept")}
    assert not ObligationStanding.objects.filter(obligation=july).exists()
    clock.move_to(datetime(2026, 9, 1, 2, tzinfo=SHANGHAI))
    hand_out(world.station, world.officer, date(2026, 7, 5), 100)
    tasks.settle_obligation_months()
    assert noted(july) == {7: (212, 31, "kept")}, "that month is told"


def test_what_was_not_kept_is_known_when_it_is_over(world: World, clock: Any) -> None:
    agreement = agree(world.officer, world.branch)
    cups = promise_cups(agreement, world.officer, 300)
    uncounted = promise_cups(agreement, world.officer, metric="", detail="")
    early = promise_cups(agreement, world.officer, 1, since=date(2026, 7, 20))
    end_agreement(agreement=agreement, last=date(2026, 7, 10), reason="到此为止", by=world.officer)
    clock.move_to(datetime(2026, 8, 2, 2, tzinfo=SHANGHAI))
    tasks.settle_obligation_months()
    assert noted(cups) == {7: (0, 3000, "not_kept")}
    assert noted(uncounted) == {7: (0, 0, "uncounted")}
    assert noted(early) == {}, "its first day never came"


def test_what_is_promised_no_more_is_told_no_more(world: World) -> None:
    agreement = agree(world.officer, world.branch)
    first, second = (promise_cups(agreement, world.officer) for _number in range(2))
    july, today = Month(2026, 7), date(2026, 7, 3)
    assert settle_month(month=july, today=today) == 2
    drop_promise(obligation=second, by=world.officer)
    Obligation.objects.filter(pk=first.pk).update(since=date(2026, 8, 1), until=None)
    assert settle_month(month=july, today=today) == 0
    assert not ObligationMonth.objects.exists()
