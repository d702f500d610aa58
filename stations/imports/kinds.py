"""What kinds of lists there are: each says its columns, what a row asks for, and how that is entered and written again.

Apps register theirs in `ready()`; reading, marking, waiting, entering and taking back are one way for all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Model, QuerySet

from harbor_portal.lib.errors import Problem
from stations.imports.columns import ImportColumn, Text
from stations.imports.sheets import Notes, Row
from stations.imports.undoing import Undoing
from stations.imports.values import Reader
from stations.models import User

Cells = Mapping[str, Any]
"""A row to be written, by key of the column."""
Tell = Callable[[int, int], None]
"""Takes how many rows are done, of how many."""


class Step(Protocol):
    """What one row asks for."""

    @property
    def shown(self) -> Sequence[str]:
        """As the page shows it, under the `heads` of the kind."""


@dataclass
class Plan:
    """The problems of a file and, if none of them is an error, what entering it would do."""

    problems: list[Problem] = field(default_factory=list)
    creates: Sequence[Any] = ()
    updates: Sequence[Any] = ()
    """Of `Step`s; each kind knows its own."""
    unchanged: int = 0
    today: date = date.min

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "warning"]

    @property
    def may_be_applied(self) -> bool:
        return not self.errors

    @property
    def changes_something(self) -> bool:
        return bool(self.creates or self.updates)


@dataclass(frozen=True)
class Asking:
    """Who asks, when, and whether what is read is held against changes until the end of the transaction."""

    by: User
    today: date
    is_to_last: bool = False
    tell: Tell = lambda _done, _of: None
    reason: str = ""
    """Of what is written while it is held."""

    def counted(self, rows: Sequence[Row]) -> Iterable[Row]:
        """The rows, telling now and then how far it is."""
        for done, row in enumerate(rows):
            if done % 500 == 0:
                self.tell(done, len(rows))
            yield row


@dataclass(frozen=True)
class Entry:
    """In whose name a plan is entered, and how its lines of history are known: the reason is its own."""

    by: User
    reason: str
    key: UUID


@dataclass(frozen=True)
class ListKind:
    key: str
    model: type[Model]
    """Whose list in the back office leads here."""
    title: Text
    lead: Text
    """What whoever fills it in must know first."""
    heads: Sequence[Text]
    columns: Callable[[], Sequence[ImportColumn]]
    readers: Callable[[], Mapping[str, Reader]]
    refuse: Callable[[User], None]
    """Raises `Refused` with the sentence for somebody who may not enter such a list."""
    compare: Callable[[list[Row], Notes, Asking], Plan]
    """In a number of queries that does not grow with the rows; nothing is written."""
    enter: Callable[[Plan, Entry], None]
    """In the caller's transaction, a plan that has no errors and still holds."""
    undo: Callable[[Undoing], None]
    """In the caller's transaction; raises `Refused` with what depends on it."""
    export: Callable[[QuerySet[Any], User], Iterable[Cells]]
    """Raises `Refused` at once where there are too many."""
    guide: Callable[[], Iterable[Cells]] = tuple
    """Further rows of the guide."""
    most_rows: int = 50_000
    is_sealed: bool = False
    """Whether it holds what somebody said in confidence: the file waits encrypted, no value of a cell is kept beside
    it, and nobody but who sent it gets it back with its problems marked."""


KINDS: dict[str, ListKind] = {}


def register_kind(kind: ListKind) -> None:
    KINDS[kind.key] = kind
