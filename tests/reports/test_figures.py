"""The figures of a month, against tables computed by hand."""

from collections.abc import Sequence

import pytest

from reports.figures import MonthFigures, Row, digest_of, live_figures, row_key
from reports.rollups.adding_up import roll_up
from reports.sections.printing import NONE
from reports.subjects import Subject, find_subject
from reports.tables import month_table
from services.choices import Method
from stations.choices import UnitKind
from stations.models import Division, Unit
from tests.conftest import World
from tests.factories import make_division, make_member, make_station, make_unit
from tests.reports.builders import OCTOBER, count, october, record

pytestmark = pytest.mark.django_db


def of_unit(unit: Unit) -> MonthFigures:
    return live_figures(Subject(unit=unit), OCTOBER)


def of_division(code: str) -> MonthFigures:
    return live_figures(Subject(division=Division.objects.get(code=code)), OCTOBER)


def measures(figures: MonthFigures) -> dict[str, tuple[object, object, object]]:
    return {row["measure"]: (row["value"], row["previous"], row["last_year"]) for row in figures.of("overview")}


def by(key: str, rows: Sequence[Row]) -> dict[str, Row]:
    return {row[key]: row for row in rows}


def test_the_overview_of_a_branch(ledger: World) -> None:
    told = measures(of_unit(ledger.branch))
    plan = (
        *("days_expected", "days_kept", "days_missing", "minutes_posted", "minutes_open"),
        *("share_complete", "share_kept", "share_opened"),
    )
    for measure in plan:
        told.pop(measure)  # tests/reports/test_days_expected.py
    nothing = ("days_explained", "days_suspended", "feedback", "findings", "participants", "activities")
    assert {key: told.pop(key) for key in nothing} == dict.fromkeys(nothing, (0, 0, 0))
    assert told == {
        "stations": (2, 2, 2),
        "stations_end": (1, 2, 2),
        "stations_recording": (2, 1, 0),
        "days_opened": (3, 0, 0),
        "days_recorded": (5, 1, 0),
        "days_nil": (1, 0, 0),
        "visits": (30, 40, None),
        "visits_year": (70, None, None),
        "per_day": (10.0, None, None),
        "share_answered": (None, None, None),
        "share_mended": (None, None, None),
        "units": (None, None, None),
        "units_reported": (None, None, None),
        "units_in_time": (None, None, None),
    }


def test_a_year_before_the_station_was_there_nothing_is_told(ledger: World) -> None:
    assert all(
        row["last_year"] is None for row in live_figures(Subject(unit=ledger.branch), OCTOBER.plus(-1)).of("overview")
    )


def test_stations_groups_and_methods_foot_to_the_same_total(ledger: World) -> None:
    figures = of_unit(ledger.branch)
    assert [(row["name"], row["value"], row["previous"]) for row in figures.of("station")] == [
        ("济西支行劳动者港湾", 20, 40),
        ("泉城支行劳动者港湾", 10, None),
    ]
    groups = {key: row["value"] for key, row in by("group", figures.of("group")).items() if row["value"]}
    assert groups == {"courier": 21, "sanitation": 5, "elderly": 3, "public": 1}
    methods = by("method", figures.of("method"))
    assert (methods["gate"]["value"], methods["gate"]["beside"]) == (12, None)
    assert (methods["tally"]["value"], methods["tally"]["beside"]) == (18, 7)
    for rows in (figures.of("station"), figures.of("group"), figures.of("method")):
        assert sum(row["value"] or 0 for row in rows) == figures.total["value"] == 30
        assert sum(row["previous"] or 0 for row in rows) == figures.total["previous"] == 40


def test_a_group_that_nobody_belonged_to_is_zero_and_a_month_without_records_is_none(ledger: World) -> None:
    taxi = by("group", of_unit(ledger.branch).of("group"))["taxi"]
    assert (taxi["value"], taxi["previous"], taxi["last_year"]) == (0, 0, None)


def test_a_station_that_left_still_foots_in_the_months_before(ledger: World) -> None:
    rows = by("name", list(live_figures(Subject(unit=ledger.branch), OCTOBER.plus(1)).of("station")))
    gone = rows["泉城支行劳动者港湾"]
    assert (gone["value"], gone["previous"], gone["operator"]) == (None, 10, "")


def test_bank_union_and_division_each_count_a_visit_once(ledger: World) -> None:
    assert of_unit(ledger.branch).total["value"] == of_unit(ledger.bank).total["value"] == 30
    assert of_unit(ledger.district_union).total["value"] == of_unit(ledger.union).total["value"] == 30
    assert of_unit(ledger.other_bank).total["value"] == 100
    assert of_division("370102").total["value"] == of_division("370000").total["value"] == 130


def test_a_unit_above_both_lines_counts_a_visit_once(world: World) -> None:
    station = make_station("自管站", operator=world.district_union, supervisor=world.district_union)
    count(station, october(1), 3)
    roll_up(OCTOBER)
    assert of_unit(world.union).total["value"] == 3


def test_a_handover_within_the_unit_is_one_row_that_names_both(world: World) -> None:
    count(world.station, october(1), 3)
    count(world.station, october(20), 4)
    second = make_unit("历城支行", world.branch, code="CCB-LC")
    posting = world.station.postings.get()
    type(posting).objects.filter(pk=posting.pk).update(until=october(15))
    type(posting).objects.create(
        station=world.station, operator=second, supervisor=world.district_union, since=october(16)
    )
    roll_up(OCTOBER)
    row = by("name", list(of_unit(world.branch).of("station")))["济西支行劳动者港湾"]
    assert (row["value"], row["operator"], row["supervisor"]) == (7, "济南分行 → 历城支行", "历下区总工会")
    assert measures(of_unit(world.branch))["stations"][0] == 2


def test_pages_of_stations_are_slices_of_the_same_order(ledger: World) -> None:
    stations = of_unit(ledger.branch).of("station")
    assert len(stations) == 2
    assert [*stations[:1], stations[1]] == list(stations)


def test_rows_have_a_hash_that_follows_every_figure(ledger: World) -> None:
    rows = of_unit(ledger.branch).rows()
    assert digest_of(rows) == digest_of(of_unit(ledger.branch).rows())
    changed = [row | {"value": 21} if row.get("value") == 20 else row for row in rows]
    assert digest_of(changed) != digest_of(rows)
    assert {row["section"] for row in rows} >= {"source", "overview", "unit", "territory", "group", "method", "station"}


def test_units_are_read_by_their_members_and_divisions_by_unions_whose_territory_covers_them(world: World) -> None:
    city = Division.objects.get(code="370100")
    world.union.division = Division.objects.get(code="370000")
    world.union.save()
    provincial = make_member(world.union)
    make_division("370202", "市南区")
    assert find_subject(world.officer, unit="CCB-JN")
    assert not find_subject(world.officer, unit="CCB")
    assert not find_subject(world.outsider, unit="CCB-JN")
    assert not find_subject(world.keeper, unit="CCB-JN")
    assert find_subject(world.admin, unit="CCB-JN")
    assert find_subject(world.official, division="370102")
    assert not find_subject(world.official, division="370202")
    assert not find_subject(world.official, division=city.code)
    assert find_subject(provincial, division=city.code)
    assert find_subject(world.admin, division=city.code)
    assert not find_subject(world.admin, division="999999")


def test_a_bank_does_not_read_a_division_even_if_it_sits_there(world: World) -> None:
    make_unit("历下支行", world.branch, code="X", kind=UnitKind.BANK, division=make_division())
    officer = make_member(Unit.objects.get(code="X"))
    assert not find_subject(officer, division="370102")
    assert not find_subject(world.keeper, division="370102")


def test_an_opened_day_without_visits_is_no_record(world: World) -> None:
    record(world.station, october(1), Method.TALLY)
    roll_up(OCTOBER)
    assert measures(of_unit(world.branch))["visits"][0] is None
    record(world.sister, october(1), nil=True)
    roll_up(OCTOBER)
    assert measures(of_unit(world.branch))["visits"][0] == 0


def test_whose_postings_were_looked_up_tells_the_same(ledger: World) -> None:
    province = Division.objects.get(code="370000")
    for subject in (
        *(Subject(unit=unit) for unit in (ledger.bank, ledger.branch, ledger.union, ledger.other_bank)),
        *(Subject(division=province), Subject(unit=ledger.bank, host_kind=ledger.station.host_kind)),
    ):
        found = subject.looked_up()
        assert found.keys
        told = live_figures(found, OCTOBER, keeps=False).rows()
        assert told == live_figures(subject, OCTOBER, keeps=False).rows()


def test_each_frozen_row_has_a_key_of_its_own_in_every_revision(ledger: World) -> None:
    rows = of_unit(ledger.bank).rows()
    keys = [row_key(row) for row in rows]
    assert len(set(keys)) == len(rows)
    assert ("station", ledger.station.code) in keys
    assert ("group", "courier") in keys
    assert row_key({"section": "told_later", "figure": 1}) == ("told_later",)


def test_the_lines_of_each_breakdown_add_up_to_the_whole(ledger: World) -> None:
    for figures in (of_unit(ledger.bank), of_unit(ledger.union), of_division("370000")):
        for section in ("unit", "territory", "operator", "host"):
            rows = figures.of(section)
            highest = [row for row in rows if "level" not in row or row["level"] == rows[0]["level"]]
            for key in ("value", "previous"):
                told = figures.total[key]
                if rows:
                    assert sum(row[key] or 0 for row in highest) == told, (section, key)


def test_each_line_of_a_territory_is_ranked_among_those_of_its_level(ledger: World) -> None:
    """The station's 20 visits came on 3 open days, and twice as many a day to another one in its street."""
    district = make_division()
    for number, visits in ((1, 40), (2, 5), (3, 0)):
        street = make_division(f"37010200{number}", f"街道{number}", level="township", parent=district)
        station = make_station(f"第{number}驿站", operator=ledger.branch, division=street)
        record(station, october(5), opened=bool(visits))
        if visits:
            count(station, october(5), visits)
    roll_up(OCTOBER)
    rows = month_table(of_unit(ledger.branch), "territory").rows
    assert {row["name"]: (row["per_day"], row["place"]) for row in rows if row["rank"] != "total"} == {
        "街道1": (40.0, 1),
        "街道2": (5.0, 2),
        "街道3": (NONE, NONE),
        "历下区": (10.0, NONE),
    }
