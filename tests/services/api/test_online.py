"""The directory of online services by programs: what the pages do, by the same rules."""

from typing import Any

import pytest
from django.test import Client

from services.models import OnlineService
from services.online_choices import LinkState
from tests.conftest import World
from tests.factories import make_division, make_partner
from tests.office.test_online_services import make_service
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db
LINK = "https://example.com/"


def service(**given: Any) -> dict[str, Any]:
    return {"kind": "legal", "name": "12348 法律服务", "kept_by": "CCB-JN", "phone": "12348"} | given


def test_a_service_is_entered_once_changed_hidden_and_removed(world: World) -> None:
    client, division = with_key(world.officer), make_division()
    given = service(division="370102", website=LINK, groups=["courier"], is_published=True, reason="新上线")
    made = [send(client, "online-services/", **given).json() for _again in range(2)]
    assert (made[0], made[0]["website"], made[0]["groups"]) == (made[1], LINK, ["courier"])
    assert error(send(client, "online-services/", **given | {"phone": "110"})) == (409, "stale")
    line = OnlineService.history.get()
    assert (line.history_user, line.history_change_reason) == (world.officer, "新上线")
    assert OnlineService.objects.get().prefix == division.prefix
    OnlineService.objects.update(link_state=LinkState.DEAD)
    path = f"online-services/{made[0]['code'].lower()}/"
    assert send(client, path, "patch", phone="12349").json()["link_state"] == "dead"
    moved = send(client, path, "patch", website="https://example.org/", division=None).json()
    assert (moved["link_state"], moved["division"], OnlineService.objects.get().prefix) == ("", None, "")
    assert len(Client().get("/api/v1/online-services/").json()["results"]) == 1
    hidden = send(client, path, "patch", is_published=False).json()
    assert Client().get("/api/v1/online-services/").json()["results"] == []
    assert client.get(f"{API}online-services/", {"kind": "legal"}).json()["results"] == [hidden]
    assert client.delete(f"{API}{path}").status_code == 204
    assert OnlineService.history.filter(history_type="-").get().history_user == world.officer
    assert error(client.get(f"{API}{path}")) == (404, "not_found")


def test_a_product_names_its_partner(world: World) -> None:
    client, partner = with_key(world.officer), make_partner(world.branch)
    assert fields(send(client, "online-services/", **service(kind="product"))) == ["partner"]
    sold = send(client, "online-services/", **service(kind="product", partner=partner.code)).json()
    assert sold["partner"] == partner.code
    assert fields(send(client, f"online-services/{sold['code']}/", "patch", partner=None)) == ["partner"]


def test_services_are_written_by_those_who_may(world: World) -> None:
    own, above, strange = (make_service(unit) for unit in (world.branch, world.bank, world.other_bank))
    officer, auditor = with_key(world.officer), with_key(world.auditor)
    assert error(send(Client(), "online-services/", **service())) == (401, "not_authenticated")
    assert error(send(auditor, "online-services/", **service())) == (403, "refused")
    for client, row in ((auditor, own), (officer, above)):
        assert error(send(client, f"online-services/{row.code}/", "patch", phone="1")) == (403, "refused")
        assert error(client.delete(f"{API}online-services/{row.code}/")) == (403, "refused")
    assert error(send(officer, f"online-services/{strange.code}/", "patch", phone="1")) == (404, "not_found")
    for given, field in (
        ({"kept_by": "ICBC"}, "kept_by"),
        ({"kind": "x"}, "kind"),
        ({"division": "999999"}, "division"),
        ({"website": "ftp://example.com/"}, "website"),
        ({"groups": ["king"]}, "groups"),
        ({"day_of_month": 32}, "day_of_month"),
        ({"partner": "ABCDEFGH"}, "partner"),
        ({"phone": ""}, ""),
        ({"first": "2026-12-02", "last": "2026-12-01"}, ""),
    ):
        assert fields(send(officer, "online-services/", **service(**given))) == [field]
    assert fields(send(officer, f"online-services/{own.code}/", "patch", kept_by="ICBC")) == ["kept_by"]
    assert OnlineService.objects.count() == 3
