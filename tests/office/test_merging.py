"""Possible duplicates: the queue of pairs, and the page on which two stations become one."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from harbor_portal.lib.errors import Refused
from services.models import Visit
from stations.models import PossibleDuplicate, Station, User
from stations.publishing.duplicates import FIND, NEAR_M, find_duplicates
from stations.publishing.publisher import publish_everything, publish_noted
from tests.conftest import World
from tests.factories import make_station
from tests.office.desk import figures, shown
from tests.services.conftest import count_visits

WHY = "Two plates on one door"
LIST = "/admin/stations/possibleduplicate/"
MERGE, APART = "/admin/stations/station/merge/", "/admin/stations/station/merge/apart/"
EIGHT_METRES = 0.00009


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.PUBLISH_ROOT = tmp_path


@pytest.fixture
def pair(world: World) -> World:
    """The sister lies eight metres from the station; both are on the map, and noted as a pair."""
    Station.objects.filter(pk=world.sister.pk).update(longitude=117.02 + EIGHT_METRES)
    publish_everything()
    return world


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def of(duplicate: Station, into: Station | None = None, page: str = MERGE) -> str:
    return f"{page}?duplicate={duplicate.code}&into={into.code if into else ''}"


def merge(client: Client, pair: World, *, follow: bool = False, **posted: object) -> Any:
    """As the page sends it."""
    address = of(pair.sister, pair.station)
    return client.post(address, {"seen": client.get(address).context["seen"]} | posted, follow=follow)


def pairs() -> list[tuple[int, int]]:
    return list(PossibleDuplicate.objects.all().waiting().values_list("first", "second"))


def test_stations_on_the_map_within_thirty_metres_are_noted_once(pair: World) -> None:
    row = PossibleDuplicate.objects.get()
    assert (row.first, row.second, round(row.metres)) == (pair.station, pair.sister, 8)
    far = make_station("隔壁", longitude=117.02 - 0.0004)
    north = make_station("北门", latitude=36.66 + 0.00025)
    publish_everything()
    assert pairs() == [(pair.station.pk, pair.sister.pk), (pair.station.pk, north.pk), (pair.sister.pk, north.pk)]
    assert far.pk not in {pk for row in pairs() for pk in row}


def test_a_pair_that_is_none_any_more_is_dropped_with_the_next_publishing(pair: World) -> None:
    Station.objects.filter(pk=pair.sister.pk).update(longitude=117.05)
    find_duplicates([pair.station.pk, pair.sister.pk])
    assert pairs() == [(pair.station.pk, pair.sister.pk)], "the cards say still where she was"
    publish_everything()
    assert pairs() == []


def test_pairs_are_found_by_the_index_of_places(pair: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {FIND}", {"stations": [pair.station.pk]})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "station_card_place" in plan
    assert NEAR_M == 30


def test_the_desk_counts_the_pairs_in_scope_and_leads_to_exactly_these(pair: World) -> None:
    make_station("青岛东", operator=pair.other_bank, longitude=120.38, latitude=36.07)
    mixed = make_station("青岛西", operator=pair.branch, longitude=120.38, latitude=36.07)
    publish_everything()
    assert figures(pair.officer)["state=waiting"] == shown(as_(pair.officer), f"{LIST}?state=waiting") == 1
    assert figures(pair.admin)["state=waiting"] == shown(as_(pair.admin), LIST) == 4
    assert mixed.name not in as_(pair.officer).get(LIST).content.decode(), "the other one is another bank's"


def test_two_and_fifty_pairs_take_the_same_number_of_queries(pair: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_(pair.officer).get(LIST).status_code == 200
        return len(captured)

    few = queries()
    for number in range(8):
        make_station(f"驿站{number}", operator=pair.branch)
    publish_everything()
    assert len(pairs()) > 40
    assert queries() == few


def test_the_page_shows_both_and_what_goes_along_and_changes_nothing(pair: World) -> None:
    count_visits(pair.officer, pair.sister, 7, day=timezone.localdate() - timedelta(days=2))
    page = as_(pair.officer).get(of(pair.sister, pair.station))
    text = page.content.decode()
    assert {line.count for line in page.context["moving"] if "visits" in str(line.what)} == {7}
    assert "They lie 8 m apart." in " ".join(text.split())
    assert Visit.objects.get().station == pair.sister
    assert Station.objects.filter(merged_into__isnull=False).count() == 0
    assert page.context["swapped"].endswith(f"duplicate={pair.station.code}&into={pair.sister.code}")


def test_one_button_merges_and_both_histories_say_so(pair: World) -> None:
    client = as_(pair.officer)
    sent = merge(client, pair, reason=WHY, taking=["name"], follow=True)
    assert "leads there from now on" in sent.content.decode()
    pair.sister.refresh_from_db()
    pair.station.refresh_from_db()
    assert (pair.sister.merged_into, pair.station.name) == (pair.station, "泉城支行劳动者港湾")
    for station in (pair.sister, pair.station):
        history = client.get(reverse("admin:stations_station_history", args=[station.pk])).content.decode()
        assert WHY in history
        assert pair.officer.name in history
    publish_noted()
    assert pairs() == []
    closed = client.get(reverse("admin:stations_station_change", args=[pair.sister.pk]))
    assert "Merge with another station" not in closed.content.decode()
    assert f"{pair.station.name} ({pair.station.code})" in closed.content.decode()


def test_what_is_missing_or_wrong_is_said_on_the_page(pair: World) -> None:
    client = as_(pair.officer)
    refused = merge(client, pair, reason=" ", taking=["phone"])
    assert (refused.status_code, "Say why" in refused.content.decode()) == (400, True)
    Station.objects.filter(pk=pair.sister.pk).update(longitude=117.05)
    refused = merge(client, pair, reason=WHY)
    assert (refused.status_code, "m apart. Confirm" in refused.content.decode()) == (400, True)
    assert merge(client, pair, reason=WHY, far="on").status_code == 302
    again = client.get(of(pair.sister, pair.station))
    assert "already" in again.content.decode()
    assert "Merge the two" not in again.content.decode()


def test_what_was_changed_since_the_page_was_opened_is_looked_at_again(pair: World) -> None:
    client, address = as_(pair.officer), of(pair.sister, pair.station)
    seen = client.get(address).context["seen"]
    Station.objects.filter(pk=pair.sister.pk).update(phone="0531-8888")
    again = client.post(address, {"reason": WHY, "taking": ["phone"], "seen": seen})
    assert (again.status_code, "was changed meanwhile" in again.content.decode()) == (409, True)
    assert client.post(address, {"reason": WHY, "seen": again.context["seen"]}).status_code == 302


def test_a_merge_that_a_table_refuses_is_explained_on_the_page(pair: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_pair: object) -> None:
        raise Refused("Not now, and why.")

    monkeypatch.setattr("stations.views.merging.preview_merge", refuse)
    page = as_(pair.officer).get(of(pair.sister, pair.station))
    assert (page.status_code, "Not now, and why." in page.content.decode()) == (200, True)


def test_who_may_not_is_told_or_finds_nothing(pair: World) -> None:
    for address in (of(pair.sister, pair.station), of(pair.sister, pair.station, APART)):
        assert Client().post(address, {"reason": WHY}).status_code == 302
        assert as_(pair.outsider).post(address, {"reason": WHY}).status_code == 404
        for reader in (pair.official, pair.auditor):
            refused = as_(reader).post(address, {"reason": WHY})
            assert (refused.status_code, b"officer" in refused.content) == (403, True)
    assert as_(pair.keeper).post(of(pair.station, pair.station)).status_code == 403
    assert as_(pair.officer).get(of(pair.elsewhere, pair.station)).status_code == 404
    assert as_(pair.officer).get(f"{MERGE}?duplicate=%00").status_code == 404
    nobody = as_(pair.officer).get(f"{MERGE}?duplicate={pair.station.code}&into=%00")
    assert "None of your stations" in nobody.content.decode()
    assert not Station.objects.filter(merged_into__isnull=False).exists()


def test_the_other_station_is_picked_by_its_code_or_from_those_near_by(pair: World) -> None:
    client = as_(pair.officer)
    page = client.get(of(pair.station))
    assert [near.into for near in page.context["near"]] == [pair.sister]
    assert "None of your stations" in client.get(of(pair.station, pair.elsewhere)).content.decode()
    assert "None of your stations" in client.get(f"{of(pair.station)}%00").content.decode()
    Station.objects.filter(pk=pair.sister.pk).update(longitude=None, latitude=None, status="draft")
    assert client.get(of(pair.sister)).context["near"] == []
    assert "no place on the map" in client.get(of(pair.sister, pair.station)).content.decode()


def test_two_places_are_told_apart_once_and_stay_so(pair: World) -> None:
    client = as_(pair.officer)
    for _twice in range(2):
        said = client.post(of(pair.sister, pair.station, APART), follow=True)
        assert "are two places" in said.content.decode()
    publish_everything()
    assert pairs() == []
    row = PossibleDuplicate.objects.get()
    assert (row.told_apart_by, row.history.count()) == (pair.officer, 1)
    assert shown(client, f"{LIST}?state=apart") == 1
    assert "said on" in client.get(of(pair.sister, pair.station)).content.decode()
    Station.objects.filter(pk=pair.sister.pk).update(longitude=None, latitude=None, status="draft")
    refused = client.post(of(pair.sister, pair.station, APART), follow=True)
    assert "on the map can be told apart" in refused.content.decode()
