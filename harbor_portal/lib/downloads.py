"""What a view says of a file that it hands out, so that the log of downloads can name it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Response = TypeVar("Response")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Taken:
    """`kind` is one of `stations.choices.DownloadKind`; `about` is for people: the unit and month, the filters."""

    kind: str
    about: str
    rows: int | None = None


def taken(response: Response, kind: str, about: str, rows: int | None = None) -> Response:
    """The response, to be logged under these words."""
    vars(response)["taken"] = Taken(kind, about, rows)
    return response


def for_anybody(response: Response) -> Response:
    """A file that says nothing of anybody, such as an empty form: it is not logged."""
    vars(response)["taken"] = None
    return response


def is_for_anybody(response: Any) -> bool:
    return getattr(response, "taken", response) is None


class Counted:
    """Rows on their way into a file; `count` is how many went by."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: Iterable[Any] = rows
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self.rows:
            self.count += 1
            yield row
