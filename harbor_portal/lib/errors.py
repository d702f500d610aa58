"""What can go wrong, as types: each carries the sentence that a person will read."""

from dataclasses import dataclass
from typing import Literal


class PortalError(Exception):
    """A failure that a person caused and can mend; `str(error)` is the sentence to show."""


class Refused(PortalError):
    """The person may see this but not do it, or not now. Answered as 403."""


class Invalid(PortalError):
    """A value that cannot be. Answered as 400, naming `field`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class StaleState(PortalError):
    """Somebody else moved it first: the state that the caller saw is gone. Answered as 409."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in an imported file, and where.

    `row` counts from 1 as the spreadsheet shows it; 0 means the sheet or the file as a whole. `index` is the number of
    the column, 0 where the file has no such column.
    """

    severity: Literal["error", "warning"]
    sheet: str
    row: int
    column: str
    value: str
    message: str
    index: int = 0
