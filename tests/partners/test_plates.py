"""Plates: granted to many at once, taken down again, and how far a programme has come."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused
from partners.actions.plates import grant_plates, withdraw_plates
from partners.actions.programmes import save_stages, set_sign, update_programme
from partners.models import Plate, Programme, ProgrammeStage
from partners.progress import progress_of
from stations.models import MapChange, Station
from tests.conftest import World
from tests.factories import make_plate, make_programme, make_station
from tests.pictures import picture_file

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def as_(world: World, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(getattr(world, role))
    return client


def test_an_officer_hangs_a_plate_at_the_chosen_stations_and_takes_it_down(world: World) -> None:
    client, today = as_(world, "officer"), timezone.localdate()
    bee = make_programme("little_bee", "小蜜蜂驿站")
    make_plate(world.sister, bee)
    closed = make_station("旧站", operator=world.branch, status="closed")
    chosen = {"action": "plates_of_chosen", "_selected_action": [world.station.pk, world.sister.pk, closed.pk]}
    page = client.post(reverse("admin:stations_station_changelist"), chosen)
    of = page.context["form"]["of"].value()
    given = {"of": of, "doing": "grant", "programme": bee.pk, "day": today, "granted_by": world.branch.pk}
    address = reverse("admin:partners_plates")
    assert client.post(address, given | {"step": "preview"}).status_code == 400  # without a reason
    given |= {"reason": "试点"}
    bad = client.post(address, given | {"step": "preview", "until": today - timedelta(days=1)})
    assert (bad.status_code, "ends on or after" in bad.text) == (400, True)
    preview = client.post(address, given | {"step": "preview"})
    assert (preview.context["count"], len(preview.context["skipped"])) == (1, 2)
    assert client.post(address, given | {"step": "again"}).status_code == 200
    assert client.post(address, given | {"step": "do"}).status_code == 302
    plate = Plate.objects.get(station=world.station)
    assert (plate.granted_by, plate.history.get().history_change_reason) == (world.branch, "试点")
    assert MapChange.objects.filter(station=world.station).exists()
    given |= {"doing": "withdraw", "reason": "试点结束"}
    assert client.post(address, given | {"step": "preview"}).context["count"] == 2
    assert client.post(address, given | {"step": "do"}).status_code == 302
    assert set(Plate.objects.values_list("until", flat=True)) == {today}


def test_only_officers_and_only_for_stations_in_their_care(world: World) -> None:
    address = reverse("admin:partners_plates")
    assert Client().post(address)["Location"].startswith("/admin/login/")
    assert as_(world, "official").post(address).status_code == 403
    assert as_(world, "officer").post(address, {"of": "made up"}).status_code == 404
    bee = make_programme("little_bee")
    with pytest.raises(Refused):
        withdraw_plates(by=world.officer, plates=[make_plate(world.elsewhere, bee)], last=TODAY)
    with pytest.raises(Refused):
        grant_plates(by=world.officer, programme=bee, stations=[world.elsewhere], since=TODAY)
    with pytest.raises(Invalid):
        grant_plates(by=world.officer, programme=bee, stations=[world.station], since=TODAY, until=date(2020, 1, 1))
    assert Plate.objects.count() == 1


def test_what_the_clock_hangs_it_takes_down_on_the_right_day(world: World) -> None:
    bee = make_programme("little_bee")
    stations = Station.objects.filter(pk__in=[world.station.pk, world.sister.pk])
    done = grant_plates(by=None, programme=bee, stations=stations, since=TODAY, numbers={world.station.pk: "001"})
    assert {plate.number for plate in done.plates} == {"001", ""}
    assert len(grant_plates(by=None, programme=bee, stations=stations, since=TODAY).plan.bore_it) == 2
    coming = make_plate(world.elsewhere, bee, since=TODAY + timedelta(days=30))
    ended = make_plate(make_station(), bee, until=TODAY - timedelta(days=1))
    assert withdraw_plates(by=None, plates=[*done.plates, coming, ended], last=TODAY, reason="协议到期") == 3
    assert list(Plate.objects.on(TODAY).values_list("station", flat=True).order_by("station")) == sorted(
        [world.station.pk, world.sister.pk]
    )
    assert not Plate.objects.on(TODAY + timedelta(days=1)).exists()
    assert not Plate.objects.filter(pk=coming.pk).exists()


def stage(programme: Any, **facts: Any) -> ProgrammeStage:
    values = {"kind": "pilot", "first": date(2026, 11, 1), "last": date(2026, 11, 10), "goal": 2} | facts
    return ProgrammeStage.objects.create(programme=programme, **values)


def test_progress_counts_each_station_once_on_the_last_day_or_today(
    world: World, django_assert_num_queries: Any
) -> None:
    bee = make_programme("little_bee")
    make_plate(world.station, bee, since=date(2026, 11, 2), until=date(2026, 11, 15))
    make_plate(world.station, bee, since=date(2026, 11, 5))
    make_plate(world.sister, bee, since=date(2026, 11, 12))
    make_plate(world.elsewhere, bee, since=date(2026, 11, 3))
    make_plate(make_station(status="draft"), bee, since=date(2026, 11, 3))
    stages = [
        stage(bee),
        stage(bee, kind="roll_out", first=date(2026, 11, 11), last=date(2026, 12, 10), goal=30),
        stage(bee, kind="roll_out", within=world.bank, last=date(2026, 12, 10), goal=2),
        stage(bee, kind="roll_out", within=world.union, first=date(2026, 12, 1), last=date(2026, 12, 10), goal=9),
    ]
    with django_assert_num_queries(1):
        pilot, everywhere, in_bank, to_come = progress_of(stages, TODAY)
    assert (pilot.reached, pilot.is_reached, pilot.is_over) == (2, True, True)
    assert (everywhere.reached, everywhere.share, everywhere.due, everywhere.is_behind) == (3, 10, 10, True)
    assert (in_bank.reached, in_bank.missing) == (2, 0)
    assert (to_come.reached, to_come.is_to_come) == (2, True)
    assert progress_of([], TODAY) == []
    page = as_(world, "admin").get(reverse("admin:partners_programme_change", args=[bee.pk])).text
    assert "2 of 2 stations: reached" in page
    listed = as_(world, "admin").get(reverse("admin:partners_programme_changelist")).context["cl"]
    assert [row.bearing for row in listed.result_list] == [4]


def test_the_owners_officers_write_rules_sign_and_stages_and_nobody_else(world: World) -> None:
    bee = make_programme("little_bee", "小蜜蜂驿站", owner=world.branch)
    address = reverse("admin:partners_programme_change", args=[bee.pk])
    client = as_(world, "officer")
    rows = {
        "stages-TOTAL_FORMS": 1,
        "stages-INITIAL_FORMS": 0,
        "stages-0-kind": "pilot",
        "stages-0-first": "2023-05-01",
        "stages-0-last": "2023-12-31",
        "stages-0-goal": 8,
    }
    facts = {"name": "小蜜蜂驿站", "name_en": "Little Bee", "rules": "有水有座。", "code": "taken", "reason": "补规则"}
    assert client.post(address, facts | rows).status_code == 302
    bee.refresh_from_db()
    assert (bee.rules, bee.code, bee.stages.get().goal) == ("有水有座。", "little_bee", 8)
    assert bee.history.latest().history_change_reason == "补规则"
    assert client.post(address, facts | rows | {"stages-0-goal": 0}).status_code == 200
    assert as_(world, "outsider").post(address, facts).status_code == 403
    assert "Officers of 济南分行" in as_(world, "official").get(address).text
    for by in (world.outsider, world.official):
        with pytest.raises(Refused):
            update_programme(by=by, programme=bee, rules="")
    with pytest.raises(Refused, match="no owner"):
        set_sign(by=world.officer, programme=make_programme("icbc"), picture=None)
    with pytest.raises(Refused):
        save_stages(by=world.outsider, programme=bee, stages=[])


def test_a_programme_is_entered_with_its_sign(world: World, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    given = {"code": "bee", "name": "小蜜蜂驿站", "name_en": "Little Bee", "colour": "#0b6e6e", "order": 0}
    sent = given | {"new_logo": picture_file(), "reason": "新品牌"}
    assert as_(world, "admin").post(reverse("admin:partners_programme_add"), sent).status_code == 302
    made = Programme.objects.get(code="bee")
    assert Client().get(made.logo_url).status_code == 200
    assert made.history.earliest().history_change_reason == "新品牌"
