"""A wish from nomination to thanks, as those see it who take part; no page of others names the family."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from services.models import Wish
from tests.browser.conftest import PHONE, NewPage, assert_accessible, log_in
from tests.conftest import World
from tests.dumping import dumped
from tests.services.wishing import ADDRESS, NAME, SITUATION, checker
from tests.services.wishing import PHONE as NUMBER

SECRETS = (NAME, NUMBER, ADDRESS, SITUATION)


HELPER, HELPERS_PHONE = "慕容雪松", "13964110088"


def test_a_wish_comes_true_and_nobody_learns_whose_it_was(
    new_page: NewPage, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    officer, second, public = (new_page(**PHONE) for _person in range(3))
    log_in(officer, world.officer)
    log_in(second, checker(world))
    nominate(officer)
    wish = Wish.objects.get()
    page = f"/admin/services/wish/{wish.pk}/change/"
    press(second, page, "[value=approve]")
    press(officer, page, "[action$='/publish/'] button")
    public.goto("/wishes/")
    assert_accessible(public)
    public.locator(".wish-card a").click()
    public.fill("#offer-name", HELPER)
    public.fill("#offer-phone", HELPERS_PHONE)
    public.locator("[name=agreed]").check()
    assert_accessible(public)
    public.locator(".wish-offer button").click()
    expect(public.locator(".notice")).to_be_visible()
    assert_unnamed(public)
    press(officer, page, "[formaction$='/accept/']")
    officer.fill("#fulfil-proof", "已送到家里")
    officer.locator("[action$='/fulfil/'] button").click()
    expect(officer.locator(".wish-code")).to_contain_text(wish.spelt_receipt)
    assert_accessible(officer)
    assert_unnamed(officer)
    public.goto(f"/wishes/came-true/{wish.receipt}/")
    assert_accessible(public)
    public.fill("#answer-words", f"我是{NAME}，谢谢")
    public.locator("[value=yes]").click()
    expect(public.locator(".notice")).to_be_visible()
    officer.goto(f"/admin/services/wish/{wish.pk}/family/")
    officer.fill("#family-why", "看看家里怎么说")
    officer.locator(".inspection-begin button").click()
    expect(officer.locator(".report-facts")).to_contain_text(f"我是{NAME}，谢谢")
    officer.goto(page)
    officer.fill("#thank-text", "谢谢送来的温暖。")
    officer.locator("[action$='/thank/'] button").click()
    expect(officer.locator(".report-badge")).to_be_visible()
    public.goto("/wishes/")
    expect(public.locator(".wish-true")).to_contain_text("谢谢送来的温暖")
    for one in (officer, public):
        assert_unnamed(one)
    assert_accessible(public)
    backup = dumped()
    assert "COPY public.services_wishfamily" in backup
    assert "谢谢送来的温暖" in backup
    told = [public.request.get(address).text() for address in ("/api/v1/wishes/", f"/api/v1/wishes/{wish.code}/")]
    assert all("谢谢送来的温暖" in answer for answer in told)
    assert public.request.get("/wishes/00000000/").status == 404
    assert "/wishes/00000000/" in caplog.text  # what the server logs is read here
    for text in (backup, caplog.text, *told):
        assert not [secret for secret in (*SECRETS, HELPER, HELPERS_PHONE) if secret in text]


def nominate(page: Page) -> None:
    page.goto("/admin/services/wish/add/")
    assert_accessible(page)
    needed = timezone.localdate() + timedelta(days=20)
    fields = {"wish-title": "一台电暖器", "wish-text": "屋里冷。", "wish-needed": str(needed), "family-name": NAME}
    fields |= {"family-phone": NUMBER, "family-address": ADDRESS, "family-situation": SITUATION}
    for name, value in fields.items():
        page.fill(f"#{name}", value)
    page.locator("[name=agreed]").check()
    page.locator(".office-button-main").click()
    expect(page.locator(".report-badge")).to_be_visible()


def press(page: Page, address: str, button: str) -> None:
    page.goto(address)
    assert_unnamed(page)
    page.locator(button).click()
    expect(page.locator(".messagelist")).to_be_visible()


def assert_unnamed(page: Page) -> None:
    content = page.content()
    assert not [secret for secret in SECRETS if secret in content]
