"""The catalogues that a new portal starts with."""

import re
from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Left
from pytest_django import DjangoDbBlocker

from partners.models import Programme
from reports.models import Rubric
from services.models import AnswerSentence, InspectionForm, SupplyItem
from stations.choices import DayKind, DivisionLevel
from stations.models import Amenity, CalendarDay, Division

pytestmark = pytest.mark.django_db


def seed() -> tuple[str, str]:
    out, error = StringIO(), StringIO()
    call_command("seed_catalogues", stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


@pytest.fixture(scope="module", autouse=True)
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Seeded once into an empty database; what a test does after that is taken back. Gives what was printed."""
    with django_db_blocker.unblock(), transaction.atomic():
        out, _ = seed()
        yield out
        transaction.set_rollback(True)


MODELS = (Division, Amenity, Programme, SupplyItem, AnswerSentence, InspectionForm, Rubric, CalendarDay)


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_seeding_twice_adds_nothing_the_second_time(seeded: str) -> None:
    first = counts()
    assert min(first) > 0
    assert [int(number) for number in re.findall(r"\d+", seeded)] == first
    out, _ = seed()
    assert counts() == first
    assert re.findall(r"\d+", out) == ["0"] * len(MODELS)


def test_edited_rows_keep_their_edits_and_deleted_ones_stay_deleted() -> None:
    Amenity.objects.filter(code="water").update(name="直饮水")
    Division.objects.filter(code="370102").update(name="历下")
    Programme.objects.get(code="abc_warm").delete()
    SupplyItem.objects.get(code="umbrellas").delete()
    CalendarDay.objects.get(date=date(2026, 10, 1)).delete()
    seed()
    assert Amenity.objects.get(code="water").name == "直饮水"
    assert Division.objects.get(code="370102").name == "历下"
    assert not Programme.objects.filter(code="abc_warm").exists()
    assert not SupplyItem.objects.filter(code="umbrellas").exists()
    assert not CalendarDay.objects.filter(date=date(2026, 10, 1)).exists()


def test_catalogue_rows_have_a_history_and_both_names() -> None:
    assert Amenity.history.count() == Amenity.objects.count() == 36
    assert not Amenity.objects.filter(Q(name="") | Q(name_en="")).exists()
    assert Programme.objects.get(code="ccb_harbor").name == "劳动者港湾"
    assert [amenity.code for amenity in Amenity.objects.all()[:2]] == ["water", "hot_water"]


def test_the_tree_of_divisions_hangs_together() -> None:
    assert Division.objects.count() == 41963
    levels = dict(Division.objects.order_by().values_list("level").annotate(Count("pk")))
    assert levels == {"province": 34, "city": 333, "district": 2847, "township": 38749}
    orphans = Division.objects.filter(parent=None).exclude(level=DivisionLevel.PROVINCE)
    assert not orphans.exists()
    parents = set(
        Division.objects.exclude(parent=None).order_by().values_list("level", "parent__level").distinct(),
    )
    assert parents == {("city", "province"), ("district", "city"), ("district", "province"), ("township", "district")}
    strangers = Division.objects.exclude(parent=None).exclude(parent__code__startswith=Left(F("code"), 2))
    assert not strangers.exists()


def test_jinan_has_its_twelve_districts_and_they_lie_there() -> None:
    districts = Division.objects.filter(parent="370100")
    assert "".join(sorted(district.name[0] for district in districts)) == "".join(sorted("历市槐天历长章济莱钢平商"))
    for district in districts:
        assert district.longitude is not None
        assert district.latitude is not None
        assert 116.2 < district.longitude < 118.0
        assert 36.0 < district.latitude < 37.6


def test_the_calendar_of_2026_has_rest_days_and_make_up_days() -> None:
    assert CalendarDay.objects.get(date=date(2026, 10, 1)).name == "国庆节"
    assert CalendarDay.objects.get(date=date(2026, 2, 17)).kind == DayKind.REST
    makeup = CalendarDay.objects.filter(date__year=2026, kind=DayKind.MAKEUP).order_by("date")
    assert [f"{day.date:%m-%d}" for day in makeup] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert not CalendarDay.objects.filter(date=date(2026, 11, 21)).exists()


@pytest.mark.parametrize(("today", "warned"), [("2026-06-01", False), ("2026-11-20", True), ("2027-02-01", True)])
def test_a_year_without_announced_holidays_is_named(today: str, warned: bool) -> None:
    with time_machine.travel(f"{today}T10:00:00+08:00", tick=False):
        _, error = seed()
    assert ("2027" in error) is warned
