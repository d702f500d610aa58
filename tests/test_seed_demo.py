"""The demo's small world: real organisations, fictional stations, and figures that add up."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as portal_settings
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.test import RequestFactory, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from harbor_portal.demo import demo_visits
from harbor_portal.management.commands import seed_demo
from partners.models import Partner, Plate, Programme, ProgrammeStage, SpecialStation
from partners.progress import progress_of
from reports.models import RollupRun, StationMonth
from services.actions.ledger import settle_method
from services.choices import FeedbackKind, FeedbackState, Method, Source
from services.models import (
    Activity,
    Feedback,
    Finding,
    Grant,
    HandOver,
    Inspection,
    KeeperNote,
    StationDay,
    Story,
    SupplyStock,
    Visit,
    VisitEntry,
)
from stations.choices import Access, Health, HostKind, StationStatus
from stations.models import (
    Honour,
    Photo,
    PossibleDuplicate,
    Posting,
    Station,
    StationAmenity,
    StationCard,
    Unit,
    User,
    WeatherAlert,
)

pytestmark = pytest.mark.django_db

MONTHS = 3
NOW = "2026-11-20T11:20:00+08:00"


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demo, made once on a Friday morning with three months instead of fourteen; gives what was printed."""
    out = StringIO()
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(
            PUBLISH_ROOT=tmp_path_factory.mktemp("published"), MEDIA_ROOT=tmp_path_factory.mktemp("media")
        ),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        patch.setattr(demo_visits, "MONTHS", MONTHS)
        patch.setattr(seed_demo, "MONTHS", MONTHS)
        call_command("seed_demo", stdout=out, stderr=StringIO())
        yield f"{portal_settings.PUBLISH_ROOT}\n{out.getvalue()}"
        transaction.set_rollback(True)


def test_one_place_stands_twice_for_the_officer_to_merge(demo: str) -> None:
    officer = User.objects.get(username="officer")
    pair = PossibleDuplicate.objects.visible_to(officer).waiting().get()
    assert (round(pair.metres), pair.first.address) == (8, pair.second.address)


def test_a_keeper_and_an_officer_have_inspected_and_findings_are_on_their_way(demo: str) -> None:
    officer = User.objects.get(username="officer")
    assert Inspection.objects.filter(kind="self_check", by__username="keeper").count() == 1
    assert set(Inspection.objects.filter(by=officer).values_list("kind", flat=True)) == {"spot_check", "unannounced"}
    assert set(Finding.objects.all().visible_to(officer).values_list("state", flat=True)) == {"open", "mended"}
    assert Finding.objects.all().overdue(timezone.localdate()).exists()


def test_some_stations_show_drawings_and_made_up_honours(demo: str) -> None:
    assert Photo.objects.count() == 8
    assert not Photo.objects.exclude(caption__startswith="示意图").exists()
    assert Station.objects.exclude(photos=None).count() == 4
    assert not Honour.objects.exclude(title__endswith="（示例）").exists()
    assert Honour.objects.exclude(station=None).exclude(title__contains="工会示范").count() == 6
    assert not Photo.history.exclude(history_change_reason="seed_demo").exists()


def test_partners_tell_the_stories_of_the_field_and_are_made_up(demo: str) -> None:
    assert SpecialStation.objects.count() == 30
    assert Honour.objects.filter(title__contains="工会示范").count() == 6
    assert not Partner.objects.exclude(name__endswith="（示例）").exists()
    couriers = Partner.objects.get(name__contains="快递协会")
    assert (couriers.member_count, couriers.members.count()) == (80, 6)
    pilot, roll_out = progress_of(ProgrammeStage.objects.order_by("first"), timezone.localdate())
    assert (pilot.stage.goal, roll_out.stage.goal) == (8, 880)
    assert roll_out.reached >= pilot.reached > 0


def test_nobody_can_take_a_station_for_a_real_one(demo: str) -> None:
    assert 400 <= Station.objects.count() <= 600
    assert not Station.objects.exclude(name__endswith="（示例）").exists()
    assert not Station.objects.exclude(address__endswith="（示例数据）").exists()
    assert not Station.objects.exclude(Q(phone="") | Q(phone__startswith="0000-")).exists()
    assert Station.objects.values("name", "address").distinct().count() == Station.objects.count()


def test_an_alert_of_the_season_runs_and_the_open_data_are_there(demo: str) -> None:
    alert = WeatherAlert.objects.get()
    assert (alert.kind, alert.division_id, str(alert.first), str(alert.last)) == (
        "cold",
        "370100",
        "2026-11-20",
        "2026-11-24",
    )
    assert (Path(demo.splitlines()[0]) / "open-data" / "current" / "stations.csv").exists()


def test_every_status_is_there_and_drafts_wait_for_their_place(demo: str) -> None:
    by_status = dict(Station.objects.order_by().values_list("status").annotate(Count("pk")))
    assert set(by_status) == set(StationStatus)
    assert Station.objects.to_be_placed().count() == by_status[StationStatus.DRAFT]
    assert Station.objects.filter(schedule=None).exists()
    assert Station.objects.filter(schedule__opening_hours="24/7").exists()


def test_the_organisations_stand_in_their_trees(demo: str) -> None:
    shandong = Unit.objects.get(code="CCB-370000")
    assert Unit.objects.get(path=shandong.path[: -Unit.steplen]).name == "中国建设银行"
    assert Unit.objects.filter(path__startswith=shandong.path, depth=shandong.depth + 1).count() == 16
    assert Posting.objects.filter(division__code__startswith="340402").count() == 66
    assert Plate.objects.filter(programme__code="little_bee", since__year=2023).count() == 8
    assert Plate.objects.filter(programme__code="new_worker").count() == 5
    assert Programme.objects.get(code="ccb_harbor").owner == Unit.objects.get(code="CCB")


def test_banks_offer_what_such_banks_offer(demo: str) -> None:
    def stations_with(programme: str, amenity: str) -> set[int]:
        offered = StationAmenity.objects.filter(amenity__code=amenity).exclude(access__in=[Access.NONE, Access.NEARBY])
        borne = Plate.objects.filter(programme__code=programme).values("station")
        return set(offered.filter(station__in=borne).values_list("station", flat=True))

    harbours = set(Plate.objects.filter(programme__code="ccb_harbor").values_list("station", flat=True))
    assert stations_with("ccb_harbor", "water") == stations_with("ccb_harbor", "reading_glasses") == harbours
    assert 0.5 < len(stations_with("ccb_harbor", "toilet")) / len(harbours) < 0.9
    assert not stations_with("icbc_station", "toilet")
    assert StationAmenity.objects.filter(health=Health.OUT_OF_ORDER, out_since__isnull=False).exists()


def test_the_ledger_adds_up(demo: str) -> None:
    buckets = ("station", "date", "hour", "group", "method")
    entries = VisitEntry.objects.order_by().values_list(*buckets).annotate(sum=Sum("change"))
    visits = Visit.objects.order_by().values_list(*buckets, "count")
    assert entries.difference(visits).count() == visits.difference(entries).count() == 0
    assert not Visit.objects.filter(count=0).exists()
    assert not VisitEntry.objects.filter(at__gt=timezone.now()).exists()
    days = set(StationDay.objects.filter(is_nil=False).exclude(counted_by="").values_list("station", "date"))
    assert set(Visit.objects.values_list("station", "date")) == days


def test_a_day_is_counted_by_its_most_trusted_method(demo: str) -> None:
    order = [method.value for method in Method]
    methods: dict[tuple[int, date], set[str]] = {}
    for station, day, method in Visit.objects.values_list("station", "date", "method").distinct():
        methods.setdefault((station, day), set()).add(method)
    counted = {(row.station_id, row.date): row.counted_by for row in StationDay.objects.exclude(counted_by="")}
    check_ins = {key for key, found in methods.items() if found == {"scan", "tally"}}
    plain = {key: min(found, key=order.index) for key, found in methods.items() if key not in check_ins}
    assert plain == {key: method for key, method in counted.items() if key not in check_ins}
    assert {counted[key] for key in check_ins} == {"tally"}
    assert {"gate", "tally"} in methods.values()


def test_days_look_like_life(demo: str) -> None:
    assert StationDay.objects.filter(is_nil=True).exists()
    assert not StationDay.objects.filter(closed_at__lt=F("opened_at")).exists()
    branches = StationDay.objects.filter(station__host_kind=HostKind.BANK_BRANCH)
    sunday, monday = date(2026, 11, 15), date(2026, 11, 16)
    assert branches.filter(date=sunday).count() < branches.filter(date=monday).count() * 0.5
    national_day = StationDay.objects.filter(date=date(2026, 10, 1)).count()
    assert national_day < StationDay.objects.filter(date=date(2026, 9, 24)).count() * 0.7
    round_figures = Visit.objects.filter(method=Method.ESTIMATE).values_list("count", flat=True)
    assert set(round_figures) == {20, 30}


def test_this_morning_some_are_open_and_none_has_closed_at_noon(demo: str) -> None:
    today = StationDay.objects.filter(date=date(2026, 11, 20))
    assert today.filter(closed_at=None).count() > 300
    assert today.filter(opened_at__lte=timezone.now()).count() == today.count()
    assert StationDay.objects.order_by("-date")[0].date == date(2026, 11, 20)


def test_one_station_changed_hands_in_the_middle_of_last_month(demo: str) -> None:
    before = Posting.objects.get(until__isnull=False)
    after = Posting.objects.get(station=before.station, until=None)
    assert before.until == date(2026, 10, 14)
    assert after.since == before.until + timedelta(days=1)
    months = StationMonth.objects.filter(month=date(2026, 10, 1), posting__in=[before, after])
    assert months.filter(days_recorded__gt=0).count() == 2


def test_the_months_are_rolled_up_and_the_map_is_published(demo: str) -> None:
    assert RollupRun.objects.filter(state="done").values("month").distinct().count() == MONTHS
    counted = StationMonth.objects.aggregate(sum=Sum("visits"))["sum"]
    by_day = Visit.objects.filter(station__days__date=F("date"), station__days__counted_by=F("method"))
    assert counted == by_day.aggregate(sum=Sum("count"))["sum"]
    assert StationCard.objects.count() >= Station.objects.published().count()
    assert (Path(demo.splitlines()[0]) / "index.json").exists()


@pytest.mark.parametrize(
    ("username", "at_least", "at_most"),
    [("keeper", 2, 2), ("officer", 60, 75), ("official", 120, 170), ("auditor", 250, 280), ("admin", 482, 482)],
)
def test_each_login_works_and_sees_its_own_stations(demo: str, username: str, at_least: int, at_most: int) -> None:
    user = authenticate(RequestFactory().post("/"), username=username, password="harbor-demo")
    assert isinstance(user, User)
    assert at_least <= Station.objects.visible_to(user).count() <= at_most
    assert f"{username} / harbor-demo" in demo


def test_the_keepers_desk_has_supplies_a_note_and_a_word_of_the_colleague(demo: str) -> None:
    kept = Station.objects.kept_by(User.objects.get(username="keeper"))
    stocks: Any = SupplyStock.objects.filter(station__in=kept)
    assert stocks.count() == 11
    assert stocks.low(date(2026, 11, 20)).count() == stocks.expiring(date(2026, 11, 20)).count() == 2
    assert KeeperNote.objects.get().by.username == "keeper"
    assert HandOver.objects.get().by.username == "keeper2"


def test_the_keepers_two_stations_in_jinan_count_every_day(demo: str) -> None:
    keeper = User.objects.get(username="keeper")
    kept = Station.objects.kept_by(keeper)
    assert set(kept.values_list("status", flat=True)) == {StationStatus.PUBLISHED}
    assert all("济南市" in station.address for station in kept)
    assert StationDay.objects.filter(recorded_by=keeper, date=date(2026, 11, 20)).count() == 2
    entries = VisitEntry.objects.filter(station__in=kept)
    check_ins = entries.filter(source=Source.CHECK_IN, by=None).count()
    assert entries.filter(by=keeper).count() + check_ins == entries.count()
    assert check_ins > 50
    days = StationDay.objects.filter(station__in=kept, date__gte=date(2026, 11, 9)).select_related("station")
    assert not any(settle_method(day) for day in days)


def test_what_people_edit_has_its_first_line_of_history(demo: str) -> None:
    for model in (Station, Posting, Plate, StationAmenity, Unit):
        keys = set(model.objects.values_list("pk", flat=True))
        assert set(model.history.values_list("id", flat=True)) == keys


def test_visitors_told_the_stations_everything_and_staff_is_at_every_stage(demo: str) -> None:
    reports = Feedback.objects.order_by()
    assert set(reports.values_list("state", flat=True)) == set(FeedbackState)
    assert set(reports.values_list("kind", flat=True)) == set(FeedbackKind)
    assert reports.overdue(date(2026, 11, 20)).exists()
    assert not reports.filter(Q(received_at__gt=timezone.now()) | Q(answered_at__gt=timezone.now())).exists()
    assert reports.waiting().filter(station__in=Station.objects.kept_by(User.objects.get(username="keeper"))).exists()
    assert set(Feedback.history.values_list("id", flat=True)) == set(reports.values_list("pk", flat=True))


def test_what_happened_is_of_every_kind_that_the_field_tells_of(demo: str) -> None:
    now = timezone.now()
    assert set(Activity.objects.values_list("kind", flat=True)) >= {"ceremony", "government_service", "homeward"}
    assert Activity.objects.filter(starts_at__gte=now).exclude(series=None).count() == 3
    assert Activity.objects.filter(stations=None, place="市职工文化宫报告厅").count() == 1
    vehicles = Activity.objects.filter(kind="government_service", starts_at__year=now.year)
    assert vehicles.count() == 12
    assert set(vehicles.values_list("partners__name", flat=True)) == {"市交警支队车管所（示例）"}
    assert set(Grant.objects.values_list("state", flat=True)) == {"applied", "paid", "accounted"}
    assert Honour.objects.exclude(person=None).count() == 1
    assert sorted(Story.objects.values_list("state", flat=True)) == ["published"] * 3 + ["review"]
