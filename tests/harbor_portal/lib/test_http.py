"""Who asks, and from where."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from harbor_portal.lib.http import client_address, same_origin_only


@pytest.mark.parametrize(
    ("behind_proxy", "claimed", "address"),
    [
        (True, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
        (False, "6.6.6.6", "127.0.0.1"),
    ],
)
def test_only_the_proxys_own_word_counts(
    rf: RequestFactory, settings: Settings, behind_proxy: bool, claimed: str, address: str
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    assert client_address(rf.get("/", headers={"X-Forwarded-For": claimed})) == address


@same_origin_only
def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://testserver"},
        {"Origin": "https://portal.example"},
        {"Referer": "http://testserver/s/7Q2K9F3M/"},
        {},
    ],
)
def test_our_own_page_may_send_a_form_without_a_token(
    rf: RequestFactory, settings: Settings, headers: dict[str, str]
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://portal.example"]
    assert answer(rf.post("/", headers=headers)).content == b"done"
    assert answer.csrf_exempt  # type: ignore[attr-defined]  # the mark that Django's middleware looks for


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://testserver"},
        {"Origin": "null"},
        {"Referer": "http://testserver.evil.example/"},
        {"Referer": "nonsense"},
    ],
)
def test_another_site_may_not(rf: RequestFactory, headers: dict[str, str]) -> None:
    with pytest.raises(PermissionDenied, match="another website"):
        answer(rf.post("/", headers=headers))


def test_reading_is_free(rf: RequestFactory) -> None:
    assert answer(rf.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200
