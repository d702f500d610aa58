"""Papers of agreements, activities and grants by programs: what the pages do, by the same rules."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import AgreementDocument
from services.actions.grants import approve_grant, note_payment
from services.models import ActivityFile, GrantFile, SentWrite
from tests.conftest import World
from tests.factories import make_activity, make_batch, make_grant
from tests.partners import agreeing
from tests.services.api.test_office_writes import API, fields, send
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db
PAPER, OTHER, NO_PAPER = b"%PDF-1.7 a", b"%PDF-1.7 b", b"MZ"


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, path: str, content: bytes = PAPER, **given: Any) -> Any:
    file = SimpleUploadedFile("发票.pdf" if content != NO_PAPER else "a.exe", content)
    return client.post(f"{API}{path}/", {"client_key": str(uuid4()), "file": file} | given)


def of_agreement(world: World) -> dict[str, Any]:
    return {"agreement": agreeing.draft(world.officer, world.branch, world.station).pk, "title": "扫描件"}


def of_activity(world: World) -> dict[str, Any]:
    return {"activity": make_activity(world.branch, world.station).code}


def of_grant(world: World) -> dict[str, Any]:
    batch = make_batch(world.branch, title=str(uuid4()))
    return {"grant": make_grant(world.station, batch, world.officer).pk}


KINDS: list[tuple[str, type[Any], Callable[[World], dict[str, Any]]]] = [
    ("documents", AgreementDocument, of_agreement),
    ("activity-files", ActivityFile, of_activity),
    ("grant-files", GrantFile, of_grant),
]
with_kinds = pytest.mark.parametrize(("path", "model", "about"), KINDS)


@with_kinds
def test_a_paper_is_kept_once(world: World, path: str, model: Any, about: Callable[[World], dict[str, Any]]) -> None:
    client, given, key = with_key(world.officer), about(world), str(uuid4())
    made = [upload(client, path, **given, client_key=key).json() for _again in range(2)]
    assert (made[0], model.objects.get().by) == (made[1], world.officer)
    assert error(upload(client, path, OTHER, **given, client_key=key)) == (409, "stale")
    one = f"{path}/{made[0]['id']}/"
    assert client.get(f"{API}{one}").json() == made[0]
    [name] = given.keys() - {"title"}
    assert client.get(f"{API}{path}/", {name: given[name]}).json()["results"] == [made[0]]
    for nonsense in ("9" * 30, "9" * 5000, "x\0"):
        assert fields(client.get(f"{API}{path}/", {name: nonsense})) == [name]
    gone = client.delete(f"{API}{one}").status_code
    assert (gone, model.objects.count()) == ((405, 1) if path == "grant-files" else (204, 0))


@with_kinds
def test_papers_are_sent_by_those_who_may(
    world: World, path: str, model: Any, about: Callable[[World], dict[str, Any]]
) -> None:
    given = about(world)
    officer, auditor, outsider = (with_key(user) for user in (world.officer, world.auditor, world.outsider))
    assert error(upload(Client(), path, **given)) == (401, "not_authenticated")
    assert error(upload(auditor, path, **given)) == (403, "refused")
    [name] = given.keys() - {"title"}
    assert fields(upload(outsider, path, **given)) == [name]
    assert fields(upload(officer, path, NO_PAPER, **given)) == ["file"]
    assert fields(upload(officer, path, **given | {"file": ""})) == ["file"]
    assert fields(upload(officer, path, **given | {"client_key": "x"})) == ["client_key"]
    assert (model.objects.exists(), SentWrite.objects.exists()) == (False, False)
    made = upload(officer, path, **given).json()["id"]
    assert error(outsider.get(f"{API}{path}/{made}/")) == (404, "not_found")
    if path != "grant-files":
        assert error(auditor.delete(f"{API}{path}/{made}/")) == (403, "refused")


@with_kinds
def test_a_page_of_many_costs_as_many_queries_as_one_of_two(
    world: World, path: str, model: Any, about: Callable[[World], dict[str, Any]]
) -> None:
    client, given = with_key(world.officer), about(world)

    def queries(count: int) -> int:
        for _number in range(count):
            assert upload(client, path, **given).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(f"{API}{path}/").json()["results"]) == model.objects.count()
        return len(captured)

    assert queries(2) == queries(4)


def test_what_was_paid_is_accounted_for_with_its_papers(world: World) -> None:
    grant = make_grant(world.station, make_batch(world.branch), world.officer)
    approve_grant(grant=grant, amount=Decimal(2000), reason="", by=world.admin)
    note_payment(grant=grant, day=timezone.localdate(), by=world.admin)
    client, path = with_key(world.officer), f"grants/{grant.pk}/account/"
    said = {"spent": "1800.50", "account": "更换滤芯"}
    assert fields(send(client, path, **said)) == ["file"]
    assert upload(client, "grant-files", grant=grant.pk).status_code == 200
    assert fields(send(client, path, **said | {"spent": "2001"})) == ["spent"]
    assert error(send(with_key(world.auditor), path, **said)) == (403, "refused")
    told = send(client, path, **said).json()
    assert (told["state"], told["amount_spent"]) == ("accounted", 1800.5)
    assert error(send(client, path, **said)) == (409, "stale")
    assert error(upload(client, "grant-files", grant=grant.pk)) == (403, "refused")
