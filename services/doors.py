"""The signed address that the code on a station's door holds.

Whoever knows a station's public code could otherwise check in there from anywhere. The signature is made of the
station's code and the serial number of its door code, with the portal's secret key; it cannot be guessed, but it can be
photographed. Then the code is renewed, and what was printed before no longer counts.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from services.models import DoorCode
from services.models.doors import FIRST_SERIAL
from stations.models import Station
from stations.moved import merged_stations

SALT = "services.doors"
LENGTH = 10
"""Characters of 6 bits each: 2^60 guesses, over a network, to count one visit."""

Verdict = Literal["holds", "replaced", "missing"]


def door_serial(station: Station) -> int:
    return door_serials([station])[station.pk]


def door_serials(stations: Iterable[Station]) -> dict[int, int]:
    """Station id → the serial number of the code that holds. One query."""
    first = {station.pk: FIRST_SERIAL for station in stations}
    return first | dict(DoorCode.objects.filter(station__in=first).values_list("station", "serial"))


def door_key(station: Station, serial: int) -> str:
    """What stands in the address as `k`: the serial number and its signature."""
    return _key(station.code, serial, settings.SECRET_KEY)


def checkin_address(station: Station, serial: int) -> str:
    """What the code on the door holds."""
    return f"{settings.PUBLIC_URL}{reverse('checkin', args=[station.code])}?k={door_key(station, serial)}"


def judge(station: Station, key: str) -> Verdict:
    """Whether this is the code on the station's door, a former one, or none at all.

    Posters outlive a change of the secret key as long as the former key stands in SECRET_KEY_FALLBACKS.
    """
    text = key.partition("-")[0]
    # No sign, no leading zero, no other script's digits: of each serial number there is one way to write it.
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return "missing"
    serial = int(text)
    door = next((door for door in _doors(station) if _is_signed(key, door.code, serial)), None)
    if door is None:
        return "missing"
    return "holds" if serial == door_serial(door) else "replaced"


def _doors(station: Station) -> Iterator[Station]:
    """The station's own code, and those that hang there still from stations that were merged into it."""
    yield station
    yield from merged_stations(station)


def _is_signed(key: str, code: str, serial: int) -> bool:
    keys = [_key(code, serial, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return any(constant_time_compare(key, known) for known in keys)


def _key(code: str, serial: int, secret: str) -> str:
    return f"{serial}-{Signer(key=secret, salt=SALT).signature(f'{code}:{serial}')[:LENGTH]}"
