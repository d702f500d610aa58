"""How the portal itself serves photos."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

NAME = "0123456789abcdef-480.webp"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    for name in (f"photos/{NAME}", "photos/notes.txt", f"feedback/{NAME}"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"content")


def test_a_photo_is_kept_for_a_year_and_taken_for_nothing_else(client: Client) -> None:
    response = client.get(f"/media/photos/{NAME}")
    assert response.content == b"content"
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response


@pytest.mark.parametrize(
    "path",
    [
        "photos/ffffffffffffffff-480.webp",
        "photos/notes.txt",
        f"photos/../feedback/{NAME}",
        f"photos/..%2ffeedback/{NAME}",
        f"feedback/{NAME}",
        "photos/",
    ],
)
def test_nothing_else_can_be_had(client: Client, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


def test_photos_are_only_read(client: Client) -> None:
    assert client.post(f"/media/photos/{NAME}").status_code == 405
