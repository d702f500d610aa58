"""Who asks."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from harbor_portal.lib.http import client_address


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
