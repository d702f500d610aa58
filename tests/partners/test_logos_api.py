"""Logos of partners and signs of programmes by programs."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.conftest import World
from tests.factories import make_partner, make_programme
from tests.pictures import picture_file
from tests.services.api.test_office_writes import API, fields
from tests.stations.api.test_keys import error, with_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def put(client: Client, path: str, picture: Any = None) -> Any:
    sent = encode_multipart(BOUNDARY, {"picture": picture or picture_file()})
    return client.put(f"{API}{path}", sent, content_type=MULTIPART_CONTENT)


@pytest.mark.parametrize("of", ["partner", "programme"])
def test_a_logo_is_put_replaced_and_taken_away(world: World, of: str) -> None:
    if of == "partner":
        row: Any = make_partner(world.branch)
        path, one = f"partners/{row.code}/logo/", f"{API}partners/{row.code}/"
    else:
        row = make_programme(owner=world.branch)
        path, one = f"programmes/{row.code}/sign/", f"{API}programmes/{row.code}/"
    client, auditor = with_key(world.officer), with_key(world.auditor)
    assert error(put(Client(), path)) == (401, "not_authenticated")
    assert error(put(auditor, path)) == (403, "refused")
    assert error(auditor.delete(f"{API}{path}")) == (403, "refused")
    assert fields(put(client, path, SimpleUploadedFile("x.jpg", b"%PDF-1.7"))) == ["picture"]
    assert client.get(one).json()["logo"] is None
    hung = put(client, path).json()["logo"]
    line = row.history.latest("history_id")
    assert (line.history_user, line.history_device) == (world.officer, "API · 门口计数器")
    assert hung.endswith(".webp")
    assert put(client, path).json()["logo"] != hung
    assert client.delete(f"{API}{path}").status_code == 204
    assert client.get(one).json()["logo"] is None
    assert error(put(client, path.replace(row.code, "ABCDEFGH"))) == (404, "not_found")
