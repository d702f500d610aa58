"""The large fictional country that benchmarks measure on."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker, Settings

from harbor_portal.demo.places import share_out
from harbor_portal.demo.scale_visits import Diary
from harbor_portal.demo.words import station_code
from harbor_portal.lib.months import Month
from services.models import Visit
from stations.models import Station
from stations.seeds import seed_divisions
from tests.factories import make_station

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def divisions(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """All the divisions of the country, written once; that a country is made without them is for the next file."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_divisions()
        yield
        transaction.set_rollback(True)


def generate(stations: int = 300, visits: int = 5000, **options: object) -> None:
    call_command("generate_scale", "--stations", str(stations), "--visits", str(visits), verbosity=0, **options)


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


@pytest.mark.parametrize(("stations", "visits"), [(0, 0), (10, -1), (10, 3501)])
def test_impossible_wishes_are_refused(stations: int, visits: int) -> None:
    with pytest.raises(CommandError, match="350"):
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
