"""A revision says what was corrected, also where the program has learnt to tell more since the one before it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from harbor_portal.lib.errors import Refused
from reports.actions.months import submit_month
from reports.actions.openings import open_for_revision
from reports.actions.sealing import seal_month
from reports.choices import ReportState
from reports.figures import digest_of, live_figures, row_key
from reports.models import MonthReport
from reports.sealed.comparable import comparable
from reports.sealed.differences import changes_between
from reports.subjects import Subject
from stations.models import Station
from tests.conftest import World
from tests.reports.builders import OCTOBER, count, october
from tests.reports.by_hand import MOMENT, october_by_hand

pytestmark = pytest.mark.django_db
FROZEN_BEFORE = Path(__file__).parents[1] / "data" / "frozen_october.json"
Row = dict[str, Any]


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(MOMENT, tick=False):
        yield


def frozen_before() -> list[Row]:
    """The October by hand as it was handed in before the program told more, with the codes that stations have here.

    One rule has changed since, which is a difference like any other: of a month without any record, such as that of the
    year before, nobody knows whether posted hours were kept. Here it stands as if it had been told so from the first,
    and the station that rested as if it had been open again by then.
    """
    rows: list[Row] = json.loads(FROZEN_BEFORE.read_bytes())
    codes = dict(Station.objects.values_list("name", "code"))
    rows = [row | {"code": codes[row["name"]]} if row["section"] in STATIONS else row for row in rows]
    rows = [row | {"status": "published"} if row["section"] == "station" else row for row in rows]
    return [row | {"last_year": None} if row.get("measure") == "share_opened" else row for row in rows]


STATIONS = ("station", "problem", "change")


@pytest.fixture
def revised(world: World) -> MonthReport:
    """That month, sealed and opened for a revision."""
    october_by_hand(world)
    rows = frozen_before()
    values = {"rows": rows, "digest": digest_of(rows), "state": ReportState.APPROVED, "holds_days": True}
    report = MonthReport.objects.create(unit=world.district_union, month=OCTOBER.first, **values)
    sealed = seal_month(report=report, by=world.admin)
    return open_for_revision(report=sealed, reason="漏记", until=MOMENT.date(), by=world.admin)


def test_what_the_program_has_learnt_since_is_no_correction(world: World, revised: MonthReport) -> None:
    now, before = live_figures(Subject(unit=revised.unit), OCTOBER).rows(), frozen_before()
    assert len(changes_between(before, now, row_key)) > 10, "sections, columns and lines that were not there"
    assert changes_between(*comparable(before, now), row_key) == []
    with pytest.raises(Refused, match="Nothing of 历下区总工会 differs from revision 1"):
        submit_month(unit=revised.unit, month=OCTOBER, by=world.official)


def test_what_was_corrected_is_told_and_nothing_else(world: World, revised: MonthReport) -> None:
    count(world.station, october(14), 5)
    report = submit_month(unit=revised.unit, month=OCTOBER, by=world.official)
    cells = {(one["section"], *one["key"], one["field"]): (one["before"], one["after"]) for one in report.changes}
    code = world.station.code
    assert cells["station", code, "value"] == (20, 25)
    assert cells["station", code, "days_missing"] == (13, 12)
    assert cells["overview", "visits", "value"] == (55, 60)
    assert cells["method", "tally", "value"] == (23, 28)
    assert cells["problem", "gap", code, "2026-10-01", "count"] == (13, 12)
    known = {(row["section"], key) for row in frozen_before() for key in row}
    assert all((section, field) in known for section, *_key, field in cells)
    told = {"overview", "method", "group", "host", "operator", "programme", "territory", "unit", "station", "trend"}
    assert {section for section, *_key, _field in cells} == told | {"completeness", "problem", "time"}
    assert {one["kind"] for one in report.changes} == {"changed"}


def rows_of(section: str, *rows: Row, sections: list[str] | None = None) -> list[Row]:
    source = {"section": "source"} | ({} if sections is None else {"sections": sections})
    return [*({"section": section} | row for row in rows), source]


HONOUR = {"honour": "1", "title": "最美驿站"}


@pytest.mark.parametrize(
    ("section", "sections", "kinds"),
    [("honour", ["honour"], ["added"]), ("honour", ["money"], []), ("honour", None, []), ("money", None, ["added"])],
    ids=["empty", "not there", "older than it", "older, and empty"],
)
def test_a_row_added_counts_where_the_earlier_report_had_its_section(
    section: str, sections: list[str] | None, kinds: list[str]
) -> None:
    before = rows_of(section, sections=sections)
    after = rows_of(section, {"honour": "1", "kind": "star"}, sections=["honour", "money"])
    assert [change.kind for change in changes_between(*comparable(before, after), row_key)] == kinds


def test_rows_that_came_or_went_are_told_without_the_columns_of_one_revision_alone() -> None:
    before = rows_of("honour", HONOUR)
    after = rows_of("honour", {"honour": "2", "title": "示范站", "level": "city"})
    found = {
        change.kind: change.after or change.before for change in changes_between(*comparable(before, after), row_key)
    }
    assert found == {
        "added": {"section": "honour", "honour": "2", "title": "示范站"},
        "removed": {"section": "honour", "honour": "1", "title": "最美驿站"},
    }


def test_a_line_that_each_report_has_comes_with_the_program() -> None:
    visits, kept = {"measure": "visits", "value": 3}, {"measure": "share_kept", "value": 0.5}
    before, after = rows_of("overview", visits), rows_of("overview", visits | {"value": 4}, kept)
    (change,) = changes_between(*comparable(before, after), row_key)
    assert (change.key, change.before, change.after) == (("visits",), 3, 4)
    assert changes_between(*comparable(rows_of("overview", visits, kept), before), row_key) == []


def test_a_section_that_the_program_no_longer_has_is_left_out() -> None:
    before = rows_of("told_once", {"figure": 1}, {"figure": 2})
    assert comparable(before, rows_of("honour", HONOUR)) == ([], [])
