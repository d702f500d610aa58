"""A wish from nomination to thanks, through the pages that people use."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from services.actions.families import erase_families, read_sealed
from services.actions.wish_claims import MOST_OFFERS, offer_to_fulfil, take_on
from services.actions.wishes import approve_wish, publish_wish, reject_wish, return_wish, withdraw_wish
from services.models import PersonalReading, Wish, WishClaim, WishFamily
from services.wish_choices import ClaimState, WishState
from stations.choices import Role
from stations.models import User
from tests.conftest import World
from tests.factories import make_member
from tests.pictures import picture_file
from tests.services.wishing import (
    ADDRESS,
    NAME,
    PHONE,
    SECRETS,
    SITUATION,
    checker,
    family,
    fulfilled,
    nominate,
    on_wall,
    said,
)

HELPER, HELPERS_PHONE = "慕容雪松", "13964110088"


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(wish: Wish, name: str = "") -> str:
    return reverse(f"admin:wish_{name}" if name else "admin:services_wish_change", args=[wish.pk])


def form(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "service",
        "title": "陪老人去医院",
        "text": "每周一次，半天。",
        "needed_by": str(timezone.localdate() + timedelta(days=30)),
        "budget": "200",
        "name": NAME,
        "phone": PHONE,
        "address": ADDRESS,
        "situation": SITUATION,
        "agreed": "1",
    } | changes


def do(client: Client, wish: Wish, step: str, /, **fields: Any) -> Any:
    wish.refresh_from_db()
    return client.post(page(wish, step), {"seen": wish.state} | fields)


ADD = "/admin/services/wish/add/"


def test_a_wish_goes_from_nomination_to_thanks_and_every_reading_is_logged(world: World) -> None:
    officer, other = as_(world.officer), as_(checker(world))
    assert officer.post(ADD, form(unit=world.branch.pk)).status_code == 302
    wish = Wish.objects.get()
    assert (wish.state, wish.unit, wish.family.name.reveal()) == ("nominated", world.branch, NAME)
    do(other, wish, "check", verdict="return", reason="写得太长")
    do(officer, wish, "correct", **form(title="陪诊"))
    do(other, wish, "check", verdict="approve")
    do(officer, wish, "publish")
    public = Client(headers={"accept-language": "en"})
    sent = public.post(f"/wishes/{wish.code}/", {"name": HELPER, "phone": HELPERS_PHONE, "agreed": "1"})
    assert sent.status_code == 302
    assert "Thank you" in public.get(sent["Location"]).text
    claim = WishClaim.objects.get()
    assert HELPERS_PHONE in officer.post(f"{page(wish, 'family')}?claim={claim.pk}", {"why": "联系志愿者"}).text
    do(officer, wish, "accept", claim=claim.pk)
    do(officer, wish, "release", reason="时间不合适")
    do(officer, wish, "take_on", unit=world.branch.pk)
    opened = officer.post(page(wish, "family"), {"why": "上门"})
    assert all(secret in opened.text for secret in SECRETS)
    picture = picture_file(size=(64, 48))
    refused = do(officer, wish, "fulfil", proof="已陪诊四次", cost="一百八")
    assert (refused.status_code, ">已陪诊四次</textarea>" in refused.text) == (400, True)
    assert 'value="一百八"' in refused.text
    do(officer, wish, "fulfil", proof="已陪诊四次", cost="180.50", photo=picture)
    assert public.post(f"/wishes/came-true/{wish.receipt}/", {"came": "no"}).status_code == 302
    do(officer, wish, "fulfil", proof="已陪诊五次", cost="180.50")
    answer = public.post(f"/wishes/came-true/{wish.receipt}/", {"came": "yes", "words": f"我是{NAME}，谢谢"})
    assert answer.status_code == 302
    assert as_(world.officer).post(page(wish, "family"), {"why": "看感谢"}).text.count(NAME) == 2
    do(officer, wish, "thank", thanks="谢谢每周来陪诊的人。")
    wish.refresh_from_db()
    assert (wish.state, str(wish.cost), wish.confirmed_how) == ("thanked", "180.50", "family")
    assert "谢谢每周来陪诊的人" in public.get("/wishes/").text
    assert list(PersonalReading.objects.order_by("pk").values_list("why", "by__username")) == [
        ("联系志愿者", "officer"),
        ("上门", "officer"),
        ("看感谢", "officer"),
    ]
    log = as_(checker(world)).get("/admin/services/personalreading/").text
    assert "联系志愿者" in log
    states = list(wish.history.order_by("history_id").values_list("state", flat=True))
    assert states == [
        *("nominated", "returned", "nominated", "approved", "published", "claimed", "published", "claimed"),
        *("fulfilled", "claimed", "fulfilled", "confirmed", "thanked"),
    ]


def test_nobody_finds_the_family_in_pages_logs_or_any_table(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wish = on_wall(world, family())
    offer_to_fulfil(wish=wish, name=HELPER, phone=HELPERS_PHONE, agreed=True)
    as_(world.officer).post(page(wish, "family"), {"why": "联系"})
    as_(world.officer).post(ADD, form(unit=world.branch.pk))
    secrets = (*SECRETS, HELPER, HELPERS_PHONE)
    public = Client()
    pages = ["/wishes/", f"/wishes/{wish.code}/", f"/wishes/came-true/{wish.receipt}/"]
    texts = {address: public.get(address).text for address in pages}
    for address in (page(wish), "/admin/services/wish/", "/admin/services/personalreading/", "/admin/history/"):
        texts[address] = as_(world.officer).get(address, follow=True).text
    texts["logs"] = caplog.text
    texts |= everything_stored()
    for where, text in texts.items():
        for secret in secrets:
            assert secret not in text, (where, secret)
    assert "services_wishfamily" in texts


def everything_stored() -> dict[str, str]:
    """Every row of every table as text; what a dump holds of it, `tests/browser/test_wish.py` looks through."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            found[table] = "\n".join(row[0] for row in cursor.fetchall())
    return found


@pytest.mark.parametrize("who", ["official", "auditor", "keeper", "outsider"])
def test_only_officers_of_the_unit_open_what_is_sealed(world: World, who: str) -> None:
    wish = on_wall(world)
    client = as_(getattr(world, who))
    answer = client.post(page(wish, "family"), {"why": "想看看"})
    assert answer.status_code == (403 if who == "auditor" else 404)
    if who == "auditor":
        assert "Only officers of 济南分行" in answer.text
        assert "may open it" in client.get(page(wish)).text
        with pytest.raises(Refused, match="Only officers"):
            read_sealed(wish=wish, why="看看", by=world.auditor)
    assert not PersonalReading.objects.exists()


def test_without_a_reason_or_with_one_that_says_who_it_is_nothing_is_opened(world: World) -> None:
    wish = on_wall(world, family())
    for why in ("", "  ", f"找{NAME}"):
        answer = as_(world.officer).post(page(wish, "family"), {"why": why})
        assert answer.status_code == 400
        assert PHONE not in answer.text
    assert not PersonalReading.objects.exists()


@pytest.mark.parametrize("who", ["", "keeper", "official", "auditor", "outsider"])
def test_who_is_no_officer_of_the_unit_nominates_nothing(world: World, who: str) -> None:
    client = as_(getattr(world, who)) if who else Client()
    answer = client.post(ADD, form(unit=world.branch.pk))
    assert answer.status_code == {"": 302, "outsider": 400}.get(who, 403)
    assert not Wish.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": f"给{NAME}的轮椅"}, "says who the family is"),
        ({"text": "住在棋盘小区三号楼"}, "says who the family is"),
        ({"text": "联系 138-5310 0077"}, "No telephone or identity numbers"),
        ({"community": "找 0531-88776655"}, "No telephone or identity numbers"),
        ({"agreed": ""}, "Without the family&#x27;s consent"),
        ({"needed_by": ""}, "by which day"),
        ({"needed_by": "2020-01-01"}, "lies ahead"),
        ({"needed_by": "soon"}, "A date is written"),
        ({"budget": "much"}, "An amount is written"),
        ({"title": " "}, "in a few words"),
        ({"phone": ""}, "in a few words"),
        ({"situation": "长" * 501}, "At most 500"),
        ({"kind": "wonder"}, "Choose from the list"),
        ({"unit": "x"}, "Choose from the list"),
    ],
)
def test_a_nomination_that_cannot_be_is_refused_and_keeps_what_was_typed(
    world: World, changes: dict[str, str], sentence: str
) -> None:
    answer = as_(world.officer).post(ADD, form(unit=world.branch.pk) | changes)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert ADDRESS in answer.text
    assert not WishFamily.objects.exists()


def test_a_family_has_one_wish_at_a_time_and_two_a_year_whoever_nominates(world: World) -> None:
    first = nominate(world.officer, world.branch, family())
    same_home = family(phone="13700000001", address=f" {ADDRESS}")
    for again in (family(name="静怡", address="", phone="138-5310 0077"), same_home):
        with pytest.raises(Refused, match=f"under way already: {first.code}, of 济南分行"):
            nominate(world.outsider, world.other_bank, again)
    reject_wish(wish=first, reason="重复", by=checker(world))
    for _time in range(2):
        wish = nominate(world.officer, world.branch, family())
        Wish.objects.filter(pk=wish.pk).update(state=WishState.CONFIRMED, **came_true())
    with pytest.raises(Refused, match="2 wishes within a year"):
        nominate(world.officer, world.branch, family())
    Wish.objects.update(nominated_at=timezone.now() - timedelta(days=366))
    nominate(world.officer, world.branch, family())


def came_true() -> dict[str, Any]:
    return {"over_at": timezone.now(), "fulfilled_at": timezone.now(), "proof": "好"}


def test_a_wish_is_checked_by_somebody_else_who_may(world: World) -> None:
    wish = nominate(world.officer, world.branch)
    answer = do(as_(world.officer), wish, "check", verdict="approve")
    assert (answer.status_code, "nominated it yourself" in answer.text) == (403, True)
    answer = do(as_(world.auditor), wish, "check", verdict="approve")
    assert (answer.status_code, "officers and officials of 济南分行" in answer.text) == (403, True)
    assert do(as_(world.outsider), wish, "check", verdict="approve").status_code == 404
    assert do(Client(), wish, "check", verdict="approve")["Location"].startswith("/admin/login/")
    reviewer = make_member(world.branch, Role.REVIEWER, name="孙科长")
    do(as_(reviewer), wish, "check", verdict="reject")
    do(as_(reviewer), wish, "check", verdict="maybe")
    wish.refresh_from_db()
    assert wish.state == WishState.NOMINATED
    do(as_(reviewer), wish, "check", verdict="reject", reason="不属困难家庭")
    wish.refresh_from_db()
    assert (wish.state, wish.over_at is not None, wish.checked_by) == ("rejected", True, reviewer)


@pytest.mark.parametrize("name", ["publish", "withdraw", "take_on", "fulfil", "release", "confirm", "thank", "correct"])
def test_who_only_reads_a_wish_does_nothing_with_it(world: World, name: str) -> None:
    wish = {
        "publish": lambda: approve_wish(wish=nominate(world.officer, world.branch), by=checker(world)),
        "correct": lambda: return_wish(wish=nominate(world.officer, world.branch), reason="短", by=checker(world)),
        "fulfil": lambda: take_on(wish=on_wall(world), unit=world.branch, by=world.officer).wish,
        "release": lambda: take_on(wish=on_wall(world), unit=world.branch, by=world.officer).wish,
        "confirm": lambda: fulfilled(world),
        "thank": lambda: fulfilled(world),
    }.get(name, lambda: on_wall(world))()
    if name == "thank":
        Wish.objects.filter(pk=wish.pk).update(state="confirmed", over_at=timezone.now())
        wish.refresh_from_db()
    state = wish.state
    fields = form(reason="不", proof="好", thanks="谢", unit=world.branch.pk)
    answer = do(as_(world.auditor), wish, name, **fields)
    assert (answer.status_code, "Only officers of 济南分行" in answer.text) == (403, True)
    assert do(as_(world.outsider), wish, name, **fields).status_code == 404
    wish.refresh_from_db()
    assert wish.state == state


def test_a_stale_page_changes_nothing(world: World) -> None:
    wish = nominate(world.officer, world.branch)
    other = as_(checker(world))
    other.post(page(wish, "check"), {"seen": "approved", "verdict": "approve"})
    answer = other.post(page(wish, "check"), {"verdict": "approve"}, follow=True)
    assert "Load the page again" in answer.text
    wish.refresh_from_db()
    assert wish.state == WishState.NOMINATED
    with pytest.raises(StaleState, match="is now “Nominated”"):
        publish_wish(wish=wish, by=world.officer)


def test_what_is_not_needed_any_more_is_not_published_and_can_be_withdrawn(world: World) -> None:
    wish = approve_wish(wish=nominate(world.officer, world.branch), by=checker(world))
    Wish.objects.filter(pk=wish.pk).update(needed_by=timezone.localdate() - timedelta(days=1))
    assert "is over" in as_(world.officer).post(page(wish, "publish"), {"seen": "approved"}).text
    with pytest.raises(Invalid):
        withdraw_wish(wish=wish, reason="", by=world.officer)
    do(as_(world.officer), wish, "withdraw", reason="家里已经买了")
    wish.refresh_from_db()
    assert wish.state == WishState.WITHDRAWN
    assert Client().get(f"/wishes/{wish.code}/").status_code == 404


def test_who_fulfilled_it_does_not_confirm_it_for_the_community(world: World) -> None:
    wish = fulfilled(world)
    answer = do(as_(world.officer), wish, "confirm")
    assert (answer.status_code, "reported it as fulfilled yourself" in answer.text) == (403, True)
    do(as_(checker(world)), wish, "confirm")
    wish.refresh_from_db()
    assert (wish.state, wish.confirmed_how) == ("confirmed", "community")


def test_an_offer_is_refused_where_it_cannot_be(world: World) -> None:
    wish, public = on_wall(world), Client(headers={"accept-language": "en"})
    fields = {"name": HELPER, "phone": HELPERS_PHONE, "agreed": "1"}
    address = f"/wishes/{wish.code}/"
    for field, value in (("name", ""), ("phone", "1" * 41), ("phone", "12"), ("agreed", "")):
        answer = public.post(address, fields | {field: value})
        assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
        assert answer.context["wrong"] == [field]
        assert answer.text.count('aria-describedby="problem') == 1
    assert not WishClaim.objects.exists()
    assert public.post(address, fields, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert public.post("/wishes/00000000/", fields).status_code == 404
    assert public.post("/wishes/nothing-at-all/", fields).status_code == 404
    for _offer in range(MOST_OFFERS):
        offer_to_fulfil(wish=wish, name=HELPER, phone=HELPERS_PHONE, agreed=True)
    assert public.post(address, fields).status_code == 409
    officer = as_(world.officer)
    claim = WishClaim.objects.first()
    assert claim is not None
    do(officer, wish, "decline", claim=claim.pk)
    do(officer, wish, "decline", claim=claim.pk)
    do(officer, wish, "accept", claim=0)
    assert WishClaim.objects.filter(state=ClaimState.DECLINED).count() == 1
    for _try in range(30):
        last = public.post(address, fields | {"agreed": ""})
    assert (last.status_code, "Retry-After" in last.headers) == (429, True)
    do(officer, wish, "take_on", unit="")
    do(officer, wish, "take_on", unit=world.branch.pk)
    assert "taken it on already" in public.get(address).text
    assert "Load" not in public.get("/wishes/?kind=goods").text


def test_only_a_code_that_there_is_opens_the_familys_page(world: World) -> None:
    wish, public = on_wall(world), Client(headers={"accept-language": "en"})
    address = f"/wishes/came-true/{wish.receipt}/"
    assert "sees to it" in public.get(address).text
    assert public.post(address, {"came": "yes"}).status_code == 409
    assert [public.get(f"/wishes/came-true/{code}/").status_code for code in ("x", "0000000000")] == [404, 404]
    for _guess in range(60):
        last = public.get("/wishes/came-true/0000000000/")
    assert last.status_code == 429


def test_the_wall_asks_as_little_for_fifty_wishes_as_for_two(world: World) -> None:
    client, officer = Client(), as_(world.officer)

    def asked(address: str, who: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert who.get(address).status_code == 200
        return len(queries)

    addresses = [("/wishes/", client), ("/admin/services/wish/", officer)]
    for _wish in range(2):
        on_wall(world)
        fulfilled(world)
    few = [asked(*one) for one in addresses]
    rows = [nominate(world.officer, world.branch) for _wish in range(26)]
    Wish.objects.filter(pk__in=[row.pk for row in rows]).update(state=WishState.PUBLISHED)
    assert [asked(*one) for one in addresses] == few
    assert "page=2" in client.get("/wishes/").text


def test_lists_of_work_hold_exactly_what_waits(world: World) -> None:
    mine = nominate(world.officer, world.branch)
    wall = on_wall(world, needed_by=timezone.localdate() + timedelta(days=3))
    offer_to_fulfil(wish=wall, name=HELPER, phone=HELPERS_PHONE, agreed=True)
    done = fulfilled(world)
    returned = return_wish(wish=nominate(world.officer, world.branch), reason="短些", by=checker(world))

    def found(user: User, work: str) -> list[Wish]:
        return list(as_(user).get("/admin/services/wish/", {"work": work}).context["cl"].result_list)

    assert (found(checker(world), "check"), found(world.officer, "check")) == ([mine], [])
    assert (found(world.officer, "returned"), found(checker(world), "returned")) == ([returned], [])
    assert found(world.officer, "offered") == [wall]
    assert found(world.officer, "urgent") == [wall]
    assert found(world.officer, "confirm") == [done]
    for state, count in (("all", 4), ("true", 1), ("nominated", 1)):
        answer = as_(world.officer).get("/admin/services/wish/", {"state": state})
        assert answer.context["cl"].result_count == count
    assert said().title in as_(world.officer).get(page(returned)).text


def test_whoever_says_a_wish_anew_does_not_check_it(world: World) -> None:
    other = as_(checker(world))
    wish = return_wish(wish=nominate(world.officer, world.branch), reason="短些", by=checker(world))
    do(other, wish, "correct", **form(title="陪诊"))
    assert do(other, wish, "check", verdict="approve").status_code == 403
    do(as_(world.officer), wish, "check", verdict="approve")
    wish.refresh_from_db()
    assert (wish.title, wish.state, wish.checked_by) == ("陪诊", "approved", world.officer)


def test_what_did_not_come_is_said_nowhere_to_have_been_done(world: World) -> None:
    wish, public = fulfilled(world), Client(headers={"accept-language": "en"})
    refused = public.post(f"/wishes/came-true/{wish.receipt}/", {"words": "还没到"})
    assert (refused.status_code, "还没到</textarea>" in refused.text) == (400, True)
    assert "已送到" in public.get(f"/wishes/{wish.code}/").text
    public.post(f"/wishes/came-true/{wish.receipt}/", {"came": "no"})
    assert "已送到" not in public.get(f"/wishes/{wish.code}/").text
    assert "已送到" in wish.history.values_list("proof", flat=True)


def test_what_the_family_says_of_a_wish_long_forgotten_is_erased_too(world: World) -> None:
    wish = fulfilled(world)
    Wish.objects.update(needed_by=timezone.localdate() - timedelta(days=366))
    assert erase_families(at=timezone.now()) == 1
    Client().post(f"/wishes/came-true/{wish.receipt}/", {"came": "yes", "words": f"我是{NAME}"})
    assert WishFamily.objects.get().words
    assert (erase_families(at=timezone.now()), erase_families(at=timezone.now())) == (1, 0)
    assert not WishFamily.objects.get().words


def test_nobody_takes_a_wish_on_in_the_name_of_other_units(world: World) -> None:
    wish = on_wall(world)
    do(as_(world.officer), wish, "take_on", unit=world.other_bank.pk)
    assert not WishClaim.objects.exists()


@pytest.mark.parametrize(
    "text", ["电话１３８５３１０００７７", "电话138.5310.0077", "电话138－5310－0077", "电话138\u200b5310\u200b0077"]
)
def test_a_number_is_one_however_it_is_typed(world: World, text: str) -> None:
    with pytest.raises(Invalid):
        nominate(world.officer, world.branch, text=text)


def test_the_log_of_readings_names_nobody_who_offered(world: World) -> None:
    wish = on_wall(world)
    claim = offer_to_fulfil(wish=wish, name=HELPER, phone=HELPERS_PHONE, agreed=True)
    with pytest.raises(Invalid):
        read_sealed(wish=wish, claim=claim, why=f"打给{HELPER}", by=world.officer)
    assert not PersonalReading.objects.exists()
