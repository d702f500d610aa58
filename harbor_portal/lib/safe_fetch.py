"""Asking an address that a person typed whether it answers, without being led to what is not public.

Only http and https on their own ports; every address that the name stands for must be a public one, and the connection
goes to exactly the address that was looked at, so that a name cannot change its mind in between. Redirects are looked
at anew. Times, sizes and the number of redirects are bounded. See docs/online-services.md.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
TRANSLATED = IPv6Network("64:ff9b::/96")
"""Behind which stands an IPv4 address (RFC 6052)."""
MOST_REDIRECTS = 5
SECONDS = 10
"""For each step; and from the question to the whole head of the answer."""
LONGEST = 30
"""Seconds after which no further redirect is followed."""
MOST_BYTES = 64 * 1024
LONGEST_URL = 2000
AGENT = "HarborPortal-LinkCheck/1.0"

Resolve = Callable[[str, int], list[str]]
"""Host and port → its addresses, as text; OSError for a name that there is not."""


class NotAllowed(Exception):
    """The address leads to where nobody of the public could follow."""


@dataclass(frozen=True)
class Answer:
    """`status` is that of HTTP, or 0 where none came; then `problem` is a word for why."""

    status: int
    problem: str = ""

    @property
    def is_alive(self) -> bool:
        """There is something: also what wants a login, or thinks that we ask too often."""
        return 200 <= self.status < 400 or self.status in {401, 403, 405, 429}

    @property
    def is_gone(self) -> bool:
        """It says itself that it is not there any more."""
        return self.status in {404, 410}


def fetch(url: str, *, resolve: Resolve | None = None) -> Answer:
    """What the address answers in the end. Raises nothing."""
    try:
        return _follow(url, resolve or resolve_host)
    except NotAllowed:
        return Answer(0, "not_allowed")
    except ssl.SSLError:
        return Answer(0, "certificate")
    except TimeoutError:
        return Answer(0, "timeout")
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(0, "no_answer")


def resolve_host(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_kind, address in found]


def public_address(parts: SplitResult, resolve: Resolve) -> tuple[str, int]:
    """The address and port to connect to; NotAllowed unless all that the name stands for is public."""
    port = PORTS.get(parts.scheme)
    if port is None or not parts.hostname or parts.username or parts.password or parts.port not in {None, port}:
        raise NotAllowed
    found = resolve(parts.hostname, port)
    if not found or not all(_is_public(text) for text in found):
        raise NotAllowed
    # A machine without IPv6 is told such addresses, too, and could not connect to them.
    return min(found, key=lambda text: ip_address(text.partition("%")[0]).version), port


def _is_public(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if isinstance(address, IPv6Address) and address in TRANSLATED:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in (address, inner))


def _follow(url: str, resolve: Resolve) -> Answer:
    began = time.monotonic()
    for _redirect in range(MOST_REDIRECTS + 1):
        if time.monotonic() - began > LONGEST:
            raise TimeoutError
        if len(url) > LONGEST_URL:
            raise NotAllowed
        status, location = _ask(urlsplit(url), resolve)
        if status not in {301, 302, 303, 307, 308} or not location:
            return Answer(status)
        url = urljoin(url, location)
    return Answer(0, "redirects")


def _ask(parts: SplitResult, resolve: Resolve) -> tuple[int, str]:
    """Status and where it leads on; of the content no more is read than shows that some comes."""
    address, port = public_address(parts, resolve)
    host = str(parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(ord(letter) < 33 or ord(letter) > 126 for letter in path + host):
        raise NotAllowed  # a browser would have written these letters otherwise
    connection = _Pinned(address, port, host, is_secure=parts.scheme == "https")
    # Whoever sends a letter every few seconds never runs into the time-out of the socket.
    alarm = Timer(SECONDS, connection.cut)
    alarm.daemon = True
    try:
        connection.connect()
        began = time.monotonic()
        alarm.start()
        connection.request("GET", path, headers={"Host": host, "User-Agent": AGENT, "Accept": "*/*"})
        response = connection.getresponse()
        alarm.cancel()
        if time.monotonic() - began > SECONDS:
            raise TimeoutError
        left = MOST_BYTES
        while left > 0 and (chunk := response.read1(min(left, 8192))):
            left -= len(chunk)
            if time.monotonic() - began > SECONDS:
                raise TimeoutError
        return response.status, response.headers.get("Location", "")
    finally:
        alarm.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Connects to an address that was looked at, and asks there for the host by its name."""

    def __init__(self, address: str, port: int, host: str, *, is_secure: bool) -> None:
        super().__init__(address, port, timeout=SECONDS)
        self._name = host
        self._is_secure = is_secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.host, self.port), self.timeout)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._name)

    def cut(self) -> None:
        """From another thread: whatever is waited for on this connection ends now."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
