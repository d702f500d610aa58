"""What a deployment gets wrong is found before its users find it."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings


def found() -> set[str]:
    ids = [str(message.id) for message in run_checks(include_deployment_checks=True)]
    return {one for one in ids if one.startswith("portal.")}


@pytest.fixture(autouse=True)
def good(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    settings.ALLOWED_HOSTS = ["portal.example"]
    settings.SECURE_SSL_REDIRECT = settings.BEHIND_PROXY = True


def test_nothing_is_said_of_a_good_configuration() -> None:
    assert found() == set()


def test_a_public_address_without_https_is_warned_of(settings: Settings) -> None:
    settings.PUBLIC_URL = "http://portal.example"
    assert found() == {"portal.W001"}


def test_a_public_address_that_the_portal_would_refuse_is_warned_of(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["other.example"]
    assert found() == {"portal.W002"}


def test_an_endless_redirect_is_warned_of(settings: Settings) -> None:
    settings.BEHIND_PROXY = False
    assert found() == {"portal.W003"}


def test_a_folder_that_cannot_be_written_is_an_error(settings: Settings) -> None:
    settings.VAR_DIR = Path("/dev/null/portal")
    assert found() == {"portal.E001"}


@pytest.mark.parametrize("address", ["portal.example", "ftp://portal.example", "https://portal.example/path"])
def test_a_public_address_must_be_an_origin(settings: Settings, address: str) -> None:
    settings.PUBLIC_URL = address
    assert "portal.E002" in found()
