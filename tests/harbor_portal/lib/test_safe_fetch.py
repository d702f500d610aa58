"""Asking an address whether it answers, and being led nowhere else."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from harbor_portal.lib import safe_fetch
from harbor_portal.lib.safe_fetch import Answer, NotAllowed, fetch, public_address

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user@example.org/",
        "http://example.org:22/",
        "https://example.org:80/",
        "http:///x",
        "javascript:alert(1)",
    ],
)
def test_only_http_and_https_on_their_own_ports_without_a_login(url: str) -> None:
    with pytest.raises(NotAllowed):
        public_address(urlsplit(url), lambda _host, _port: [PUBLIC])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.5.4",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_no_address_within_walls_is_asked_even_beside_a_public_one(address: str) -> None:
    def found_alone(_host: str, _port: int) -> list[str]:
        return [address]

    def found_second(_host: str, _port: int) -> list[str]:
        return [PUBLIC, address]

    for resolve in (found_alone, found_second):
        assert fetch("http://example.org/", resolve=resolve) == Answer(0, "not_allowed")


def test_a_public_address_is_connected_to_as_it_was_looked_at() -> None:
    parts = urlsplit("https://example.org/x")
    assert public_address(parts, lambda _host, _port: [PUBLIC, "2606:2800:220:1::1"]) == (PUBLIC, 443)


def test_what_is_no_address_has_no_answer() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError

    assert fetch("http://nowhere.example/", resolve=unknown) == Answer(0, "no_answer")
    assert fetch("http://[::1", resolve=unknown) == Answer(0, "no_answer")
    assert fetch("http://example.org/ä", resolve=lambda _host, _port: [PUBLIC]) == Answer(0, "not_allowed")
    assert fetch("http://example.org/" + "x" * 2000, resolve=lambda _host, _port: [PUBLIC]).problem == "not_allowed"


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/drip":
            self._drip()
            return
        status, where = {
            "/": (200, ""),
            "/gone": (404, ""),
            "/on": (302, "/"),
            "/round": (302, "/round"),
            "/inside": (302, "http://10.0.0.1/"),
            "/elsewhere": (302, "file:///etc/passwd"),
        }[self.path]
        assert self.headers["Host"] == "site.example"
        self.send_response(status)
        if where:
            self.send_header("Location", where)
        self.end_headers()
        if status == 200:
            self.wfile.write(b"x" * 300_000)

    def _drip(self) -> None:
        """A head that never ends, a letter at a time."""
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
            for _letter in range(60):
                self.wfile.write(b"x")
                time.sleep(0.1)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A site on this machine, which for once counts as public, on the port of the world."""
    server = HTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    real = socket.create_connection

    def connect(_address: tuple[str, int], timeout: float) -> object:
        return real(("127.0.0.1", server.server_port), timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    yield
    server.shutdown()
    server.server_close()


def test_redirects_are_followed_and_each_is_looked_at_anew(site: None) -> None:
    def resolve(host: str, _port: int) -> list[str]:
        return [PUBLIC if host == "site.example" else host]

    answers = {
        path: fetch(f"http://site.example{path}", resolve=resolve)
        for path in ("/", "/gone", "/on", "/round", "/inside", "/elsewhere")
    }
    assert answers == {
        "/": Answer(200),
        "/gone": Answer(404),
        "/on": Answer(200),
        "/round": Answer(0, "redirects"),
        "/inside": Answer(0, "not_allowed"),
        "/elsewhere": Answer(0, "not_allowed"),
    }
    assert answers["/"].is_alive
    assert answers["/gone"].is_gone


def test_who_answers_a_letter_at_a_time_holds_nobody_up(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_fetch, "SECONDS", 0.5)
    answer = fetch("http://site.example/drip", resolve=lambda _host, _port: [PUBLIC])
    assert answer in {Answer(0, "timeout"), Answer(0, "no_answer")}


def test_redirects_come_to_an_end_in_time(site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_fetch, "LONGEST", -1)
    assert fetch("http://site.example/on", resolve=lambda _host, _port: [PUBLIC]) == Answer(0, "timeout")
