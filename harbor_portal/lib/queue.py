"""Sending work to Celery without depending on the broker."""

import logging
import time
from functools import partial
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

logger = logging.getLogger(__name__)

PAUSE = 15
"""Seconds for which a broker that failed is left alone, so that one person at most waits for it to time out."""
_away_until = 0.0


def send_on_commit(task: Task[Any, Any], *args: Any) -> None:
    """Send the task once the transaction has committed; a dead broker is logged and costs the caller nothing.

    Only for work that is also a row which a sweep by the clock finds again: the message is haste, not memory.
    However often a transaction asks for the same, one message is sent.
    """
    message = task, args
    if not any(getattr(hook[1], "args", None) == message for hook in transaction.get_connection().run_on_commit):
        transaction.on_commit(partial(_send, task, args))


def _send(task: Task[Any, Any], args: tuple[Any, ...]) -> None:
    global _away_until  # noqa: PLW0603 - what this process knows of the broker
    if time.monotonic() < _away_until:
        return
    try:
        task.apply_async(args)
    except (OperationalError, RedisError, OSError) as error:
        _away_until = time.monotonic() + PAUSE
        logger.warning("broker is away, %s waits for its sweep: %s", task.name, error)
