"""Online services: kept by officers, read by everybody, their links looked at by the clock."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.safe_fetch import Answer
from services.actions.online import check_links, create_service, update_service
from services.models import OnlineService
from services.online import next_day
from services.online_choices import LinkState, OnlineKind
from services.tasks import check_links as check_links_task
from stations.models import Unit
from tests.conftest import World
from tests.factories import make_division, make_partner, make_station
from tests.office.desk import as_, figures, shown
from tests.services.conftest import SHANGHAI

pytestmark = pytest.mark.django_db
LIST = "/admin/services/onlineservice/"
NOW = datetime(2026, 11, 20, 4, 10, tzinfo=SHANGHAI)


def make_service(kept_by: Unit, **facts: Any) -> OnlineService:
    values: dict[str, Any] = {
        "kind": OnlineKind.LEGAL,
        "name": "法律援助",
        "phone": "12348",
        "is_published": True,
    } | facts
    division = values.get("division")
    return OnlineService.objects.create(kept_by=kept_by, prefix=division.prefix if division else "", **values)


def form(world: World, **facts: Any) -> dict[str, Any]:
    values = {
        "kind": "benefit",
        "name": "会员日",
        "name_en": "Members' day",
        "guide": "凭会员卡",
        "url": "",
        "phone": "",
        "kept_by": world.branch.pk,
        "division": "",
        "groups": ["courier"],
        "first": "",
        "last": "",
        "day_of_month": "28",
        "partner": "",
        "is_published": "on",
        "order": "0",
    }
    return values | facts


def test_an_officer_enters_changes_and_removes_a_service(world: World) -> None:
    client = as_(world.officer)
    assert client.post(f"{LIST}add/", form(world, division="370102")).status_code == 302
    service = OnlineService.objects.get()
    assert (service.day_of_month, service.groups, service.prefix) == (28, ["courier"], "370102")
    OnlineService.objects.update(link_state=LinkState.DEAD)
    page = f"{LIST}{service.pk}/change/"
    changed = {f"initial-{name}": value for name, value in form(world, division="370102").items()}
    assert client.post(page, form(world, url="https://example.org/") | changed).status_code == 302
    service.refresh_from_db()
    assert (service.url, service.link_state) == ("https://example.org/", LinkState.UNCHECKED)
    assert service.history.count() == 2
    assert client.post(f"{LIST}{service.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not OnlineService.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "product"},
        {"day_of_month": "32"},
        {"guide": ""},
        {"url": "ftp://example.org/"},
        {"url": "javascript:alert(1)"},
        {"first": "2026-11-20", "last": "2026-11-19"},
        {"groups": ["pirates"]},
        {"kept_by": ""},
    ],
)
def test_what_cannot_be_is_not_entered(world: World, facts: dict[str, Any]) -> None:
    client = as_(world.officer)
    client.post(f"{LIST}add/", form(world, **facts))
    client.post(f"{LIST}add/", form(world, kept_by=world.other_bank.pk))
    assert not OnlineService.objects.exists()


def test_a_merged_partner_sells_nothing(world: World) -> None:
    partner = make_partner(world.branch)
    partner.merged_into = make_partner(world.branch)
    partner.save()
    product = make_service(world.branch, kind=OnlineKind.PRODUCT, partner=partner.merged_into)
    with pytest.raises(Invalid):
        create_service(by=world.officer, kept_by=world.branch, kind=OnlineKind.PRODUCT, name="卡", guide="x")
    with pytest.raises(Invalid):
        update_service(by=world.officer, service=product, url="ftp://example.org/")
    with pytest.raises(Exception, match="merged"):
        update_service(by=world.officer, service=product, partner=partner)


@pytest.mark.parametrize("role", ["keeper", "official", "auditor"])
def test_nobody_else_writes_it(world: World, role: str) -> None:
    service = make_service(world.branch)
    client = as_(getattr(world, role))
    assert client.post(f"{LIST}add/", form(world)).status_code == 403
    assert client.post(f"{LIST}{service.pk}/change/", form(world)).status_code in {302, 403}
    assert OnlineService.objects.get().name == "法律援助"
    assert Client().post(f"{LIST}add/", form(world))["Location"].startswith("/admin/login/")


def read(query: str = "") -> str:
    return str(Client(headers={"accept-language": "en"}).get(f"/online-services/{query}").content.decode())


def test_the_public_page_shows_by_place_group_and_date_and_products_apart(world: World) -> None:
    jinan, qingdao = make_division(), make_division("370202", "市南区")
    bank = make_partner(world.branch, name="建设银行")
    make_service(world.branch, name="全国法援")
    make_service(world.branch, name="历下培训", kind=OnlineKind.TRAINING, division=jinan, groups=["courier"])
    make_service(world.branch, name="青岛服务", kind=OnlineKind.GOVERNMENT, division=qingdao)
    make_service(world.branch, name="草稿", is_published=False)
    make_service(world.branch, name="过期", last=date(2026, 11, 19))
    make_service(world.branch, name="会员日", kind=OnlineKind.BENEFIT, day_of_month=28, phone="", guide="凭卡")
    make_service(world.branch, name="工会卡", kind=OnlineKind.PRODUCT, partner=bank, url="https://bank.example/")
    with time_machine.travel(NOW, tick=False):
        text = read()
        assert all(name in text for name in ("全国法援", "会员日", "工会卡"))
        assert not any(name in text for name in ("青岛服务</", "历下培训", "草稿", "过期"))
        assert "every month on day 28, next on 28 Nov 2026" in text
        assert "Product of 建设银行" in text
        assert 'rel="external noopener sponsored nofollow"' in text
        assert text.index("会员日") < text.index("not services of the stations") < text.index("工会卡")
        local = read("?division=370102")
        assert "历下培训" in local
        assert "青岛服务" not in local
        assert "历下培训" not in read("?division=370102&group=taxi")
        assert "全国法援" in read("?division=nowhere%00&group=pirates")
        station = make_station(operator=world.branch, division=jinan)
        page = Client(headers={"accept-language": "en"}).get(f"/s/{station.code}/").content.decode()
    assert "历下培训" in page
    assert "工会卡" not in page
    assert "/online-services/?division=370102" in page


@pytest.mark.parametrize(
    ("today", "day", "following"),
    [
        (date(2026, 11, 20), 28, date(2026, 11, 28)),
        (date(2026, 11, 28), 28, date(2026, 11, 28)),
        (date(2026, 11, 29), 28, date(2026, 12, 28)),
        (date(2026, 12, 29), 28, date(2027, 1, 28)),
        (date(2027, 2, 1), 31, date(2027, 2, 28)),
    ],
)
def test_a_day_of_the_month_comes_every_month(today: date, day: int, following: date) -> None:
    assert next_day(day, today) == following


def test_the_list_and_the_page_ask_as_little_for_fifty_as_for_two(world: World) -> None:
    def queries(client: Client, page: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    def grow(count: int) -> None:
        for number in range(count):
            make_service(world.branch, name=f"服务{number}", division=make_division(), partner=make_partner(world.bank))

    clients = {LIST: as_(world.officer), "/online-services/?division=370102": Client()}
    grow(2)
    few = [queries(client, page) for page, client in clients.items()]
    grow(48)
    assert [queries(client, page) for page, client in clients.items()] == few


def test_a_link_that_fails_twice_or_says_that_it_is_gone_is_on_the_desk(world: World) -> None:
    answers = {"https://a.example/": Answer(200), "https://b.example/": Answer(0, "timeout")}
    answers["https://c.example/"] = Answer(404)
    for url in answers:
        make_service(world.branch, name=url, url=url)

    def states() -> list[str]:
        return list(OnlineService.objects.order_by("url").values_list("link_state", flat=True))

    def look(days: int) -> int:
        return check_links(now=NOW + timedelta(days=days), ask=answers.__getitem__)

    assert look(0) == 3
    assert states() == ["alive", "doubtful", "dead"]
    assert check_links(now=NOW + timedelta(hours=1), ask=answers.__getitem__) == 0
    assert figures(world.officer)["link=dead"] == shown(as_(world.officer), f"{LIST}?link=dead") == 1
    assert look(1) == 3
    assert states() == ["alive", "dead", "dead"]
    answers["https://b.example/"] = Answer(403)
    look(2)
    assert states() == ["alive", "alive", "dead"]
    gone = OnlineService.objects.get(url="https://c.example/")
    page = as_(world.officer).get(f"{LIST}{gone.pk}/change/").content.decode()
    assert "Does not answer (404)" in page
    assert "did not answer when we last looked" in read()


def test_without_a_network_of_our_own_nobody_is_blamed(world: World) -> None:
    for name in ("a", "b", "c"):
        make_service(world.branch, name=name, url=f"https://{name}.example/")
    assert check_links(now=NOW, ask=lambda _url: Answer(0, "no_answer")) == 0
    assert set(OnlineService.objects.values_list("link_state", flat=True)) == {""}


def test_a_run_that_dies_keeps_what_was_answered_before(world: World) -> None:
    for name in ("a", "b", "c", "d"):
        make_service(world.branch, name=name, url=f"https://{name}.example/")
    answers = {"https://a.example/": Answer(0, "no_answer"), "https://b.example/": Answer(200)}
    with pytest.raises(KeyError):
        check_links(now=NOW, ask=answers.__getitem__)
    assert list(OnlineService.objects.order_by("url").values_list("link_state", flat=True)) == [
        "doubtful",
        "alive",
        "",
        "",
    ]


def test_the_clock_looks_at_nothing_where_there_is_nothing(world: World) -> None:
    make_service(world.branch)
    assert check_links_task() == 0
