"""How often something may be done at addresses open to anybody: counted in Valkey, for all processes together."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

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


@dataclass(frozen=True)
class Limit:
    """At most `most` times within `seconds`, by windows of that length that begin at the local midnight of 1970."""

    name: str
    most: int
    seconds: int


def spend(costs: Sequence[tuple[Limit, str]]) -> Limit | None:
    """Count one for each (limit, who), and say which limit that went beyond, or None.

    Counted in one step, so that requests at the same moment do not slip through together. What was refused counts as
    well: insisting does not help. `who` is kept as a hash, for the length of the window. Without Valkey nothing is
    limited: it is better to count a few too many than to turn everybody away.
    """
    global _away_until  # noqa: PLW0603 - what this process knows of Valkey
    if time.monotonic() < _away_until:
        return None
    try:
        figures = _count([(_key(limit, who), limit.seconds) for limit, who in costs])
    except (redis.RedisError, OSError) as error:
        _away_until = time.monotonic() + PAUSE
        logger.warning("nothing is limited for %d s, the counter is away: %s", PAUSE, error)
        return None
    return next((limit for (limit, _who), figure in zip(costs, figures, strict=True) if figure > limit.most), None)


def _count(keys: Sequence[tuple[str, int]]) -> list[int]:
    pipeline = _client(settings.REDIS_URL).pipeline(transaction=True)
    for key, seconds in keys:
        pipeline.incr(key)
        pipeline.expire(key, seconds, nx=True)
    return [int(figure) for figure in pipeline.execute()[::2]]


def _key(limit: Limit, who: str) -> str:
    # By the local clock, so that a limit of a day begins anew at midnight.
    ahead = timezone.localtime().utcoffset() or timedelta()
    window = int(time.time() + ahead.total_seconds()) // limit.seconds
    return f"{PREFIX}:{limit.name}:{window}:{salted_hmac(limit.name, who).hexdigest()[:20]}"


@cache
def _client(url: str) -> redis.Redis:
    # Celery's name for a socket is not redis-py's.
    return redis.Redis.from_url(
        url.replace("redis+socket://", "unix://", 1), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    )
