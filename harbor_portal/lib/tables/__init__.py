"""Tables as people exchange them: xlsx and csv, read and written without knowing any model."""

from harbor_portal.lib.tables.columns import Column, Kind, Share, Sheet
from harbor_portal.lib.tables.marking import Mark, write_marked
from harbor_portal.lib.tables.reading import (
    MAX_BYTES,
    Cell,
    Grid,
    Unreadable,
    column_letters,
    left_out,
    read_tables,
    text_of,
)
from harbor_portal.lib.tables.writing import write_csv, write_xlsx

__all__ = [
    "MAX_BYTES",
    "Cell",
    "Column",
    "Grid",
    "Kind",
    "Mark",
    "Share",
    "Sheet",
    "Unreadable",
    "column_letters",
    "left_out",
    "read_tables",
    "text_of",
    "write_csv",
    "write_marked",
    "write_xlsx",
]
