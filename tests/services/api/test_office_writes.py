"""Partners, agreements, grants and wishes by programs: what the pages do, by the same rules."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Agreement, Partner, PartnerMember
from services.models import Grant, SentWrite, Wish
from stations.api import own
from stations.models import Division, Unit, WeatherAlert
from tests.conftest import World
from tests.factories import (
    make_activity,
    make_batch,
    make_grant,
    make_honour,
    make_partner,
    make_plate,
    make_programme,
    make_special,
    make_station,
)
from tests.office.test_online_services import make_service
from tests.partners import agreeing
from tests.services import telling, wishing
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-07-20T10:00:00+08:00")
API = "/api/v1/office/"


@pytest.fixture(autouse=True)
def morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def send(client: Client, path: str, method: str = "post", **given: Any) -> Any:
    return getattr(client, method)(f"{API}{path}", given, content_type="application/json")


def fields(response: Any) -> list[str]:
    assert response.status_code == 400, response.text
    return list(response.json()["error"]["fields"])


def partner(**given: Any) -> dict[str, Any]:
    return {"name": "顺丰", "kind": "enterprise", "kept_by": "CCB-JN", "website": "https://example.com/"} | given


def agreement(**given: Any) -> dict[str, Any]:
    return {
        "kind": "service",
        "title": "送清凉",
        "unit": "CCB-JN",
        "since": "2026-07-01",
        "until": "2026-12-31",
    } | given


def nomination(**given: Any) -> dict[str, Any]:
    family = {"name": wishing.NAME, "phone": wishing.PHONE, "address": wishing.ADDRESS, "agreed": True}
    said = {"kind": "goods", "title": "一台电暖器", "needed_by": "2026-08-31", "unit": "CCB-JN"}
    return said | {"family": family, "client_key": str(uuid4())} | given


def test_a_partner_is_entered_once_and_changed(world: World) -> None:
    client = with_key(world.officer)
    made = [send(client, "partners/", **partner()).json() for _again in range(2)]
    assert made[0] == made[1]
    code = made[0]["code"]
    assert (made[0]["kept_by"], made[0]["website"], made[0]["unit"]) == ("CCB-JN", "https://example.com/", None)
    changed = send(
        client, f"partners/{code.lower()}/", "patch", short_name="SF", division="370102", is_public=True
    ).json()
    assert (changed["short_name"], changed["division"], changed["name"]) == ("SF", "370102", "顺丰")
    line = Partner.history.latest("history_id")
    assert (line.history_user, line.history_device, Partner.objects.count()) == (world.officer, "API · 门口计数器", 1)
    assert client.get(f"{API}partners/").json() == {"next": None, "results": [changed]}


def test_partners_are_written_by_those_who_may(world: World) -> None:
    known, strange = make_partner(world.branch), make_partner(world.other_bank, is_public=False)
    officer, auditor = with_key(world.officer), with_key(world.auditor)
    assert error(send(Client(), "partners/", **partner())) == (401, "not_authenticated")
    assert error(send(auditor, "partners/", **partner())) == (403, "refused")
    assert error(send(auditor, f"partners/{known.code}/", "patch", name="乙")) == (403, "refused")
    assert error(send(officer, f"partners/{strange.code}/", "patch", name="乙")) == (404, "not_found")
    assert error(officer.get(f"{API}partners/%00/")) == (404, "not_found")
    assert fields(send(officer, "partners/", **partner(kept_by="ICBC"))) == ["kept_by"]
    assert fields(send(officer, "partners/", **partner(kind="x"))) == ["kind"]
    assert fields(send(officer, f"partners/{known.code}/", "patch", division="999999")) == ["division"]
    make_partner(world.branch, name="丙")
    assert error(send(officer, f"partners/{known.code}/", "patch", name="丙")) == (400, "invalid")


def test_an_agreement_goes_from_its_draft_to_its_end(world: World) -> None:
    client, cups = with_key(world.officer), agreeing.cups()
    sponsor, programme = make_partner(world.branch), make_programme()
    parties: dict[str, Any] = {"partner": sponsor.code, "programme": programme.code, "more_partners": []}
    drafted = [send(client, "agreements/", **agreement(**parties)).json() for _again in range(2)]
    assert (drafted[0], drafted[0]["state"], Agreement.objects.count()) == (drafted[1], "draft", 1)
    path = f"agreements/{drafted[0]['id']}/"
    assert send(client, path, "patch", number="7", more_partners=[sponsor.code]).json()["number"] == "7"
    assert error(send(client, f"{path}sign/", day="2026-07-01")) == (403, "refused")
    named = send(client, f"{path}stations/{world.station.code}/", "put", since="2026-07-10").json()
    send(client, f"{path}stations/{world.sister.code}/", "put")
    dropped = client.delete(f"{API}{path}stations/{world.sister.code}/").json()
    assert (
        named["stations"]
        == dropped["stations"]
        == [{"station": world.station.code, "since": "2026-07-10", "until": None}]
    )
    promised: dict[str, Any] = {
        "what": "每天送冰水",
        "metric": "supplies",
        "detail": cups.code,
        "quantity": 300,
        "period": "day",
    }
    for _again in range(2):
        told = send(client, f"{path}obligations/", **promised, stations=[world.station.code]).json()
    assert [one["quantity"] for one in told["obligations"]] == [300]
    signed = send(client, f"{path}sign/", day="2026-07-01").json()
    assert (signed["state"], signed["signed_date"]) == ("active", "2026-07-01")
    assert world.station.plates.get().since == date(2026, 7, 10)
    assert client.get(f"{API}{path}").json()["obligations"][0]["expected"] == 300 * 19
    assert error(send(client, f"{path}sign/", day="2026-07-01")) == (409, "stale")
    assert fields(send(client, path, "patch", kind="sponsorship")) == ["kind"]
    ended = send(client, f"{path}end/", last="2026-07-19", reason="到此为止").json()
    assert (ended["state"], ended["end_reason"]) == ("ended", "到此为止")
    assert error(send(client, path, "patch", number="8")) == (403, "refused")


def test_what_was_promised_is_changed_and_the_agreement_renewed(world: World) -> None:
    made = agreeing.agree(world.officer, world.branch, world.station)
    client, path = with_key(world.officer), f"agreements/{made.pk}/"
    given: dict[str, Any] = {"what": "送清凉", "quantity": 14, "period": "year", "stations": [world.station.code]}
    promised = [send(client, f"{path}obligations/", **given).json()["obligations"] for _again in range(2)]
    assert promised[0] == promised[1]
    own = f"{path}obligations/{promised[0][0]['id']}/"
    [changed] = send(client, own, "patch", quantity=20).json()["obligations"]
    assert changed == promised[0][0] | {"quantity": 20, "expected": changed["expected"]}
    assert send(client, own, "patch", stations=[]).json()["obligations"][0]["stations"] == []
    assert fields(send(client, own, "patch", quantity=0)) == ["quantity"]
    assert fields(send(client, own, "patch", stations=[world.elsewhere.code])) == ["stations"]
    auditor = with_key(world.auditor)
    assert error(send(auditor, own, "patch", quantity=1)) == (403, "refused")
    assert error(auditor.delete(f"{API}{own}")) == (403, "refused")
    assert error(client.delete(f"{API}{path}obligations/{10**9}/")) == (404, "not_found")
    assert error(send(auditor, f"{path}renew/", until="2027-12-31")) == (403, "refused")
    renewed = send(client, f"{path}renew/", until="2027-12-31").json()
    assert (renewed["state"], renewed["since"], len(renewed["obligations"])) == ("draft", "2027-01-01", 1)
    assert error(send(client, f"{path}renew/", until="2027-12-31")) == (409, "stale")
    assert client.delete(f"{API}{own}").status_code == 204
    assert error(client.delete(f"{API}{path}")) == (403, "refused")
    draft = f"{API}agreements/{renewed['id']}/"
    assert error(auditor.delete(draft)) == (403, "refused")
    assert client.delete(draft).status_code == 204
    assert Agreement.history.filter(history_type="-").get().history_user == world.officer
    assert list(Agreement.objects.all()) == [made]


def test_members_of_an_association_are_entered_once_changed_and_removed(world: World) -> None:
    association, courier = make_partner(world.branch, name="快递协会"), make_partner(world.branch, name="顺丰")
    strange = make_partner(world.other_bank)
    client, auditor = with_key(world.officer), with_key(world.auditor)
    given = {"association": association.code, "member_partner": courier.code, "since": "2024-05-01"}
    made = [send(client, "members/", **given).json() for _again in range(2)]
    assert (made[0], made[0]["member_partner"], made[0]["member_unit"]) == (made[1], courier.code, None)
    assert error(send(client, "members/", **given | {"since": "2025-05-01"})) == (409, "stale")
    line = PartnerMember.history.get()
    assert (line.history_user, line.history_device) == (world.officer, "API · 门口计数器")
    path = f"members/{made[0]['id']}/"
    ended = send(client, path, "patch", until="2026-06-30").json()
    assert (ended["until"], ended["since"]) == ("2026-06-30", "2024-05-01")
    assert client.get(f"{API}members/", {"association": association.code}).json()["results"] == [ended]
    unit = {"association": association.code, "member_unit": "CCB-JN"}
    assert error(send(Client(), "members/", **unit)) == (401, "not_authenticated")
    assert error(send(auditor, "members/", **unit)) == (403, "refused")
    assert error(send(auditor, path, "patch", until=None)) == (403, "refused")
    assert error(send(client, "members/", **unit | {"association": strange.code})) == (403, "refused")
    assert error(send(with_key(world.outsider), path, "patch", until=None)) == (404, "not_found")
    assert fields(send(client, path, "patch", until="2024-01-01")) == [""]
    assert fields(send(client, "members/", **unit | {"member_partner": courier.code})) == [""]
    assert fields(send(client, "members/", **unit | {"member_unit": "XYZ"})) == ["member_unit"]
    assert error(auditor.delete(f"{API}{path}")) == (403, "refused")
    assert client.delete(f"{API}{path}").status_code == 204
    assert not PartnerMember.objects.exists()


def test_agreements_are_written_by_those_who_may(world: World) -> None:
    made = agreeing.agree(world.officer, world.branch, world.station)
    officer, auditor, path = with_key(world.officer), with_key(world.auditor), f"agreements/{made.pk}/"
    assert error(send(Client(), "agreements/", **agreement())) == (401, "not_authenticated")
    assert error(send(auditor, "agreements/", **agreement())) == (403, "refused")
    assert error(send(auditor, f"{path}end/", last="2026-07-20", reason="x")) == (403, "refused")
    assert error(send(with_key(world.outsider), f"{path}end/", last="2026-07-20", reason="x")) == (404, "not_found")
    assert error(officer.get(f"{API}agreements/{10**30}/")) == (404, "not_found")
    assert error(officer.delete(f"{API}{path}stations/{world.sister.code}/")) == (404, "not_found")
    assert fields(send(officer, "agreements/", **agreement(unit="ICBC"))) == ["unit"]
    assert fields(send(officer, "agreements/", **agreement(partner="ABCDEFGH"))) == ["partner"]
    assert fields(send(officer, "agreements/", **agreement(programme="x"))) == ["programme"]
    assert fields(send(officer, "agreements/", **agreement(until="2026-06-01"))) == [""]
    elsewhere: dict[str, Any] = {"what": "x", "quantity": 1, "period": "day", "stations": [world.elsewhere.code]}
    assert fields(send(officer, f"{path}obligations/", **elsewhere)) == ["stations"]
    assert "remark" not in officer.get(f"{API}{path}").json()


def test_a_grant_is_applied_for_once_decided_by_somebody_else_and_noted_as_paid(world: World) -> None:
    batch = make_batch(world.branch)
    officer, giver = with_key(world.officer), with_key(wishing.checker(world))
    assert [one["id"] for one in officer.get(f"{API}batches/").json()["results"]] == [batch.pk]
    given: dict[str, Any] = {
        "batch": batch.pk,
        "station": world.station.code.lower(),
        "amount": "2400",
        "purpose": "水电",
    }
    key = str(uuid4())
    applied = [send(officer, "grants/", **given, client_key=key).json() for _again in range(2)]
    assert (applied[0], applied[0]["state"], Grant.objects.count()) == (applied[1], "applied", 1)
    assert error(send(officer, "grants/", **given | {"amount": "2500"}, client_key=key)) == (409, "stale")
    path = f"grants/{applied[0]['id']}/"
    assert error(send(officer, f"{path}approve/", amount="2000")) == (403, "refused")
    assert send(giver, f"{path}approve/", amount="2000").json()["amount"] == 2000
    assert error(send(giver, f"{path}refuse/", reason="晚了")) == (409, "stale")
    assert fields(send(giver, f"{path}paid/", day="2026-07-21")) == ["day"]
    assert send(giver, f"{path}paid/", day="2026-07-20").json()["state"] == "paid"
    assert officer.get(f"{API}grants/", {"state": "paid"}).json()["results"][0] == officer.get(f"{API}{path}").json()
    assert officer.get(f"{API}grants/", {"state": "refused"}).json()["results"] == []


def test_grants_are_written_by_those_who_may(world: World) -> None:
    batch, strange = make_batch(world.branch), make_batch(world.other_bank)
    given: dict[str, Any] = {"batch": batch.pk, "station": world.station.code, "amount": "2400", "purpose": "水电"}

    def apply(client: Client, **other: Any) -> Any:
        return send(client, "grants/", **given | {"client_key": str(uuid4())} | other)

    officer = with_key(world.officer)
    assert error(apply(Client())) == (401, "not_authenticated")
    assert error(apply(with_key(world.auditor))) == (403, "refused")
    assert fields(apply(officer, batch=strange.pk)) == ["batch"]
    assert fields(apply(officer, station=world.elsewhere.code)) == ["station"]
    assert fields(apply(officer, star=5)) == ["star"]
    assert fields(apply(officer, amount="-1")) == ["amount"]
    assert not SentWrite.objects.exists()
    made = apply(officer).json()["id"]
    assert error(send(with_key(world.outsider), f"grants/{made}/refuse/", reason="x")) == (404, "not_found")
    assert fields(officer.get(f"{API}grants/", {"state": "x"})) == ["state"]


def test_a_wish_goes_from_its_nomination_to_the_thanks_and_no_answer_names_the_family(world: World) -> None:
    officer, checker = with_key(world.officer), with_key(wishing.checker(world))
    given, said = nomination(), []

    def told(client: Client, path: str, **given: Any) -> dict[str, Any]:
        response = send(client, path, **given)
        assert response.status_code == 200, response.text
        said.append(response.text)
        answer: dict[str, Any] = response.json()
        return answer

    code = told(officer, "wishes/", **given)["code"]
    assert told(officer, "wishes/", **given)["code"] == code
    other = given | {"title": "一床被子"}
    assert error(send(officer, "wishes/", **other)) == (409, "stale")
    assert error(send(officer, "wishes/", **other | {"client_key": str(uuid4())})) == (403, "refused")
    path = f"wishes/{code.lower()}/"
    assert error(send(officer, f"{path}approve/")) == (403, "refused")
    assert told(checker, f"{path}return/", reason="说清楚些")["state"] == "returned"
    corrected = {"kind": "goods", "title": "一台安全的电暖器", "needed_by": "2026-08-31"}
    assert told(officer, f"{path}correct/", **corrected)["title"] == "一台安全的电暖器"
    assert told(checker, f"{path}approve/")["state"] == "approved"
    told(officer, f"{path}publish/")
    assert fields(send(officer, f"{path}take-on/")) == ["who"]
    assert fields(send(officer, f"{path}take-on/", partner="ABCDEFGH")) == ["partner"]
    assert told(officer, f"{path}take-on/", unit="CCB-JN")["taken_by"] == "unit"
    assert told(officer, f"{path}release/", reason="来不及")["taken_by"] is None
    told(officer, f"{path}take-on/", partner=make_partner(world.branch).code)
    assert told(officer, f"{path}fulfil/", proof="送到了", cost="299.00")["cost"] == 299
    assert error(send(officer, f"{path}confirm/")) == (403, "refused")
    told(checker, f"{path}confirm/")
    assert told(checker, f"{path}thank/", thanks="谢谢大家")["state"] == "thanked"
    said.append(officer.get(f"{API}wishes/").text)
    assert not [secret for secret in (*wishing.SECRETS, Wish.objects.get().receipt) for text in said if secret in text]
    assert wishing.PHONE not in str(SentWrite.objects.values_list())


def test_wishes_are_written_by_those_who_may(world: World) -> None:
    officer = with_key(world.officer)
    assert error(send(Client(), "wishes/", **nomination())) == (401, "not_authenticated")
    assert error(send(with_key(world.auditor), "wishes/", **nomination())) == (403, "refused")
    assert fields(send(officer, "wishes/", **nomination(unit="ICBC"))) == ["unit"]
    assert fields(send(officer, "wishes/", **nomination(needed_by="2026-07-20"))) == ["needed_by"]
    assert fields(send(officer, "wishes/", **nomination(title=f"给{wishing.NAME}"))) == ["title"]
    silent = nomination()
    silent["family"] = silent["family"] | {"agreed": False}
    assert fields(send(officer, "wishes/", **silent)) == ["agreed"]
    assert (Wish.objects.exists(), SentWrite.objects.exists()) == (False, False)
    wish = wishing.nominate(world.officer, world.branch)
    assert error(send(with_key(world.outsider), f"wishes/{wish.code}/approve/")) == (404, "not_found")
    assert error(send(with_key(world.auditor), f"wishes/{wish.code}/withdraw/", reason="x")) == (403, "refused")


def _a_grant(world: World, number: int) -> None:
    station, batch = make_station(f"第{number}站", operator=world.branch), make_batch(world.branch, title=f"{number}")
    make_grant(station, batch, world.officer)


def _a_plate(world: World, number: int) -> None:
    make_plate(make_station(f"第{number}站", operator=world.branch), granted_by=world.branch)


def _a_special(world: World, number: int) -> None:
    make_special(make_station(f"第{number}站", operator=world.branch), partner=make_partner(world.branch))


def _a_wish(world: World, _number: int) -> None:
    wishing.nominate(world.officer, world.branch)


def _a_member(world: World, number: int) -> None:
    association = make_partner(world.branch, name=f"第{number}协会")
    PartnerMember.objects.create(association=association, member_partner=make_partner(world.branch))


def _an_honour(world: World, number: int) -> None:
    holders = (make_station(f"第{number}站", operator=world.branch), world.branch, world.keeper)
    make_honour(holders[number % 3], title=f"第{number}项")


def _a_notice(world: World, number: int) -> None:
    today = timezone.localdate()
    place = Division.objects.get(code="370102")
    Unit.objects.filter(pk=world.branch.pk).update(division=place)
    WeatherAlert.objects.create(
        kind="other", title=f"第{number}号", division=place, first=today, last=today, by=world.official
    )


SOME: dict[str, Callable[[World, int], Any]] = {
    "members": _a_member,
    "partners": lambda world, number: make_partner(world.branch, name=f"第{number}家"),
    "agreements": lambda world, number: agreeing.draft(world.officer, world.branch, title=f"第{number}份"),
    "batches": lambda world, number: make_batch(world.branch, title=f"第{number}批"),
    "activities": lambda world, _number: make_activity(world.branch, world.station),
    "plates": _a_plate,
    "special-stations": _a_special,
    "programmes": lambda world, number: make_programme(f"a_programme_of_many_letters_{number}", owner=world.branch),
    "honours": _an_honour,
    "notices": _a_notice,
    "online-services": lambda world, _number: make_service(world.branch, partner=make_partner(world.branch)),
    "grants": _a_grant,
    "wishes": _a_wish,
    "stories": lambda world, _number: telling.tell_story(world.officer, world.branch, world.station),
}


@pytest.mark.parametrize("path", SOME)
def test_a_page_of_many_costs_as_many_queries_as_one_of_two(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = with_key(world.officer)
    client.get(f"{API}me/")  # notes that the key was used

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{API}{path}/").status_code == 200
        return len(captured)

    for number in range(2):
        SOME[path](world, number)
    few = queries()
    for number in range(2, 12):
        SOME[path](world, number)
    assert queries() == few
    monkeypatch.setattr(own, "PAGE_SIZE", 5)
    seen: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = client.get(f"{API}{path}/", {"after": after} if after else {}).json()
        seen, after = [*seen, *page["results"]], page["next"]
    assert len(seen) == 12
    assert len({str(one.get("code", one.get("id"))) for one in seen}) == len(seen)
    assert fields(client.get(f"{API}{path}/", {"after": "x\0"})) == ["after"]
