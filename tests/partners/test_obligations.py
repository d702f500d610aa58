"""Obligations fulfil themselves from supplies, activities and visits, and each number leads to its rows."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from harbor_portal.lib.errors import Invalid, Refused
from partners import tasks
from partners.actions import standings
from partners.actions.agreements import Facts, change_agreement, end_agreement, renew_agreement
from partners.actions.papers import give_link
from partners.actions.terms import change_promise, drop_promise, promise
from partners.links import link_address
from partners.metrics import METRICS
from partners.models import Obligation, ObligationStanding
from partners.pace import Pace
from partners.standing import pace_of
from services.models import Activity
from tests.conftest import World
from tests.factories import make_activity, make_partner, make_station
from tests.office.desk import as_, figures, shown
from tests.partners.agreeing import agree, cups, draft, hand_out, promise_cups
from tests.services.conftest import count_visits

SHANGHAI = ZoneInfo("Asia/Shanghai")
THIRD = date(2026, 7, 3)


@pytest.fixture(autouse=True)
def clock() -> Any:
    """The third of July, at noon."""
    with time_machine.travel(datetime(2026, 7, 3, 12, tzinfo=SHANGHAI), tick=False) as traveller:
        yield traveller


def pace(obligation: Obligation, today: date = THIRD) -> Pace:
    found = pace_of(Obligation.objects.get(pk=obligation.pk), today)
    assert found is not None
    return found


def test_three_hundred_cups_a_day_in_eight_stations_in_july(world: World, clock: Any) -> None:
    stations = [make_station(f"站{number}", operator=world.branch) for number in range(8)]
    agreement = agree(world.officer, world.branch, *stations)
    obligation = promise_cups(agreement, world.officer)
    for day in (1, 2, 3):
        for station in stations[:day]:
            hand_out(station, world.officer, date(2026, 7, day), 100)
    hand_out(world.station, world.officer, THIRD, 999)  # not one of the eight
    hand_out(stations[0], world.officer, date(2026, 6, 30), 999)  # not in July
    found = pace(obligation)
    assert (found.done, found.expected, found.due, found.is_behind) == (600, 600, 9300, False)

    clock.move_to(datetime(2026, 7, 4, 9, tzinfo=SHANGHAI))
    tasks.settle_agreements()
    standing = ObligationStanding.objects.get(obligation=obligation)
    assert (standing.done, standing.expected, standing.is_behind) == (600, 900, True)
    assert (
        figures(world.officer)["pace=behind"]
        == shown(as_(world.officer), "/admin/partners/obligation/?pace=behind")
        == 1
    )

    # Every number is a link to exactly the rows that it sums.
    page = as_(world.officer).get(f"/admin/partners/obligation/{obligation.pk}/change/")
    kept = page.context["kept"]
    for row in [*kept.chart.rows[:4], None]:
        url, done = (row.url, row.step.done) if row else (kept.url, kept.chart.pace.done)
        rows = as_(world.officer).get(url).context["cl"].queryset
        assert sum(movement.quantity for movement in rows) == done, url

    for station in stations[:3]:
        hand_out(station, world.officer, date(2026, 7, 3), 100)
    tasks.settle_agreements()
    assert not ObligationStanding.objects.get().is_behind
    clock.move_to(datetime(2027, 1, 1, 9, tzinfo=SHANGHAI))
    tasks.settle_agreements()
    assert not ObligationStanding.objects.exists(), "what is over is behind no more"


def test_fourteen_sessions_of_the_mobile_vehicle_office_a_year(world: World) -> None:
    police = make_partner(world.branch, name="车管所")
    agreement = agree(world.officer, world.branch, partner=police)
    facts: dict[str, Any] = {
        "what": "流动车管所",
        "metric": "activities",
        "detail": "government_service",
        "quantity": 14,
    }
    obligation = promise(agreement=agreement, by=world.officer, **facts, period="year", since=None, until=None)

    def hold(*stations: Any, organiser: Any = world.branch, day: int = 1, **fields: Any) -> Activity:
        starts = datetime(2026, 6, day, 9, tzinfo=SHANGHAI)
        values = {
            "kind": "government_service",
            "status": "held",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
        }
        return make_activity(organiser, *stations, **values | fields)

    hold(world.station, world.sister)
    hold(world.station, day=2, organiser=world.district_union)
    hold(day=3)
    hold(world.elsewhere, day=4)
    hold(day=5, organiser=world.other_bank)
    hold(world.station, day=6, kind="lecture")
    hold(world.station, day=7, status="planned")
    hold(world.station, day=8).partners.add(police, make_partner(world.branch))
    hold(world.station, day=9).partners.add(make_partner(world.branch))
    found = pace(obligation)
    assert (found.done, found.expected, found.due, found.is_behind) == (4, 7, 14, True)
    kept = as_(world.officer).get(f"/admin/partners/obligation/{obligation.pk}/change/").context["kept"]
    assert shown(as_(world.officer), kept.url) == 4
    assert kept.verdict == "behind"
    there = promise(
        agreement=agreement, by=world.officer, **facts, period="year", since=None, until=None, stations=[world.sister]
    )
    assert pace(there).done == 1, "what happens at no station does not happen at the stations named"


def test_what_was_due_and_done_in_former_years_is_told_to_staff_and_by_link(world: World, clock: Any) -> None:
    agreement = agree(world.officer, world.branch, until=date(2028, 12, 31))
    obligation = promise_cups(agreement, world.officer, 14, period="year", since=None, until=None)
    hand_out(world.station, world.officer, THIRD, 13)
    clock.move_to(datetime(2027, 1, 1, 9, tzinfo=SHANGHAI))
    page = as_(world.officer).get(f"/admin/partners/obligation/{obligation.pk}/change/")
    (year,) = page.context["kept"].chart.earlier
    assert (year.pace.due, year.pace.done, year.pace.is_kept) == (14, 13, False)
    assert shown(as_(world.officer), year.url) == 1
    assert "Earlier years" in page.text
    link = give_link(agreement=agreement, given_to="泉城乳业", until=date(2027, 2, 1), by=world.officer)
    text = Client(headers={"accept-language": "en"}).get(link_address(link)).text
    assert "Earlier years" in text
    assert "not kept" in text


def test_visits_count_by_the_method_that_counts_by_group_or_by_one_method(world: World) -> None:
    agreement = agree(world.officer, world.branch)
    for method, group, count in (("tally", "courier", 5), ("tally", "taxi", 2), ("estimate", "courier", 40)):
        count_visits(world.keeper, world.station, count, day=THIRD, method=method, group=group)
    facts: dict[str, Any] = {
        "what": "到站",
        "metric": "visits",
        "quantity": 9,
        "period": "total",
        "since": None,
        "until": None,
    }
    done = {
        detail: pace(promise(agreement=agreement, by=world.officer, detail=detail, **facts)).done
        for detail in ("", "group.courier", "method.estimate", "method.gate")
    }
    assert done == {"": 7, "group.courier": 5, "method.estimate": 40, "method.gate": 0}


def test_only_the_stations_named_and_the_days_on_which_the_agreement_holds_count(world: World) -> None:
    agreement = agree(world.officer, world.branch, since=date(2026, 7, 2))
    for station in (world.station, world.sister):
        for day in (1, 2, 3):
            hand_out(station, world.officer, date(2026, 7, day), 10)
    obligation = promise_cups(agreement, world.officer, 10, stations=[world.sister])
    assert pace(obligation).done == 20
    terms: Any = {"what": "冰水", "metric": "supplies", "detail": cups().code, "quantity": 5, "period": "day"}
    change_promise(obligation=obligation, by=world.officer, stations=[], **terms, since=None, until=None)
    assert (pace(obligation).done, pace(obligation).terms.quantity) == (40, 5)
    places = [[row.station for row in line.stations.all()] for line in obligation.history.order_by("history_id")]
    assert places == [[], [world.sister], [world.sister], []]
    drop_promise(obligation=obligation, by=world.officer)
    assert not Obligation.objects.exists()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"since": date(2027, 1, 1), "until": None}, "since"),
        ({"metric": "dreams"}, "metric"),
        ({"detail": "nothing"}, "metric"),
        ({"detail": ""}, "metric"),
        ({"quantity": 0}, "quantity"),
        ({"since": date(2026, 7, 9), "until": date(2026, 7, 1)}, "since"),
    ],
)
def test_a_promise_that_nobody_could_keep_or_count_is_refused(world: World, terms: dict[str, Any], field: str) -> None:
    agreement = agree(world.officer, world.branch)
    with pytest.raises(Invalid) as refusal:
        promise_cups(agreement, world.officer, **terms)
    assert refusal.value.field == field


def test_in_all_needs_a_last_day_and_what_is_over_takes_no_promise(world: World) -> None:
    agreement = agree(world.officer, world.branch, until=None)
    with pytest.raises(Invalid, match="needs a last day"):
        promise_cups(agreement, world.officer, period="total", until=None)
    ending = agree(world.officer, world.branch)
    promise_cups(ending, world.officer, period="total", since=None, until=None)
    with pytest.raises(Invalid, match="needs a last day"):
        renew_agreement(agreement=ending, until=None, by=world.officer)
    facts: Any = {name: getattr(ending, name) for name in Facts.__annotations__} | {"until": None}
    with pytest.raises(Invalid, match="needs a last day"):
        change_agreement(agreement=ending, by=world.officer, more_partners=[], **facts)
    obligation = promise_cups(agreement, world.officer)
    for by in (world.keeper, world.official, world.outsider):
        with pytest.raises(Refused):
            drop_promise(obligation=obligation, by=by)
    end_agreement(agreement=agreement, last=THIRD - timedelta(1), reason="不再需要", by=world.officer)
    with pytest.raises(Refused, match="stays as it was"):
        promise_cups(agreement, world.officer)


def test_a_draft_and_what_nothing_counts_have_no_standing_and_one_failure_stops_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise_cups(draft(world.officer, world.branch), world.officer)
    agreement = agree(world.officer, world.branch)
    promise_cups(agreement, world.officer, metric="", detail="")
    assert not ObligationStanding.objects.exists()
    first, second = (promise_cups(agreement, world.officer) for _number in range(2))
    ObligationStanding.objects.all().delete()
    asked = pace_of

    def fail(obligation: Obligation, today: date) -> Any:
        if obligation == first:
            raise ValueError
        return asked(obligation, today)

    monkeypatch.setattr(standings, "pace_of", fail)
    with pytest.raises(ExceptionGroup):
        tasks.settle_agreements()
    assert ObligationStanding.objects.get().obligation == second


def test_each_metric_names_a_list_that_shows_its_rows(world: World) -> None:
    obligation = promise_cups(agree(world.officer, world.branch), world.officer)
    for metric in METRICS.values():
        address = "/admin/{}/{}/".format(*metric.page.split("_"))
        for asked in ("1-20260701-20260731", "1-20261332-20260731", f"{obligation.pk}-20260701-99991231", "x"):
            assert shown(as_(world.officer), f"{address}?evidence={asked}") == 0
