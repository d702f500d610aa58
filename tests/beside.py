"""What somebody else does at the same time, in a thread with a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection
from django.utils import translation

from harbor_portal.lib.errors import PortalError

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def beside(do: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """What came of it, be it a sentence that refuses it, is in the list once the thread has ended."""
    came: list[object] = []

    def run() -> None:
        try:
            with translation.override("en"):
                came.append(do())
        except PortalError as error:
            came.append(str(error))
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def done_beside(do: Callable[[], object]) -> object:
    """The same, waited for."""
    thread, came = beside(do)
    thread.join()
    return came[0]


def wait_until_it_waits(thread: threading.Thread, number: int = 1) -> None:
    """For a lock that this test holds; `number`: how many wait by then.

    What PostgreSQL tells of the others is kept for a transaction unless cleared.
    """
    with connection.cursor() as cursor:
        waiting = 0
        while thread.is_alive() and waiting < number:
            cursor.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
            cursor.execute(WAITING)
            (waiting,) = cursor.fetchone()
