"""From where something is done: the address and, in two words, the device.

Of whoever only visits nothing is kept (`harbor_portal.lib.history` asks for staff alone), and of staff for a time.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from simple_history.models import HistoricalRecords

from harbor_portal.lib.http import client_address

KEPT = timedelta(days=184)
"""How long addresses and devices stand beside what was done: half a year, as the Cybersecurity Law asks of logs."""
LONGEST_DEVICE = 40
# Of what browsers say of themselves the first that matches counts: nearly all of them claim to be the ones below.
BROWSERS = (
    ("WeChat", "MicroMessenger"),
    ("DingTalk", "DingTalk"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Quark", "Quark/"),
    ("UC", "UCBrowser/"),
    ("QQ", "M?QQBrowser/"),
    ("Huawei", "HuaweiBrowser/"),
    ("Mi", "MiuiBrowser/"),
    ("Firefox", r"(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|CriOS|Chromium)/"),
    ("Safari", "Safari/"),
)
SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X|Macintosh"),
    ("Linux", "Linux|X11"),
)


@dataclass(frozen=True)
class Origin:
    """`address` is None and `device` "" where nobody knows: by the clock, by a command."""

    address: str | None = None
    device: str = ""


NOWHERE = Origin()
_acting: ContextVar[Origin | None] = ContextVar("acting_from", default=None)


def device_of(user_agent: str) -> str:
    """For example "Chrome · Android": enough to know one's own devices by, too little to follow anybody."""
    found = (
        next((name for name, pattern in names if re.search(pattern, user_agent)), "") for names in (BROWSERS, SYSTEMS)
    )
    return " · ".join(filter(None, found))[:LONGEST_DEVICE]


def origin_of(request: Any) -> Origin:
    try:
        address = str(ip_address(client_address(request)))
    except ValueError:  # a socket without one, or a proxy's joke
        address = None
    return Origin(address, device_of(request.headers.get("User-Agent", "")))


def current_origin() -> Origin:
    """From where the running request comes, or what was sent before that is worked on now."""
    if (acting := _acting.get()) is not None:
        return acting
    request = getattr(HistoricalRecords.context, "request", None)
    if request is None:
        return NOWHERE
    # A program that acts by a key has said which one it is.
    return getattr(request, "origin", None) or origin_of(request)


@contextmanager
def acting_from(origin: Origin) -> Iterator[None]:
    """For work that is done later than it was asked for, by another process."""
    token = _acting.set(origin)
    try:
        yield
    finally:
        _acting.reset(token)
