"""Pages are compressed for browsers that understand it."""

import gzip

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/stations/"])
def test_a_page_is_compressed_for_who_accepts_it(client: Client, path: str) -> None:
    plain = client.get(path)
    response = client.get(path, headers={"accept-encoding": "gzip, br"})
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert len(response.content) < len(plain.content) / 2
    assert b"<html" in gzip.decompress(response.content)
    assert "Content-Encoding" not in plain


@pytest.mark.django_db
def test_what_is_no_page_is_left_as_it_is(client: Client) -> None:
    assert "Content-Encoding" not in client.get("/api/v1/stations/", headers={"accept-encoding": "gzip"})
