"""What most tests begin with is made by the factories once, and for every further test put back as it was.

A hundred queries become one: the rows are kept as statements that insert them, the objects as a pickle. What was made
"now" is from the now of each test, so that a clock which stands still sees nothing odd.
"""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Generic, NamedTuple, TypeVar

import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.emptying import tables

T = TypeVar("T")
MOMENT = datetime(2031, 5, 17, 7, 13, 11, 123457, tzinfo=UTC)
"""When it was made: later than any date of the tests, and like no other moment."""
INSERT = "INSERT INTO %I SELECT * FROM json_populate_recordset(NULL::%I, %L)"


class _Copy(NamedTuple):
    rows: str
    objects: bytes


class Remade(Generic[T]):
    """`make()`, which depends on nothing but the clock, as quickly as may be.

    Where a test has rows of its own already, it is made by the factories: they use what is there.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._copy: _Copy | None = None

    def __call__(self) -> T:
        if self._copy is None:
            if _rows():
                return self._make()
            self._copy = _copy(self._make)
        try:
            return self._again(self._copy, timezone.now())
        except IntegrityError:
            return self._make()

    def _again(self, copy: _Copy, now: datetime) -> T:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(copy.rows.replace(MOMENT.isoformat(), now.isoformat()))
        made: T = _Unpickler(copy.objects, now).load()
        return made


def _copy(make: Callable[[], Any]) -> _Copy:
    """Make it in a transaction that is taken back, at a moment that can be told from any other."""
    with transaction.atomic():
        with time_machine.travel(MOMENT, tick=False):
            made = make()
        copy = _Copy(_rows(), _pickled(made))
        transaction.set_rollback(True)
    days = {MOMENT.date().isoformat(), timezone.localdate(MOMENT).isoformat()}
    left = copy.rows.replace(MOMENT.isoformat(), "")
    assert not any(day in left for day in days), "What depends on today cannot be put back on another day."
    return copy


def _rows() -> str:
    """The statements that insert all that there is."""
    of_a_table = "SELECT format(%s, %s, %s, json_agg(one)) FROM {} AS one HAVING count(*) > 0"
    query = " UNION ALL ".join(of_a_table.format(connection.ops.quote_name(table)) for table in tables())
    with connection.cursor() as cursor:
        cursor.execute(query, [word for table in tables() for word in (INSERT, table, table)])
        return "; ".join(statement for (statement,) in cursor.fetchall())


def _pickled(made: object) -> bytes:
    buffer = BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(made)
    return buffer.getvalue()


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: object) -> str | None:
        return "now" if isinstance(obj, datetime) and obj == MOMENT else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, objects: bytes, now: datetime) -> None:
        super().__init__(BytesIO(objects))
        self._known = {"now": now}

    def persistent_load(self, pid: str) -> datetime:
        return self._known[pid]
