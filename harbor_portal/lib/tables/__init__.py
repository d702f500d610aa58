"""Tables as people exchange them: xlsx and csv, read and written without knowing any model."""

from harbor_portal.lib.tables.columns import Column, Kind, Sheet
from harbor_portal.lib.tables.writing import write_csv, write_xlsx

__all__ = ["Column", "Kind", "Sheet", "write_csv", "write_xlsx"]
