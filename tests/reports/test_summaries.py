"""Sums that are kept: they are what adding up would give, whatever changes, and of a long list a page shows the top."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from harbor_portal.lib.months import Month
from partners.models import Plate, Programme
from reports import summaries
from reports.actions.summaries import KEPT, RENEWED, renew_summaries, sweep_summaries
from reports.figures import MonthFigures, live_figures
from reports.models import FigureChange, MonthSummary, StationMonth
from reports.periods import Period
from reports.rollups.adding_up import roll_up
from reports.sections import PARTS, SECTIONS, territory
from reports.subjects import Subject, subject_of
from reports.sums import VISITS
from reports.tables import page_tables
from stations.choices import DivisionLevel, HostKind
from stations.models import Division, Posting, Station, Unit
from tests.conftest import World
from tests.factories import make_division, make_station, make_unit
from tests.reports.builders import OCTOBER, count, october

pytestmark = pytest.mark.django_db

SEPTEMBER = OCTOBER.plus(-1)


@pytest.fixture(autouse=True)
def _keeps_those_of_a_few_stations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.sections.base.LEAST", 1)


def rows_of(subject: Subject, *, keeps: bool, month: Month = OCTOBER) -> list[dict[str, Any]]:
    return live_figures(subject, month, keeps=keeps).rows()


def stale() -> set[tuple[str, date]]:
    with connection.cursor() as cursor:
        cursor.execute(summaries.STALE, [date.min])
        return {(part, last) for _subject, part, _first, last, _day in cursor.fetchall()}


def counts_more(world: World) -> None:
    count(world.station, october(4), 6)
    roll_up(OCTOBER)


def changes_hands(world: World) -> None:
    Posting.objects.filter(station=world.station).update(operator=world.other_bank)


def moves_below_another_unit(world: World) -> None:
    Unit.objects.move(Unit.objects.get(pk=world.branch.pk), world.other_bank, pos="last-child")


def becomes_another_kind_of_host(world: World) -> None:
    station = Station.objects.get(pk=world.station.pk)
    station.host_kind = HostKind.SHOP
    station.save()


def hangs_a_plate(world: World) -> None:
    programme = Programme.objects.create(code="warm", name="暖心")
    Plate.objects.create(station=world.station, programme=programme, number="1", since=october(1))


def is_written_by_hand(_world: World) -> None:
    StationMonth.objects.filter(month=OCTOBER.first).update(days_opened=9)


def belongs_to_another_city(_world: World) -> None:
    make_division("370200", "青岛市")
    Division.objects.filter(code="370102").update(parent="370200")


CHANGES = [
    counts_more,
    changes_hands,
    moves_below_another_unit,
    becomes_another_kind_of_host,
    hangs_a_plate,
    is_written_by_hand,
    belongs_to_another_city,
]


def test_what_is_kept_is_read_instead_of_being_added_up_and_says_the_same(ledger: World) -> None:
    subject = Subject(unit=ledger.bank)
    fresh = rows_of(subject, keeps=False)
    assert not MonthSummary.objects.exists()
    assert rows_of(subject, keeps=True) == fresh
    parts = set(MonthSummary.objects.values_list("part", flat=True))
    assert parts == set(PARTS) - {"ranking"}, "who reads all stations needs no order of their keys"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        figures = live_figures(subject, OCTOBER)
        assert [row["value"] for row in figures.of("group")][:1] == [fresh_value(fresh, "group")]
    assert not [query for query in queries if "reports_stationmonthvisits" in query["sql"]]
    assert rows_of(subject, keeps=True) == fresh


def fresh_value(rows: list[dict[str, Any]], section: str) -> Any:
    return next(row["value"] for row in rows if row["section"] == section)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_figure_the_kept_sums_do_not_outlive_it(
    ledger: World, change: Callable[[World], None]
) -> None:
    subjects = [
        Subject(unit=ledger.bank),
        Subject(unit=ledger.branch),
        Subject(division=Division.objects.get(code="370000")),
    ]
    for subject in subjects:
        rows_of(subject, keeps=True)
    assert not stale()
    change(ledger)
    assert stale()
    for subject in subjects:
        now = subject_of(subject.key) or subject
        assert rows_of(now, keeps=True) == rows_of(now, keeps=False)


def test_adding_up_a_month_leaves_what_is_kept_of_others(ledger: World) -> None:
    rows_of(Subject(unit=ledger.bank), keeps=True)
    counts_more(ledger)
    assert {last for _part, last in stale()} == {OCTOBER.first}
    ledger.station.save()
    Posting.objects.filter(pk=0).update(until=None)
    assert SEPTEMBER.first in {last for _part, last in stale()}, "whoever may change who runs what is believed to do so"


def test_sums_are_not_kept_of_figures_that_changed_while_they_were_read(
    ledger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, october_alone = Subject(unit=ledger.bank), [Period.of(OCTOBER)]

    def changed_meanwhile(*asked: Any) -> Any:
        FigureChange.objects.create(month=OCTOBER.first)
        return VISITS.compute(*asked)

    part = summaries.Part("visits", changed_meanwhile)
    assert summaries.summed(subject, part, october_alone, keep=True)
    assert not MonthSummary.objects.exists()
    assert summaries.summed(subject, VISITS, october_alone, keep=True)
    assert MonthSummary.objects.count() == 1


def test_small_units_add_up_whenever_somebody_asks(ledger: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.sections.base.LEAST", 100)
    rows_of(Subject(unit=ledger.bank), keeps=True)
    assert not MonthSummary.objects.exists()


def test_what_became_stale_is_made_anew_for_those_who_ask_again_and_again(ledger: World) -> None:
    today, subject = timezone.localdate(), Subject(unit=ledger.bank)
    rows_of(subject, keeps=True)
    assert renew_summaries(today=today) == 0
    counts_more(ledger)
    assert renew_summaries(today=today + RENEWED + timedelta(days=1)) == 0, "nobody asks for it any more"
    assert renew_summaries(today=today) > 0
    assert not stale()
    assert rows_of(subject, keeps=True) == rows_of(subject, keeps=False)


def test_of_a_unit_that_is_gone_nothing_is_made_anew(world: World) -> None:
    unit = make_unit("临时", world.bank, code="TMP")
    MonthSummary.objects.create(
        subject=Subject(unit=unit).key, part="visits", first=OCTOBER.first, last=OCTOBER.first, version=99, content=[],
        asked_on=timezone.localdate(),
    )  # fmt: skip
    unit.delete()
    assert renew_summaries(today=timezone.localdate()) == 0


def test_marks_are_folded_into_one_for_each_month_and_mean_the_same(ledger: World) -> None:
    rows_of(Subject(unit=ledger.bank), keeps=True)
    today = timezone.localdate()
    assert FigureChange.objects.count() > 4
    assert sweep_summaries(today=today) == 0
    assert FigureChange.objects.count() == FigureChange.objects.values("month").distinct().count()
    assert not stale()
    assert sweep_summaries(today=today + KEPT + timedelta(days=1)) > 0
    assert not MonthSummary.objects.exists()


def test_a_subject_is_found_by_the_key_under_which_it_is_kept(world: World) -> None:
    programme = Programme.objects.create(code="warm", name="暖心")
    division = Division.objects.get(code="370102")
    for subject in (
        Subject(unit=world.branch),
        Subject(division=division, host_kind="bank_branch"),
        Subject(unit=world.bank, programme=programme),
    ):
        assert subject_of(subject.key) == subject
    assert subject_of("division/999999//") is None
    assert subject_of(f"unit/{world.bank.pk}//0") is None


@pytest.fixture
def streets(world: World) -> MonthFigures:
    """Two districts with three streets each, and a station in each street."""
    for district in ("370102", "370103"):
        above = make_division(district, f"区{district}")
        for number in range(1, 4):
            street = make_division(
                f"{district}{number:03d}", f"街道{number}", level=DivisionLevel.TOWNSHIP, parent=above
            )
            station = make_station(f"站{district}{number}", operator=world.branch, supervisor=world.district_union)
            Posting.objects.filter(station=station).update(division=street)
            count(station, october(1), number)
    roll_up(OCTOBER)
    return live_figures(Subject(unit=world.branch), OCTOBER)


def lines_of(figures: MonthFigures, most: int) -> tuple[list[tuple[str, Any]], str]:
    table = next(table for table in page_tables(figures, [], most) if table.key == "territory")
    return [(row.get("level", "total"), row["value"]) for row in table.rows], table.note


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_page_leaves_out_streets_that_have_no_room_and_says_so(streets: MonthFigures, *, is_frozen: bool) -> None:
    rows = streets.of("territory")
    figures = MonthFigures({**streets.sections, "territory": list(rows)}) if is_frozen else streets
    lines, note = lines_of(figures, len(rows))
    assert [level for level, _value in lines].count("township") == 6
    assert "in the files" not in note
    lines, note = lines_of(figures, 5)
    assert "township" not in {level for level, _value in lines}
    assert [value for level, value in lines if level == "district"] == [6, 6]
    assert lines[-1] == ("total", 12)
    assert note.endswith("What lies below these lines is in the files.")


def test_the_streets_that_a_page_leaves_out_are_not_even_read(
    streets: MonthFigures, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_asked: Any) -> None:
        pytest.fail("nobody asked for streets")

    monkeypatch.setattr(territory, "side_by_side", read)
    lines_of(streets, 3)


def test_every_section_of_a_page_is_that_of_the_files(ledger: World) -> None:
    figures = live_figures(Subject(unit=ledger.bank), OCTOBER)
    tables = page_tables(figures, figures.of("station"), 300)
    for table in tables:
        section = SECTIONS[table.key]
        assert list(table.rows) == list(section.table(figures, figures.of(table.key)).rows)
