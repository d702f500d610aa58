"""What is to be put right, with the unit in whose hands it is and the day, or "—" where none is promised."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.figures import live_figures
from reports.ledgers import LEDGERS
from reports.ledgers.base import Wanted
from reports.models import Deadline, StationMonth
from reports.periods import Period
from reports.rollups.adding_up import roll_up
from reports.sections import unopened
from reports.sections.printing import NONE
from reports.subjects import Subject
from reports.tables import month_table
from services.actions.findings import mend_finding
from services.models import Feedback, Finding, StationDay, SupplyItem, SupplyStock
from stations.choices import Health
from stations.models import StationAmenity
from tests.conftest import World
from tests.factories import make_activity, make_amenity, make_station
from tests.reports.builders import OCTOBER, hand_over, make_anomaly, october
from tests.reports.by_hand import MOMENT, october_by_hand
from tests.services.feedback import tell
from tests.services.inspecting import leave_finding

pytestmark = pytest.mark.django_db
FIFTH, EIGHTH = date(2026, 11, 6), date(2026, 11, 11)
"""Working days of November, which begins with a Sunday."""
TENTH = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


@pytest.fixture
def month(world: World) -> World:
    return october_by_hand(world)


def table(world: World, section: str, **only: Any) -> list[dict[str, Any]]:
    figures = live_figures(Subject(unit=world.district_union), OCTOBER)
    rows = month_table(figures, section).rows
    return [row for row in rows if all(row.get(key) == value for key, value in only.items())]


def test_stations_not_opened_as_posted_are_a_list_of_their_own(month: World) -> None:
    """The keeper of one opened on three days, those of the others never, though visits were counted."""
    lines = [
        tuple(row[key] for key in ("name", "days_expected", "days_kept", "days_unopened", "hands", "deadline"))
        for row in table(month, "unopened")
    ]
    assert lines == [
        ("解放阁驿站", 24, 0, 24, "历下区总工会", FIFTH),
        ("泉城广场驿站", 18, 0, 18, "历下区总工会", FIFTH),
        ("泉城支行劳动者港湾", 15, 0, 15, "中国工商银行", FIFTH),
        ("济西支行劳动者港湾", 17, 3, 14, "济南分行", FIFTH),
        ("Total of 4 stations", 74, 3, 71, NONE, NONE),
    ]
    kept = {row["name"]: row["open_share"] for row in table(month, "unopened")}
    assert kept["济西支行劳动者港湾"] == 1620 / 9180
    assert kept["Total of 4 stations"] == 1620 / 42300


def test_of_many_such_stations_the_worst_are_listed_and_all_are_added_up(
    month: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unopened, "MOST", 2)
    first, second, total = table(month, "unopened")
    assert (first["days_unopened"], second["days_unopened"], total["days_unopened"]) == (24, 18, 71)
    assert total["name"] == "Total of 4 stations"


def test_a_station_of_which_nothing_is_known_or_that_kept_every_day_is_not_accused(month: World) -> None:
    StationMonth.objects.filter(posting__station=month.station).update(days_kept=17)
    StationMonth.objects.filter(posting__station=month.sister).update(days_opened=0, days_recorded=0)
    names = [row["name"] for row in table(month, "unopened")]
    assert names == ["解放阁驿站", "泉城广场驿站", "Total of 2 stations"]
    StationMonth.objects.update(days_kept=None)
    assert table(month, "unopened") == [], "added up before it was asked for: nobody knows"


def test_of_a_station_that_changed_hands_the_part_without_any_record_is_not_told(month: World) -> None:
    """From the 16th on there is none: those days stand among the days without a record alone."""
    hand_over(month.station, october(16), month.other_bank, month.district_union)
    roll_up(OCTOBER, full=True)
    (line,) = table(month, "unopened", code=month.station.code)
    assert (line["days_expected"], line["days_kept"], line["hands"]) == (6, 3, "中国工商银行")


def test_what_is_mended_is_not_yet_settled(month: World) -> None:
    finding = leave_finding(month.admin, month.station)
    mend_finding(finding=finding, text="修好了", by=month.keeper)
    Finding.objects.update(opened_at=MOMENT.replace(month=10, day=12))
    figures = live_figures(Subject(unit=month.district_union), OCTOBER)
    found = month_table(figures, "finding")
    titles = {column.key: column.title for column in found.columns}
    assert (titles["settled"], titles["open"], titles["share"]) == ("Mended", "Not settled", "Mended of all")
    *_lines, total = found.rows
    assert (total["value"], total["settled"], total["open"], total["share"]) == (1, 1, 1, 1.0)
    assert figures.measures["share_mended"]["value"] == 1.0


def test_an_activity_counts_for_the_station_while_it_is_held(month: World) -> None:
    """One that took place the day after the station had gone to another line is not the station's here."""
    for day in (15, 16):
        begins = datetime(2026, 10, day, 10, tzinfo=MOMENT.tzinfo)
        make_activity(month.other_bank, month.sister, starts_at=begins, status="held")
    (line,) = table(month, "station", code=month.sister.code)
    assert line["activities"] == 1


def test_of_a_station_with_such_days_all_posted_days_are_told(month: World) -> None:
    """Also those in other hands and months, in which it opened as posted; its days and the total have rows behind."""
    hand_over(month.station, october(16), month.other_bank, month.district_union)
    for day in range(16, 32):
        StationDay.objects.update_or_create(station=month.station, date=october(day), defaults={"opened_at": MOMENT})
    roll_up(OCTOBER, full=True)
    (line,) = table(month, "unopened", code=month.station.code)
    assert (line["days_expected"], line["days_kept"], line["days_unopened"]) == (17, 14, 3)
    total = table(month, "unopened")[-1]
    assert (total["days_expected"], total["days_kept"]) == (74, 14)
    subject, spans = Subject(unit=month.district_union), Period.of(OCTOBER)
    for only, days in (({"station": month.station.code}, 17), ({}, 74)):
        behind = Wanted(subject, spans, "days_expected", {"opened": "not_as_posted"} | only)
        assert LEDGERS["days"](behind).total == days


def test_each_kind_of_problem_has_its_day(month: World) -> None:
    tell(month.station)
    Feedback.objects.update(due_date=date(2026, 11, 5))
    leave_finding(month.admin, month.station)
    Finding.objects.update(due_date=date(2026, 11, 12))
    for code, back in (("microwave", TENTH), ("fridge", None)):
        values = {"health": Health.OUT_OF_ORDER, "due_back": back}
        StationAmenity.objects.create(station=month.station, amenity=make_amenity(code), access="open", **values)
    item = SupplyItem.objects.create(code="medicine", name="药品", name_en="Medicine")
    SupplyStock.objects.create(station=month.station, item=item, quantity=3, expires_date=date(2026, 11, 7))
    make_anomaly(month.station)
    due = {(row["problem"], row["detail"]): row["deadline"] for row in table(month, "problem", code=month.station.code)}
    gap = next(key for key in due if key[0] == "Days without a record")
    assert due.pop(gap) == FIFTH
    assert set(due.values()) == {date(2026, 11, 5), date(2026, 11, 12), TENTH, NONE, date(2026, 11, 7), FIFTH}
    by_kind = {kind: day for (kind, _detail), day in due.items()}
    assert (by_kind["Finding of an inspection"], by_kind["Report of a visitor"]) == (
        date(2026, 11, 12),
        date(2026, 11, 5),
    )
    assert (by_kind["Expires or has expired"], by_kind["Unusual figures"]) == (date(2026, 11, 7), FIFTH)
    assert (due["Out of order", "Microwave"], due["Out of order", "Fridge"]) == (TENTH, NONE)


def test_the_day_is_that_of_the_unit_in_whose_hands_the_station_is(month: World) -> None:
    Deadline.objects.create(unit=month.bank, working_day=8)
    due = {row["hands"]: row["deadline"] for row in table(month, "unopened")[:-1]}
    assert due == {"济南分行": EIGHTH, "历下区总工会": FIFTH, "中国工商银行": FIFTH}
    due = {row["hands"]: row["deadline"] for row in table(month, "problem")}
    assert due == {"济南分行": EIGHTH, "历下区总工会": FIFTH, "中国工商银行": FIFTH}


def test_a_station_that_nobody_runs_is_in_the_hands_of_whoever_watches_over_it(month: World) -> None:
    month.station.postings.update(operator=None)
    (line,) = table(month, "unopened", code=month.station.code)
    assert line["hands"] == "历下区总工会"
    assert {row["hands"] for row in table(month, "problem", code=month.station.code)} == {"历下区总工会"}


def test_a_station_in_nobodys_hands_is_due_on_the_usual_day(month: World) -> None:
    month.station.postings.update(until=october(20))
    roll_up(OCTOBER, full=True)
    (line,) = table(month, "unopened", code=month.station.code)
    assert (line["hands"], line["deadline"]) == (NONE, FIFTH)


def test_over_several_months_each_gap_has_the_day_of_its_own(month: World) -> None:
    """The fifth working day of October comes after the National Day, and the make-up Saturday is one."""
    figures = live_figures(Subject(unit=month.district_union), Period(OCTOBER.plus(-1), OCTOBER))
    rows = [row for row in figures.of("problem") if row["code"] == month.station.code]
    assert {row["what"][:7]: row["deadline"] for row in rows} == {"2026-09": "2026-10-13", "2026-10": str(FIFTH)}


def test_no_name_of_a_keeper_is_frozen(month: World) -> None:
    assert month.station.keepers.filter(user=month.keeper).exists()
    rows = live_figures(Subject(unit=month.district_union), OCTOBER).rows()
    assert month.keeper.name not in str(rows)


def test_two_stations_or_twenty_take_the_same_number_of_queries(month: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            live_figures(Subject(unit=month.district_union), OCTOBER, sections={"unopened", "problem"}, keeps=False)
        return len(found)

    few = queries()
    for number in range(20):
        station = make_station(f"第{number}驿站", operator=month.branch, supervisor=month.district_union)
        StationMonth.objects.create(
            posting=station.postings.get(),
            month=OCTOBER.first,
            first_day=OCTOBER.first,
            last_day=OCTOBER.last,
            through=OCTOBER.last,
            days_expected=20,
            days_recorded=1,
            days_missing=19,
            missing_bits=2**19 - 1,
            days_kept=1,
        )
    assert queries() == few
    assert len(table(month, "unopened")) == 25
