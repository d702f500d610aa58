"""Changing the language."""

import pytest
from django.test import Client


def test_the_language_is_remembered_and_the_visitor_returns_to_where_she_was(client: Client) -> None:
    response = client.get("/language/en/?next=/stations/%3Fq%3D%E6%B3%89")
    assert response.status_code == 302
    assert response["Location"] == "/stations/?q=%E6%B3%89"
    assert 'lang="en"' in client.get("/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_another_site(client: Client, target: str) -> None:
    assert client.get("/language/en/", {"next": target})["Location"] == "/"


@pytest.mark.django_db
def test_a_language_that_the_portal_does_not_speak_is_not_found(client: Client) -> None:
    assert client.get("/language/xx/").status_code == 404


def test_an_address_says_its_language_whatever_cookie_and_browser_say(client: Client) -> None:
    client.cookies["django_language"] = "zh-hans"
    response = client.get("/?lang=en", headers={"accept-language": "zh-CN"})
    assert 'lang="en"' in response.content.decode()
    assert response["Content-Language"] == "en"
    assert not response.cookies
    assert 'lang="zh-hans"' in client.get("/").content.decode()


def test_who_never_chose_a_language_keeps_that_of_the_address_for_the_visit(client: Client) -> None:
    cookie = client.get("/?lang=en").cookies["django_language"]
    assert (cookie.value, cookie["max-age"]) == ("en", "")
    assert 'lang="en"' in client.get("/").content.decode()


def test_an_address_in_an_unknown_language_is_read_as_if_it_named_none(client: Client) -> None:
    response = client.get("/?lang=xx")
    assert 'lang="zh-hans"' in response.content.decode()
    assert not response.cookies


@pytest.mark.parametrize(
    ("before", "after"),
    [("/?lang=en", "/"), ("/?lang=en&q=x", "/?q=x"), ("/?q=x&lang=en", "/?q=x"), ("/?slang=en", "/?slang=en")],
)
def test_choosing_a_language_ends_that_of_the_address(client: Client, before: str, after: str) -> None:
    assert client.get("/language/zh-hans/", {"next": before})["Location"] == after


def test_large_letters_are_had_and_left_without_a_script(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/letters/large/?next=%2F"' in page
    assert "large-text" not in page
    response = client.get("/letters/large/?next=/%3Fq%3Dx")
    assert response["Location"] == "/?q=x"
    assert not response.cookies["letters"]["httponly"]
    page = client.get("/").content.decode()
    assert 'class="large-text page' in page
    assert 'href="/letters/normal/?next=%2F"' in page
    client.get("/letters/normal/")
    assert "large-text" not in client.get("/").content.decode()
