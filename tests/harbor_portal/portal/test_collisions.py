"""What two people enter at the same moment stands once, and the second reads a sentence."""

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse
from psycopg2.errors import DeadlockDetected

from partners.models import Programme
from tests.conftest import World

pytestmark = pytest.mark.django_db
BEE = {"code": "bee", "name": "小蜜蜂驿站", "name_en": "Little Bee", "colour": "#0b6e6e"}
SENTENCE = "Somebody else changed it this very moment. Look again, and then try again."


@pytest.fixture
def admin(world: World) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.admin)
    return client


@pytest.fixture
def quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody enters it after the other was told that it is free."""
    Programme.objects.create(**BEE)
    monkeypatch.setattr(Programme, "validate_unique", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(Programme, "validate_constraints", lambda *_args, **_kwargs: None)
    monkeypatch.setattr("partners.api.programmes.once", lambda _holder, _known, make, **_said: make())


@pytest.mark.usefixtures("quicker")
def test_who_comes_second_on_a_page_reads_why(admin: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = admin.post(reverse("admin:partners_programme_add"), BEE | {"order": 0, "reason": "新品牌"})
    assert answer.status_code == 409
    assert SENTENCE in answer.text
    assert Programme.objects.filter(code="bee").count() == 1
    assert "partners_programme_code_key" in caplog.text
    assert "(bee)" not in caplog.text, "the values may be somebody's"


@pytest.mark.usefixtures("quicker")
def test_a_program_reads_it_as_an_error_like_any_other(admin: Client) -> None:
    answer = admin.post("/api/v1/office/programmes/", BEE, content_type="application/json")
    assert answer.status_code == 409
    assert answer.json() == {"error": {"code": "stale", "message": SENTENCE, "fields": {}}}


def test_what_else_a_database_refuses_is_a_fault_of_ours(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_kwargs: Any) -> None:
        raise IntegrityError("violates a check")

    monkeypatch.setattr("partners.api.programmes.create_programme", fail)
    admin.raise_request_exception = False
    assert admin.post("/api/v1/office/programmes/", BEE, content_type="application/json").status_code == 500


def test_of_two_who_wait_for_each_other_one_reads_why(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_kwargs: Any) -> None:
        raise OperationalError("deadlock detected") from DeadlockDetected()

    monkeypatch.setattr("partners.api.programmes.create_programme", fail)
    answer = admin.post("/api/v1/office/programmes/", BEE, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale")


def test_what_somebody_took_away_meanwhile_is_said(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_kwargs: Any) -> None:
        raise Programme.DoesNotExist

    monkeypatch.setattr("partners.api.programmes.create_programme", fail)
    answer = admin.post("/api/v1/office/programmes/", BEE, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["message"]) == (409, SENTENCE)
