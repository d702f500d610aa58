"""How the portal itself serves the published files."""

import gzip
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.test import Client
from django.urls import reverse

from harbor_portal.portal import fast_lane
from stations.publishing.store import Store

CONTENT = b'{"version":1}'
LEAF = "leaves/1321-01234567.json"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> None:
    settings.PUBLISH_ROOT = tmp_path
    (tmp_path.parent / "secret.json").write_text("secret")
    for name in ("index.json", LEAF, "live/r.json", "catalogue/01234567.json", "other.json"):
        Store(tmp_path).write(name, CONTENT)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("gzip;q=0, br; q=0.000", ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_the_smallest_accepted_encoding_is_served(client: Client, accepted: str, encoding: str) -> None:
    response = client.get("/map/index.json", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding", "") == encoding
    decoders = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
    assert decoders[encoding](response.content) == CONTENT
    assert response["Content-Type"] == "application/json"
    assert "Accept-Encoding" in response["Vary"]


@pytest.mark.parametrize(
    ("path", "cache_control"),
    [
        ("index.json", "no-cache"),
        ("live/r.json", "public, max-age=60"),
        (LEAF, "public, max-age=31536000, immutable"),
        ("catalogue/01234567.json", "public, max-age=31536000, immutable"),
    ],
)
def test_each_kind_of_file_says_how_long_it_holds(client: Client, path: str, cache_control: str) -> None:
    assert client.get(f"/map/{path}")["Cache-Control"] == cache_control


def test_a_browser_that_has_the_index_is_told_so(client: Client) -> None:
    etag = client.get("/map/index.json")["ETag"]
    again = client.get("/map/index.json", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    other = client.get("/map/index.json", headers={"If-None-Match": etag, "Accept-Encoding": "br"})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "../secret.json",
        "leaves/../../secret.json",
        "%2e%2e/secret.json",
        "other.json",
        "index.json.br",
        "index.json%0a",
        "leaves/1-01234567.json",
        "leaves/9-01234567.json",
        "live/",
        "",
    ],
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(f"/map/{path}").status_code == 404


def test_the_map_is_only_read(client: Client) -> None:
    assert client.post("/map/index.json").status_code == 405


def test_reading_the_map_needs_no_query_and_no_session(
    db: None, client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = client.get(f"/map/{LEAF}")
    assert "Cookie" not in response["Vary"]
    assert "Set-Cookie" not in response


def test_the_map_is_answered_with_few_headers_and_as_the_view_would(db: None, client: Client, settings: Any) -> None:
    fast = client.get(f"/map/{LEAF}", headers={"Accept-Encoding": "br"})
    assert set(fast.headers) == {
        *("Content-Type", "Content-Encoding", "ETag", "Cache-Control"),
        *("Access-Control-Allow-Origin", "Vary", "X-Content-Type-Options"),
    }
    assert (fast["Vary"], fast["X-Content-Type-Options"]) == ("Accept-Encoding", "nosniff")
    assert reverse("published", args=[LEAF]) == fast_lane.MAP + LEAF
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "fast_lane" not in name]
    slow = Client().get(f"/map/{LEAF}", headers={"Accept-Encoding": "br"})
    assert (slow.content, slow["ETag"], slow["Cache-Control"]) == (fast.content, fast["ETag"], fast["Cache-Control"])
