"""Stars worked out by hand: each figure from live rows, points in proportion, vetoes, and what is not known."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Rubric, RubricItem
from reports.rollups.adding_up import roll_up
from reports.stars.inputs import SOURCES, Question
from reports.stars.points import Judged, is_vetoed, judge, share_of
from reports.stars.words import in_stars, why_of
from services.actions.findings import mend_finding
from services.choices import FeedbackKind
from services.models import Feedback, Inspection, InspectionAnswer, SupplyItem, SupplyStock
from stations.actions.amenities import report_broken
from stations.models import Freshness, StationAmenity
from tests.conftest import World
from tests.factories import make_amenity, make_station
from tests.reports.builders import OCTOBER, count, october, record
from tests.reports.starring import make_item
from tests.services.feedback import tell
from tests.services.inspecting import find_fault, make_form

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZONE)
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def figure(world: World, source: str, detail: str = "") -> dict[str, tuple[int, int]]:
    """Of the branch's two stations, by name."""
    asked = Question([world.station.pk, world.sister.pk], FIRST, LAST, detail)
    found = SOURCES[source].measure(asked)
    names = {world.station.pk: "station", world.sister.pk: "sister"}
    return {names[pk]: pair for pk, pair in found.items()}


def rubric_of(*items: dict[str, Any]) -> Rubric:
    rubric = Rubric.objects.create(name="评定表")
    for number, item in enumerate(items):
        make_item(rubric, **{"order": number} | item)
    return rubric


def judged(world: World, rubric: Rubric) -> Judged:
    return judge(rubric, [world.station.pk], FIRST, LAST)[world.station.pk]


def item(full: float, zero: float, veto: float | None = None) -> RubricItem:
    known = {"veto_at": Decimal(str(veto))} if veto is not None else {}
    return RubricItem(full_at=Decimal(str(full)), zero_at=Decimal(str(zero)), weight=10, **known)


def test_points_run_in_proportion_from_none_to_all_in_either_direction() -> None:
    more, less = item(98, 80, 60), item(3, 15, 20)
    assert [share_of(more, Decimal(value)) for value in (100, 98, 89, 80, 10)] == [1, 1, Decimal("0.5"), 0, 0]
    assert [share_of(less, Decimal(value)) for value in (0, 3, 9, 15, 40)] == [1, 1, Decimal("0.5"), 0, 0]
    assert [is_vetoed(more, Decimal(value)) for value in (60, Decimal("59.99"))] == [False, True]
    assert [is_vetoed(less, Decimal(value)) for value in (20, Decimal("20.01"))] == [False, True]
    assert not is_vetoed(item(1, 0), Decimal(-5))


def test_opened_as_posted_and_on_record_come_from_the_months(world: World) -> None:
    for day in (9, 10, 12):
        record(world.station, october(day), "tally")
        count(world.station, october(day), 5)
    roll_up(OCTOBER)
    found = figure(world, "recorded")["station"]
    expected = sum(1 for day in OCTOBER.days() if day.weekday() < 5)
    assert found == (2, expected)  # the 10th is a Saturday, on which nothing was expected
    opened, posted = figure(world, "opened")["station"]
    assert posted == expected * 9 * 60
    assert 0 < opened < posted
    assert "sister" not in figure(world, "opened")


def test_equipment_counts_where_it_works(world: World) -> None:
    water = StationAmenity.objects.get(station=world.station, amenity__code="water")
    report_broken(amenity=water, by=world.keeper, due_back=None, note="")
    StationAmenity.objects.create(station=world.station, amenity=make_amenity("wifi"), access="none")
    assert figure(world, "working") == {"station": (1, 2)}
    found = figure(world, "amenities", "water toilet wifi charging")
    assert found == {"station": (1, 4), "sister": (0, 4)}


def test_days_to_mend_count_faults_and_findings_and_what_is_broken_still(world: World) -> None:
    water, toilet = StationAmenity.objects.filter(station=world.station).order_by("amenity__code")
    for amenity, since, back in ((water, 1, 3), (toilet, 8, None)):
        with time_machine.travel(NOW.replace(day=since)):
            report_broken(amenity=amenity, by=world.keeper, due_back=None, note="")
        if back:
            with time_machine.travel(NOW.replace(day=back)):
                amenity.refresh_from_db()
                amenity.health, amenity.out_since = "ok", None
                amenity.save()
    with time_machine.travel(NOW.replace(day=4)):
        finding = find_fault(world.officer, world.station)
    with time_machine.travel(NOW.replace(day=9)):
        mend_finding(finding=finding, text="修好了", by=world.keeper)
    # Two days, ten until today, and five.
    assert figure(world, "mending") == {"station": (2 + 10 + 5, 3)}


def test_what_nobody_reported_was_not_answered_late(world: World) -> None:
    assert figure(world, "answered") == {}
    assert figure(world, "locked") == {"station": (0, 1), "sister": (0, 1)}
    late = tell(world.station, kind=FeedbackKind.ARRIVED_BUT_CLOSED)
    Feedback.objects.filter(pk=late.pk).update(
        said_at=NOW - timedelta(days=9), received_at=NOW - timedelta(days=9), due_date=date(2026, 11, 10)
    )
    tell(world.station, kind=FeedbackKind.PRAISE)  # not due yet
    assert figure(world, "answered") == {"station": (0, 1)}
    assert figure(world, "locked")["station"] == (1, 1)


def test_supplies_freshness_and_inspections(world: World) -> None:
    item = SupplyItem.objects.create(code="cups", name="纸杯", name_en="Cups", low_at=5)
    tea = SupplyItem.objects.create(code="tea", name="茶", name_en="Tea", low_at=5)
    SupplyStock.objects.create(station=world.station, item=item, quantity=40)
    SupplyStock.objects.create(station=world.station, item=tea, quantity=40, expires_date=date(2026, 11, 1))
    assert figure(world, "supplies") == {"station": (1, 2)}
    Freshness.objects.update_or_create(station=world.station, defaults={"due_date": date(2026, 11, 8)})
    assert figure(world, "overdue")["station"] == (10, 1)
    form = make_form("six_haves")
    found = Inspection.objects.create(
        station=world.station, form=form, kind="spot_check", by=world.officer, state="finished",
        started_at=NOW, finished_at=NOW, score=80, is_vetoed=True,
    )  # fmt: skip
    first, second = form.items.all()[:2]
    InspectionAnswer.objects.create(inspection=found, item=first, result="passed")
    InspectionAnswer.objects.create(inspection=found, item=second, result="failed")
    assert figure(world, "inspected") == {"station": (80, 100)}
    assert figure(world, "vetoed") == {"station": (1, 1)}
    detail = f"six_haves.{first.code} six_haves.{second.code}"
    assert figure(world, "item", detail) == {"station": (1, 2)}
    assert SOURCES["item"].unknown_in is not None
    assert SOURCES["item"].unknown_in(f"{detail} six_haves.nothing") == "six_haves.nothing"


def test_what_does_not_apply_shares_its_points_among_the_rest(world: World) -> None:
    rubric = rubric_of(
        {"source": "locked", "weight": 30, "full_at": 0, "zero_at": 2},
        {"source": "answered", "weight": 20, "full_at": 100, "zero_at": 60},
        {"source": "amenities", "detail": "water toilet wifi", "weight": 20, "full_at": 100, "zero_at": 0},
    )
    found = judged(world, rubric)
    assert found.points == Decimal("86.66")  # 43.33 of 50
    assert found.star == 4
    assert [line["points"] for line in found.lines] == ["30.00", None, "13.33"]
    why = why_of(found.lines, world.station, NOW)
    assert why[1].found == "Nothing of it is known, so it does not count."
    assert (why[2].value, why[2].points) == ("66.67 %", "13.33")
    assert why[0].is_full
    assert [one.read_at for one in why] == [None, None, NOW], "reports have days, equipment is as it stands"


def test_every_figure_leads_to_its_rows(world: World) -> None:
    item = dict.fromkeys(("weight", "full_at", "zero_at", "points", "part", "whole", "value"), "1")
    line = item | {"name": "项", "name_en": "", "veto_at": None, "is_vetoed": False, "weight": 1, "part": 1, "whole": 1}
    client = Client()
    client.force_login(world.admin, backend="django.contrib.auth.backends.ModelBackend")
    for why in why_of([line | {"source": source} for source in SOURCES], world.station, NOW):
        path, _mark, place = why.url.partition("#")
        page = client.get(path)
        assert page.status_code == 200, why.title
        assert world.station.name in page.text or "?" in path, why.title
        assert f'id="{place}"' in page.text if place else world.station.code in path, why.title


def test_a_veto_leaves_as_many_stars_as_it_says(world: World) -> None:
    rubric = rubric_of(
        {"source": "locked", "weight": 0, "full_at": 0, "zero_at": 3, "veto_at": 0, "veto_star": 2},
        {"source": "amenities", "detail": "water toilet", "weight": 10, "full_at": 100, "zero_at": 0},
    )
    assert judged(world, rubric).star == 5
    tell(world.station, kind=FeedbackKind.ARRIVED_BUT_CLOSED)
    found = judged(world, rubric)
    assert (found.points, found.star) == (Decimal(100), 2)
    assert "at most ★★ 2, whatever the rest" in why_of(found.lines, world.station, None)[0].veto


def test_of_which_too_little_is_known_nobody_says_a_star(world: World) -> None:
    rubric = rubric_of({"source": "locked", "weight": 4}, {"source": "answered", "weight": 6, "full_at": 100})
    found = judged(world, rubric)
    assert (found.points, found.star) == (None, None)
    assert (in_stars(None), in_stars(0), in_stars(3)) == ("—", "no star", "★★★ 3")


def test_two_thousand_stations_take_as_many_queries_as_one(world: World) -> None:
    sources = [{"source": code, "detail": "water" if code == "amenities" else ""} for code in SOURCES]
    rubric = rubric_of(*({"weight": 5, "full_at": 1, "zero_at": 0} | source for source in sources))
    more = [make_station(f"站{number}", operator=world.branch).pk for number in range(5)]

    def asked(stations: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(judge(rubric, stations, FIRST, LAST)) == len(stations)
        return len(queries)

    assert asked([world.station.pk]) == asked([world.station.pk, world.sister.pk, *more])
