"""What the large fictional country looks like."""

import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Q, Sum
from pytest_django import DjangoDbBlocker

from partners.models import Plate
from services.models import LedgerChange, StationDay, Visit, VisitEntry
from stations.choices import StationStatus
from stations.models import Posting, Schedule, Station, StationAmenity, Unit
from stations.models.stations import CODE_PATTERN

pytestmark = pytest.mark.django_db
FIELDS = ("station", "date", "hour", "group", "method")


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """300 stations and 5,000 visit rows, made once for all the tests that only look; gives what was printed."""
    out = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("generate_scale", "--stations=300", "--visits=5000", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


def test_it_makes_as_many_stations_and_visit_rows_as_asked(country: str) -> None:
    assert Station.objects.count() == 300
    assert Visit.objects.count() == 5000
    assert re.search(r"\d+\.\d s .*300", country)


def test_every_station_stands_in_the_tree_with_plates_and_amenities(country: str) -> None:
    children = Counter(path[: -Unit.steplen] for path in Unit.objects.values_list("path", flat=True))
    assert children.pop("") == Unit.objects.filter(depth=1).count() == 8
    assert children == {unit.path: unit.numchild for unit in Unit.objects.filter(numchild__gt=0)}
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
