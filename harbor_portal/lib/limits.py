"""How often something may be done at addresses open to anybody: counted in Valkey, for all processes together."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address

import redis
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

PREFIX = "limit"
PATIENCE = 0.5
"""Seconds that a person waits at most for the counter to answer."""
PAUSE = 15
"""Seconds for which a counter that failed is left alone."""
_away_until = 0.0
_SPEND = """
for number, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or 0) >= tonumber(ARGV[2 * number - 1]) then
        return number
    end
end
for number, key in ipairs(KEYS) do
    redis.call('INCR', key)
    redis.call('EXPIRE', key, ARGV[2 * number], 'NX')
end
return 0
"""
"""Run by Valkey as one step. The number of the first key that is full; where none is, each has one more."""


@dataclass(frozen=True)
class Limit:
    """At most `most` times within `seconds`, by windows of that length that begin at the local midnight of 1970."""

    name: str
    most: int
    seconds: int


def spend(costs: Sequence[tuple[Limit, str]]) -> Limit | None:
    """Count one for each (limit, who) and return None; or count nothing and return the first limit that is used up.

    Decided in one step, so that requests at the same moment do not slip through together. What is refused costs nobody
    anything: whoever insists beyond a limit of their own does not use up those that they share with others. `who` is
    kept as a hash, for the length of the window. Without Valkey nothing is limited: it is better to count a few too
    many than to turn everybody away.
    """
    global _away_until  # noqa: PLW0603 - what this process knows of Valkey
    if time.monotonic() < _away_until:
        return None
    try:
        full = _count([(_key(limit, who), limit) for limit, who in costs])
    except (redis.RedisError, OSError) as error:
        _away_until = time.monotonic() + PAUSE
        logger.warning("nothing is limited for %d s, the counter is away: %s", PAUSE, error)
        return None
    return costs[full - 1][0] if full else None


def seconds_left(limit: Limit) -> int:
    """Until the limit's window ends."""
    return limit.seconds - _local_seconds() % limit.seconds


def network_of(address: str) -> str:
    """What is counted as one address: of IPv6 the 64 bits of the network, since a phone chooses the rest freely."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or f"{int(known) >> 64:x}/64")
    return str(known)


def _count(keys: Sequence[tuple[str, Limit]]) -> int:
    """From 1 the number of the key that is full; 0 if all were counted."""
    numbers = [number for _key, limit in keys for number in (limit.most, limit.seconds)]
    return int(_client(settings.REDIS_URL).eval(_SPEND, len(keys), *(key for key, _limit in keys), *numbers))


def _key(limit: Limit, who: str) -> str:
    window = _local_seconds() // limit.seconds
    return f"{PREFIX}:{limit.name}:{window}:{salted_hmac(limit.name, who).hexdigest()[:20]}"


def _local_seconds() -> int:
    """By the local clock, so that a limit of a day begins anew at midnight."""
    ahead = timezone.localtime().utcoffset() or timedelta()
    return int(time.time() + ahead.total_seconds())


@cache
def _client(url: str) -> redis.Redis:
    # Celery's name for a socket is not redis-py's.
    return redis.Redis.from_url(
        url.replace("redis+socket://", "unix://", 1), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
