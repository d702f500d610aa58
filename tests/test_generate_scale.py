"""The large fictional country that benchmarks measure on."""

import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q, Sum
from pytest_django import DjangoDbBlocker, Settings

from harbor_portal.demo.places import share_out
from harbor_portal.demo.scale_visits import Diary
from harbor_portal.demo.words import station_code
from harbor_portal.lib.months import Month
from partners.models import Plate
from services.models import LedgerChange, StationDay, Visit, VisitEntry
from stations.choices import StationStatus
from stations.models import Posting, Schedule, Station, StationAmenity, Unit
from stations.models.stations import CODE_PATTERN
from tests.factories import make_station

pytestmark = pytest.mark.django_db


def generate(stations: int = 300, visits: int = 5000, **options: object) -> None:
    call_command("generate_scale", "--stations", str(stations), "--visits", str(visits), verbosity=0, **options)


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """300 stations and 5,000 visit rows, made once for all the tests that only look; gives what was printed."""
    out = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        generate(stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


def test_it_makes_as_many_stations_and_visit_rows_as_asked(country: str) -> None:
    assert Station.objects.count() == 300
    assert Visit.objects.count() == 5000
    assert re.search(r"\d+\.\d s .*300", country)


def test_every_station_stands_in_the_tree_with_plates_and_amenities(country: str) -> None:
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    assert Posting.objects.exclude(operator=None).exclude(supervisor=None).exclude(division=None).count() == 300
    assert not Posting.objects.exclude(
        Q(division=F("supervisor__division")) | Q(division__parent=F("supervisor__division"))
    ).exists()
    assert Plate.objects.count() >= 300
    assert 6 <= StationAmenity.objects.count() / 300 <= 11
    assert 250 <= Schedule.objects.count() <= 350
    assert not Station.objects.exclude(code__regex=CODE_PATTERN).exists()
    assert not Station.objects.filter(pinyin="").exists()


def test_the_stations_lie_in_china_and_drafts_wait_to_be_placed(country: str) -> None:
    drafts = Station.objects.filter(status=StationStatus.DRAFT)
    placed = Station.objects.exclude(status=StationStatus.DRAFT)
    assert Station.objects.to_be_placed().count() == drafts.count()
    assert placed.filter(longitude__range=(73, 136), latitude__range=(3, 54)).count() == placed.count()


def test_the_ledger_adds_up_and_every_day_with_visits_says_what_counts(country: str) -> None:
    entries = VisitEntry.objects.order_by().values_list("station", "date", "hour", "group", "method")
    assert dict(Counter(entries)) == dict.fromkeys(Visit.objects.order_by().values_list(*FIELDS), 1)
    assert VisitEntry.objects.aggregate(sum=Sum("change")) == Visit.objects.aggregate(sum=Sum("count"))
    counted = set(StationDay.objects.filter(is_nil=False).values_list("station", "date", "counted_by"))
    assert set(Visit.objects.values_list("station", "date", "method")) == counted
    assert StationDay.objects.filter(is_nil=True, counted_by="").exists()
    marked = set(LedgerChange.objects.values_list("station", "month"))
    assert {(station, day.replace(day=1)) for station, day, _ in counted} <= marked


FIELDS = ("station", "date", "hour", "group", "method")


def test_rows_added_afterwards_find_a_free_id() -> None:
    generate(stations=20, visits=100)
    assert make_station().pk > 20


def test_it_keeps_out_of_a_database_in_use_unless_forced() -> None:
    make_station()
    with pytest.raises(CommandError, match="--force"):
        generate(stations=20, visits=100)
    assert Station.objects.count() == 1
    generate(stations=20, visits=100, force=True)
    assert Station.objects.count() == 21


def test_it_refuses_in_production(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="PORTAL_ENV"):
        generate()


@pytest.mark.parametrize(("stations", "visits"), [(0, 0), (10, -1), (10, 1501)])
def test_impossible_wishes_are_refused(stations: int, visits: int) -> None:
    with pytest.raises(CommandError, match="150"):
        generate(stations, visits)


def test_several_months_share_the_visits() -> None:
    generate(stations=40, visits=301, months=2)
    assert Visit.objects.count() == 301
    assert len(Visit.objects.dates("date", "month")) == 2


def test_the_same_seed_writes_the_same_diary() -> None:
    def lines(seed: int) -> list[str]:
        diary = Diary(seed, 7, Month(2026, 10), 60)
        return [*diary.day_lines(), *diary.visit_lines()]

    assert lines(1) == lines(1)
    assert lines(1) != lines(2)


def test_shares_are_exact_and_codes_are_all_different() -> None:
    assert share_out(10, [1, 1, 1]) == [3, 4, 3]
    assert sum(share_out(12345, [0.3 * n for n in range(1, 99)])) == 12345
    assert len({station_code(number) for number in range(50_000)}) == 50_000
