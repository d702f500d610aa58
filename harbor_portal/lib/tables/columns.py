"""What a table consists of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "integer", "decimal", "degrees", "percent", "date", "datetime"]

Row = Mapping[str, Any]
"""Values by the key of their column; a missing key or None is an empty cell."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Spreadsheet programs of East Asia take the wide ones for the same."""


@dataclass(frozen=True)
class Column:
    """One column: `key` finds the value in a row, `title` is what a reader sees, `width` counts Latin characters.

    A `percent` is a share from 0 to 1. In a column of numbers or dates a text ("—") is written as text.

    `on_paper` is false where a page has no room for it, and only files and programs are given it.
    """

    key: str
    title: str
    kind: Kind = "text"
    width: float = 14
    on_paper: bool = True


class Share(float):
    """A share from 0 to 1 that stands in a column of other figures; it is written in percent all the same."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; `preamble` are lines of text above the header (a title, how it was counted).

    `is_heavy` tells the rows that stand out, such as those of totals.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    preamble: Sequence[str] = ()
    is_heavy: Callable[[Row], bool] | None = None


def neutralised(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet program would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def as_typed(text: str) -> str:
    """The text as it was before `neutralised`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text
