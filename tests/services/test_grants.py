"""Money for stations: applied for, approved, paid, accounted for; who may do what, and what never happens."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from services.actions.grants import approve_grant, save_batch, sweep_grant_files
from services.grant_choices import GrantKind, GrantState
from services.models import Grant, GrantBatch, GrantFile
from services.papers import MAX_PAPER
from stations.actions.merging import merge_stations
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_batch, make_grant, make_member, make_station

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PDF = b"%PDF-1.7 invoice"


@pytest.fixture(autouse=True)
def _november(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def giver(world: World) -> User:
    return make_member(world.bank, Role.REVIEWER, name="周处长")


@pytest.fixture
def batch(world: World) -> GrantBatch:
    return make_batch(world.bank)


@pytest.fixture
def grant(world: World, batch: GrantBatch) -> Grant:
    return make_grant(world.station, batch, world.officer)


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(grant: Grant) -> str:
    return reverse("admin:services_grant_change", args=[grant.pk])


def press(client: Client, grant: Grant, what: str, **fields: Any) -> Any:
    return client.post(reverse(f"admin:grant_{what}", args=[grant.pk]), fields)


def hand_in(client: Client, grant: Grant, name: str = "发票.pdf", content: bytes = PDF) -> Any:
    return press(client, grant, "file", file=SimpleUploadedFile(name, content))


def said(client: Client, grant: Grant) -> str:
    return str(client.get(page(grant)).content.decode())


def again(grant: Grant) -> Grant:
    return Grant.objects.get(pk=grant.pk)


def test_money_goes_from_the_application_to_the_account(world: World, batch: GrantBatch, giver: User) -> None:
    officer, official = as_(world.officer), as_(giver)
    address = reverse("admin:grant_apply", args=[batch.pk])
    assert world.station.code in officer.get(address).content.decode()
    answer = officer.post(address, {"station": world.station.code, "amount": "2,400", "purpose": "水电"})
    grant = Grant.objects.get()
    assert answer["Location"] == page(grant)
    assert (grant.state, grant.amount_asked, grant.applied_by) == ("applied", Decimal(2400), world.officer)
    hand_in(officer, grant, "申请.pdf")
    GrantFile.objects.update(at=NOON - timedelta(hours=1))  # of the application: it accounts for nothing
    press(official, grant, "decide", verdict="approve", amount="2000", reason="按星级")
    press(official, grant, "pay", day="2026-11-18")
    refused = press(officer, grant, "account", spent="1800.50", account="水电")
    assert refused.status_code == 400
    typed = ('value="1800.50"', ">水电</textarea>")
    assert all(words in refused.text for words in ("An account needs its papers", *typed))
    hand_in(officer, grant)
    press(officer, grant, "account", spent="1800.50", account="水电和茶叶")
    grant = again(grant)
    assert (grant.state, grant.amount, grant.paid_date) == ("accounted", Decimal(2000), date(2026, 11, 18))
    assert (grant.amount_spent, grant.amount_left) == (Decimal("1800.50"), Decimal("199.50"))
    states = grant.history.order_by("history_id").values_list("state", "history_user__name")
    assert list(states) == [
        ("applied", "李专员"), ("approved", "周处长"), ("paid", "周处长"), ("accounted", "李专员"),
    ]  # fmt: skip
    assert "199.50 yuan go back" in said(officer, grant)


def test_a_reward_says_which_star(world: World, batch: GrantBatch) -> None:
    reward = make_batch(world.bank, title="星级奖励", kind=GrantKind.REWARD)
    fields = {"station": world.station.code, "amount": "2400", "purpose": "五星"}
    client = as_(world.officer)
    assert client.post(reverse("admin:grant_apply", args=[reward.pk]), fields | {"star": "5"}).status_code == 302
    assert Grant.objects.get().star == 5
    assert client.post(reverse("admin:grant_apply", args=[reward.pk]), fields).status_code == 400


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "more than nothing"),
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "-5"}, "written like"),
        ({"amount": "10000.01"}, "The whole batch has"),
        ({"purpose": " "}, "Say it in a few words"),
        ({"purpose": "长" * 501}, "At most 500"),
        ({"station": "X"}, "No station of yours"),
    ],
)
def test_an_application_that_says_too_little_or_too_much_is_refused(
    world: World, batch: GrantBatch, fields: dict[str, str], sentence: str
) -> None:
    given = {"station": world.station.code, "amount": "100", "purpose": "水电"} | fields
    answer = as_(world.officer).post(reverse("admin:grant_apply", args=[batch.pk]), given)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Grant.objects.exists()


def test_a_station_has_one_share_of_a_batch_unless_it_was_refused(world: World, grant: Grant, giver: User) -> None:
    client, address = as_(world.officer), reverse("admin:grant_apply", args=[grant.batch_id])
    fields = {"station": world.station.code, "amount": "100", "purpose": "水电"}
    assert "has applied in this batch already" in client.post(address, fields).content.decode()
    press(as_(giver), grant, "decide", verdict="refuse", reason="材料不全")
    assert client.post(address, fields).status_code == 302


def test_a_batch_that_is_over_or_gives_to_others_takes_no_application(world: World) -> None:
    fields = {"station": world.station.code, "amount": "100", "purpose": "水电"}
    over = make_batch(world.bank, until=NOON.date() - timedelta(1))
    assert as_(world.officer).post(reverse("admin:grant_apply", args=[over.pk]), fields).status_code == 403
    both = make_member(world.branch, Role.OFFICER)
    both.memberships.create(unit=world.other_bank, role=Role.OFFICER)
    others = make_batch(world.other_bank)
    answer = as_(both).post(reverse("admin:grant_apply", args=[others.pk]), fields)
    assert "gives to stations of its own units" in answer.content.decode()


@pytest.mark.parametrize(("role", "status"), [("keeper", 404), ("auditor", 403), ("outsider", 404), ("official", 404)])
def test_only_officers_of_the_station_apply(world: World, batch: GrantBatch, role: str, status: int) -> None:
    fields = {"station": world.station.code, "amount": "100", "purpose": "水电"}
    address = reverse("admin:grant_apply", args=[batch.pk])
    assert as_(getattr(world, role)).post(address, fields).status_code == status
    assert Client().post(address, fields).status_code == 302
    assert not Grant.objects.exists()


STEPS = {
    "decide": {"verdict": "approve", "amount": "100"},
    "pay": {"day": "2026-11-18"},
    "account": {"spent": "1", "account": "茶"},
}


@pytest.mark.parametrize("what", STEPS)
def test_each_step_is_refused_to_those_whose_it_is_not_and_they_read_whose_it_is(
    world: World, batch: GrantBatch, giver: User, what: str
) -> None:
    values: dict[str, dict[str, Any]] = {
        "decide": {},
        "pay": {"state": "approved", "amount": 100, "decided_at": NOON},
        "account": {"state": "paid", "amount": 100, "decided_at": NOON, "paid_date": NOON.date()},
    }
    grant = make_grant(world.station, batch, world.officer, **values[what])
    others = {"keeper": 403, "auditor": 403, "official": 403, "outsider": 404}
    others["officer"] = 400 if what == "account" else 403
    for role, status in others.items():
        client = as_(getattr(world, role))
        assert press(client, grant, what, **STEPS[what]).status_code == status, role
        if status == 403:
            assert "Officers" in said(client, grant), role
    if what == "account":
        assert press(as_(giver), grant, what, **STEPS[what]).status_code == 403
    assert Client().post(reverse(f"admin:grant_{what}", args=[grant.pk])).status_code == 302
    assert again(grant).state == grant.state


def test_nobody_decides_about_what_they_applied_for(world: World) -> None:
    chief = make_member(world.bank, Role.OFFICER)
    grant = make_grant(world.station, make_batch(world.bank), chief)
    assert (
        "applied for it yourself" in press(as_(chief), grant, "decide", verdict="approve", amount="1").content.decode()
    )
    assert again(grant).state == "applied"


@pytest.mark.parametrize(
    ("what", "fields", "sentence"),
    [
        ("decide", {"verdict": "approve", "amount": "2400.01"}, "No more is granted than was asked"),
        ("decide", {"verdict": "approve", "amount": ""}, "more than nothing"),
        ("decide", {"verdict": "refuse", "reason": ""}, "Say it in a few words"),
        ("pay", {"day": "2026-11-18"}, "Somebody else was quicker"),
    ],
)
def test_a_decision_that_cannot_be_is_said(
    world: World, grant: Grant, giver: User, what: str, fields: dict[str, str], sentence: str
) -> None:
    client = as_(giver)
    assert sentence in (press(client, grant, what, **fields).text or said(client, grant))
    assert again(grant).state == "applied"


def test_a_batch_never_gives_more_than_it_has(world: World, giver: User) -> None:
    batch = make_batch(world.bank, budget=Decimal(3000))
    first, second = (make_grant(station, batch, world.officer) for station in (world.station, world.sister))
    approve_grant(grant=first, amount=Decimal(2400), reason="", by=giver)
    client = as_(giver)
    answer = press(client, second, "decide", verdict="approve", amount="700")
    assert "has 600.00 yuan left" in answer.text
    press(client, second, "decide", verdict="approve", amount="600")
    assert again(second).amount == 600
    form = reverse("admin:services_grantbatch_change", args=[batch.pk])
    answer = client.post(form, {"title": "改名", "budget": "2999", "terms": ""})
    assert (answer.status_code, GrantBatch.objects.get().title) == (200, "驿站运行补助")
    assert all(words in answer.text for words in ("3000.00 yuan have been granted already", 'value="改名"'))
    assert client.post(form, {"title": "改名", "budget": "3500", "terms": ""}).status_code == 302
    assert (GrantBatch.objects.get().title, GrantBatch.objects.get().budget) == ("改名", Decimal(3500))


@pytest.mark.parametrize("day", ["2026-11-19", "2026-11-17", ""])
def test_what_was_paid_was_paid_after_it_was_approved_and_not_in_the_future(
    grant: Grant, giver: User, day: str
) -> None:
    approve_grant(grant=grant, amount=Decimal(1), reason="", by=giver)
    client = as_(giver)
    press(client, grant, "pay", day=day)
    assert "paid on a day after" in said(client, grant)
    assert again(grant).state == "approved"


def test_no_more_is_accounted_for_than_was_paid(world: World, batch: GrantBatch) -> None:
    values = {"state": "paid", "amount": 100, "decided_at": NOON, "paid_date": NOON.date()}
    grant, client = make_grant(world.station, batch, world.officer, **values), as_(world.officer)
    hand_in(client, grant)
    for spent in ("100.01", ""):
        assert "Between nothing and what was paid" in press(client, grant, "account", spent=spent, account="茶").text
    assert again(grant).state == "paid"


def test_papers_are_handed_out_to_those_who_see_the_grant_alone(world: World, grant: Grant) -> None:
    hand_in(as_(world.officer), grant)
    file = GrantFile.objects.get()
    address = reverse("admin:grant_paper", args=[file.pk])
    answer = as_(world.official).get(address)
    assert (answer.status_code, answer.content, answer["X-Content-Type-Options"]) == (200, PDF, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")
    assert as_(world.outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert Client().get(f"/media/{file.file.name}").status_code == 404
    default_storage.delete(str(file.file.name))
    assert as_(world.official).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.exe", PDF, "Such files are not kept"),
        ("a.pdf", b"<script>", "Such files are not kept"),
        ("a.pdf", PDF + b"x" * MAX_PAPER, "larger than 10 MB"),
    ],
)
def test_what_is_no_paper_is_not_kept(world: World, grant: Grant, name: str, content: bytes, sentence: str) -> None:
    client = as_(world.officer)
    hand_in(client, grant, name, content)
    assert sentence in said(client, grant)
    press(client, grant, "file")
    assert "Choose a file" in said(client, grant)
    assert not GrantFile.objects.exists()


def test_papers_of_what_is_closed_stay_as_they_are(world: World, grant: Grant, giver: User) -> None:
    assert hand_in(as_(world.keeper), grant).status_code == 403
    hand_in(as_(giver), grant)
    press(as_(giver), grant, "decide", verdict="refuse", reason="不符合")
    assert hand_in(as_(world.officer), grant).status_code == 403
    assert GrantFile.objects.count() == 1


def test_a_paper_that_no_row_names_is_swept_after_a_day(world: World, grant: Grant) -> None:
    hand_in(as_(world.officer), grant)
    kept = str(GrantFile.objects.get().file.name)
    GrantFile.objects.all().delete()
    assert sweep_grant_files(at=timezone.now() - timedelta(days=400)) == 0
    assert sweep_grant_files(at=datetime.now(tz=ZoneInfo("UTC")) + timedelta(days=40_000)) == 1
    assert not default_storage.exists(kept)


def test_a_batch_is_announced_by_those_who_give_and_by_nobody_else(world: World, giver: User) -> None:
    add = reverse("admin:services_grantbatch_add")
    fields = {
        "title": "建站补助",
        "kind": "build",
        "unit": world.bank.pk,
        "year": 2026,
        "budget": "750000",
        "terms": "",
    }
    assert as_(giver).post(add, fields).status_code == 302
    assert GrantBatch.objects.get().history.get().history_user == giver
    assert as_(world.officer).post(add, fields | {"title": "二"}).status_code == 200  # the unit is none of theirs
    assert as_(world.auditor).post(add, fields | {"title": "三"}).status_code == 403
    assert GrantBatch.objects.count() == 1
    with pytest.raises(Exception, match="decide about this money"):
        save_batch(batch=make_batch(world.other_bank), by=giver)


def test_the_desk_and_the_figures_count_what_the_lists_show(world: World, grant: Grant, giver: User) -> None:
    paid = {"state": "paid", "amount": Decimal(300), "decided_at": NOON, "paid_date": NOON.date()}
    make_grant(world.sister, grant.batch, world.officer, **paid)
    listed = reverse("admin:services_grant_changelist")

    def count(user: User, query: str) -> int:
        return int(as_(user).get(f"{listed}?{query}").context["cl"].result_count)

    assert (count(giver, "work=decide"), count(giver, "work=pay"), count(giver, "work=account")) == (1, 0, 0)
    assert (count(world.officer, "work=decide"), count(world.officer, "work=account")) == (0, 1)
    assert count(world.officer, "state=paid&giver=CCB") == 0  # the bank is above the officer's unit
    assert count(giver, "state=all&giver=CCB&month=2026-11") == 2
    text = (
        as_(giver).get(reverse("admin:figures"), {"of": "grants", "unit": "CCB", "month": "2026-11"}).content.decode()
    )
    assert "4,800.00" in text
    assert "300.00" in text
    names = [figure.text for figure in as_(giver).get("/admin/").context["desk"].work if figure.count]
    assert "applications for money to decide" in names


def test_officers_alone_are_offered_to_apply(world: World, batch: GrantBatch) -> None:
    page, apply = reverse("admin:services_grantbatch_changelist"), reverse("admin:grant_apply", args=[batch.pk])
    assert apply in as_(world.officer).get(page).text
    shown = as_(world.auditor).get(page).text
    assert f"{batch.budget:,.2f}" in shown
    assert apply not in shown


def test_the_lists_take_as_many_queries_for_fifty(world: World, grant: Grant, giver: User) -> None:
    client, pages = as_(giver), ("services_grant", "services_grantbatch")
    addresses = [reverse(f"admin:{name}_changelist") for name in pages]
    counts = []
    for _round in range(2):
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        for number in range(48):
            station = make_station(f"站{number}", operator=world.branch)
            make_grant(station, make_batch(world.bank, title=f"批{_round}{number}"), world.officer)
    assert counts[:2] == counts[2:]


def test_money_goes_along_when_stations_are_merged_unless_both_have_a_share(world: World, batch: GrantBatch) -> None:
    other = make_batch(world.bank, title="改造", kind=GrantKind.RENOVATE)
    for station in (world.station, world.sister):
        make_grant(station, batch, world.officer)
    moved = make_grant(world.sister, other, world.officer)
    merge_stations(duplicate=world.sister, into=world.station, by=world.officer, reason="同一处")
    assert again(moved).station == world.station
    assert Grant.objects.filter(station=world.sister).values_list("batch", flat=True).get() == batch.pk
    assert GrantState(moved.state) == GrantState.APPLIED
