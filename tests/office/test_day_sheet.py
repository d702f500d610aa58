"""The day sheet: who may see and write it, what it saves, and what it refuses."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from services.actions.days import nil_return
from services.choices import EntryKind, Method, Source, WorkerGroup
from services.models import StationDay, Visit, VisitEntry
from stations.models import Station, User
from tests.conftest import World
from tests.services.conftest import _wednesday_noon, count_visits, locked  # noqa: F401  # fixtures

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def address(station: Station, month: str = "2026-11") -> str:
    return f"/admin/day-sheet/{station.code}/{month}/"


def save(
    client: Client,
    station: Station,
    cells: dict[str, str],
    *,
    seen: dict[str, Any] | None = None,
    asking: dict[str, str] | None = JSON,
    **fields: str,
) -> Any:
    form = {"method": "ledger", "seen": json.dumps(seen or {}), "client_key": str(uuid4())} | cells | fields
    return client.post(address(station), form, headers=asking or {})


def ledger(station: Station, day: int, group: WorkerGroup = WorkerGroup.COURIER) -> int:
    visits = Visit.objects.filter(station=station, date=date(2026, 11, day), group=group, method=Method.LEDGER)
    return visits.values_list("count", flat=True).first() or 0


# --- saving ---------------------------------------------------------------------------------------


def test_cells_are_saved_as_lines_of_the_ledger(world: World) -> None:
    answer = save(as_(world.keeper), world.station, {"17-courier": "12", "18-courier": "3", "18-taxi": "０4"})
    assert answer.status_code == 200
    assert answer.json() == {"saved": {"17-courier": 12, "18-courier": 3, "18-taxi": 4}}
    assert ledger(world.station, 17) == 12
    entries = VisitEntry.objects.values_list("kind", "source", "by", "method").distinct()
    assert list(entries) == [(EntryKind.SET, Source.DAY_SHEET, world.keeper.pk, Method.LEDGER)]


def test_only_what_differs_from_what_was_shown_is_written(world: World) -> None:
    fields = {"17-courier": "5", "17-taxi": "", "18-taxi": "0", "18-reason": " as  before "}
    answer = save(as_(world.keeper), world.station, fields, seen={"17-courier": 5, "18-reason": "as before"})
    assert answer.json() == {"saved": {}}
    assert not VisitEntry.objects.exists()
    assert not StationDay.objects.exists()


def test_an_emptied_cell_is_nobody(world: World) -> None:
    client = as_(world.keeper)
    save(client, world.station, {"17-courier": "5"})
    assert save(client, world.station, {"17-courier": ""}, seen={"17-courier": 5}).json() == {
        "saved": {"17-courier": 0}
    }
    assert ledger(world.station, 17) == 0


def test_a_sheet_sent_twice_counts_once(world: World) -> None:
    client, key = as_(world.keeper), str(uuid4())
    for _time in range(2):
        assert save(client, world.station, {"17-courier": "5"}, client_key=key).status_code == 200
    assert (ledger(world.station, 17), VisitEntry.objects.count()) == (5, 1)


def test_the_same_key_with_another_figure_is_another_change(world: World) -> None:
    """The browser's way back shows the sheet with the key that was used already."""
    client, key = as_(world.keeper), str(uuid4())
    save(client, world.station, {"17-courier": "5"}, client_key=key)
    save(client, world.station, {"17-courier": "6"}, seen={"17-courier": 5}, client_key=key)
    assert ledger(world.station, 17) == 6


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(world: World) -> None:
    save(as_(world.officer), world.station, {"17-courier": "7"})
    answer = save(as_(world.keeper), world.station, {"17-courier": "5", "17-taxi": "2"})
    body = answer.json()
    assert answer.status_code == 409
    assert body["theirs"] == {"17-courier": 7}
    assert body["saved"] == {"17-taxi": 2}
    assert body["error"]["code"] == "stale"
    assert body["error"]["fields"] == {"17-courier": ["李专员 changed this meanwhile; it says 7 now."]}
    assert ledger(world.station, 17) == 7


def test_having_seen_theirs_mine_can_be_kept(world: World) -> None:
    save(as_(world.officer), world.station, {"17-courier": "7"})
    answer = save(as_(world.keeper), world.station, {"17-courier": "5"}, seen={"17-courier": 7})
    assert answer.status_code == 200
    assert ledger(world.station, 17) == 5


def test_two_who_write_the_same_do_not_disagree(world: World) -> None:
    save(as_(world.officer), world.station, {"17-courier": "7"})
    assert save(as_(world.keeper), world.station, {"17-courier": "7"}).status_code == 200


def test_a_reason_is_kept_with_its_history_and_may_be_taken_back(world: World) -> None:
    client = as_(world.keeper)
    save(client, world.station, {"17-reason": " 停电\n一天 "})
    assert StationDay.objects.get().remark == "停电 一天"
    answer = save(client, world.station, {"17-reason": ""}, seen={"17-reason": "停电 一天"})
    assert answer.json() == {"saved": {"17-reason": ""}}
    remarks = StationDay.history.order_by("history_id").values_list("remark", "history_user__username")
    assert list(remarks)[1:] == [("停电 一天", "keeper"), ("", "keeper")]


def test_figures_and_reason_of_a_day_go_together(world: World) -> None:
    nil_return(station=world.station, day=date(2026, 11, 17), by=world.officer)
    answer = save(as_(world.keeper), world.station, {"17-reason": "义诊", "17-courier": "5", "17-taxi": "6"})
    assert answer.status_code == 200
    record = StationDay.objects.get()
    assert (record.remark, record.counted_by, record.is_nil) == ("义诊", Method.LEDGER, False)


def test_a_sheet_sent_again_after_the_month_was_locked_is_told_what_was_saved(
    world: World, request: pytest.FixtureRequest
) -> None:
    client, key = as_(world.keeper), str(uuid4())
    save(client, world.station, {"17-courier": "5"}, client_key=key)
    request.getfixturevalue("locked")
    answer = save(client, world.station, {"17-courier": "5", "17-taxi": "1"}, client_key=key)
    assert answer.json()["saved"] == {"17-courier": 5}
    assert list(answer.json()["error"]["fields"]) == ["17-taxi"]


def test_a_reason_that_somebody_else_gave_meanwhile_stays(world: World) -> None:
    save(as_(world.officer), world.station, {"17-reason": "停电"})
    answer = save(as_(world.keeper), world.station, {"17-reason": "装修"})
    assert (answer.status_code, answer.json()["theirs"]) == (409, {"17-reason": "停电"})
    assert save(as_(world.keeper), world.station, {"17-reason": "停电"}).status_code == 200
    assert StationDay.objects.get().remark == "停电"


# --- refusals ---------------------------------------------------------------------------------------


def test_the_anonymous_are_sent_to_the_login(world: World) -> None:
    for answer in (Client().get(address(world.station)), save(Client(), world.station, {"17-courier": "5"})):
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]
    assert not VisitEntry.objects.exists()


def test_a_station_out_of_scope_is_not_there(world: World) -> None:
    client = as_(world.keeper)
    for station in (world.elsewhere, world.sister):
        assert client.get(address(station)).status_code == 404
        assert save(client, station, {"17-courier": "5"}).status_code == 404
    assert not VisitEntry.objects.exists()


@pytest.mark.parametrize("who", ["official", "auditor"])
def test_whoever_only_sees_the_station_reads_the_sheet_and_writes_nothing(world: World, who: str) -> None:
    user = getattr(world, who)
    page = as_(user).get(address(world.station)).content.decode()
    assert "You may read this sheet." in page
    assert 'name="17-courier"' not in page
    for asking in (JSON, None):
        assert save(as_(user), world.station, {"17-courier": "5"}, asking=asking).status_code == 403
    assert not VisitEntry.objects.exists()


def test_a_locked_month_refuses_each_cell_with_its_reason(world: World, locked: str) -> None:  # noqa: F811  # the fixture
    answer = save(as_(world.officer), world.station, {"17-courier": "5", "17-reason": "停电"})
    assert answer.status_code == 403
    assert answer.json()["saved"] == {}
    assert answer.json()["error"]["fields"] == {"17-courier": [locked], "17-reason": [locked]}
    page = as_(world.officer).get(address(world.station)).content.decode()
    assert page.count(locked) == 1
    assert 'name="17-courier"' not in page
    assert not StationDay.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-3", "A figure lies between 0 and 100000."),
        ("100001", "A figure lies between 0 and 100000."),
        ("many", "“many” is no whole number."),
        ("2.5", "“2.5” is no whole number."),
        ("9999999999", "“9999999999” is no whole number."),
    ],
)
def test_a_figure_that_is_none_is_refused_by_the_name_of_its_cell(world: World, text: str, sentence: str) -> None:
    answer = save(as_(world.keeper), world.station, {"17-courier": text, "17-taxi": "1,000"})
    assert answer.status_code == 400
    assert answer.json()["error"]["fields"] == {"17-courier": [sentence]}
    assert answer.json()["saved"] == {"17-taxi": 1000}


def test_days_that_take_nothing_say_why(world: World) -> None:
    answer = save(as_(world.keeper), world.station, {"19-courier": "5", "02-courier": "5", "17-reason": "x" * 201})
    assert answer.status_code == 403
    fields = answer.json()["error"]["fields"]
    assert "has not come yet" in fields["19-courier"][0]
    assert "Keepers record up to 7 days back" in fields["02-courier"][0]
    assert fields["17-reason"] == ["At most 200 characters."]
    assert not StationDay.objects.exists()


def test_a_day_counted_by_the_hour_takes_no_figure_of_the_whole_day(world: World) -> None:
    count_visits(world.keeper, world.station, 2, method=Method.LEDGER, hour=9)
    answer = save(as_(world.keeper), world.station, {"18-courier": "5"})
    assert answer.status_code == 403
    assert "by the hour" in answer.json()["error"]["message"]
    page = as_(world.keeper).get(f"{address(world.station)}?method=ledger").content.decode()
    assert 'name="18-courier"' not in page
    assert "By the hour" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"31-courier": "1"},
        {"00-courier": "1"},
        {"17-dragon": "1"},
        {"seen": "nonsense"},
        {"seen": "[]"},
        {"seen": '{"17-courier": "a"}'},
        {"seen": '{"17-courier": [1]}'},
        {"seen": '{"17-courier": -1}'},
        {"seen": '{"17-reason": 1}'},
        {"seen": "[" * 100_000},
        {"client_key": "none"},
    ],
)
def test_a_sheet_that_is_none_is_refused(world: World, fields: dict[str, str]) -> None:
    cells = {"17-taxi": "1"} | fields
    assert save(as_(world.keeper), world.station, cells).status_code == 400
    assert save(as_(world.keeper), world.station, cells, asking=None).status_code == 400


@pytest.mark.parametrize("path", ["2026-13/", "1999-01/", "soon/", "2026-11/?method=guess"])
def test_a_month_or_method_that_does_not_exist_is_not_there(world: World, path: str) -> None:
    assert as_(world.keeper).get(f"/admin/day-sheet/{world.station.code}/{path}").status_code == 404
    assert save(as_(world.keeper), world.station, {}, method="guess").status_code == 404


# --- without JavaScript -----------------------------------------------------------------------------


def test_the_plain_form_saves_and_returns_to_the_sheet(world: World) -> None:
    client = as_(world.keeper)
    answer = save(client, world.station, {"17-courier": "5", "18-courier": "6"}, asking=None)
    assert answer["Location"] == f"{address(world.station)}?method=ledger"
    assert "2 cells saved." in client.get(answer["Location"]).content.decode()


def test_the_plain_form_says_beside_the_cell_what_was_not_saved_and_keeps_what_was_typed(world: World) -> None:
    save(as_(world.officer), world.station, {"17-courier": "7", "16-reason": "停电"})
    fields = {"17-courier": "5", "18-taxi": "lots", "16-reason": "装修", "18-courier": "1"}
    answer = save(as_(world.keeper), world.station, fields, asking=None)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "3 cells were not saved." in page
    assert "1 cell saved." in page
    assert 'error-17-courier">李专员 changed this meanwhile; it says 7 now.' in page
    for name, typed in (("17-courier", "5"), ("18-taxi", "lots"), ("16-reason", "装修")):
        tag = page[page.index(f'name="{name}"') :]
        assert f'value="{typed}"' in tag[: tag.index(">")]
    assert "&quot;17-courier&quot;: 7" in page


def test_a_refused_day_shows_its_reason_where_nothing_can_be_typed(world: World) -> None:
    page = save(as_(world.keeper), world.station, {"02-courier": "5"}, asking=None).content.decode()
    assert "5: Keepers record up to 7 days back" in page
