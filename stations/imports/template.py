"""The list to fill in, empty or with what is there: its columns, and a guide that says what may stand in each."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column, Sheet, write_xlsx
from stations.imports.columns import ImportColumn
from stations.imports.kinds import Cells, ListKind
from stations.imports.words import example_words


def write_list(file: str | Path | IO[bytes], kind: ListKind, rows: Iterable[Cells] = ()) -> None:
    """Write these rows, or the empty template, as xlsx in the language in force."""
    columns = kind.columns()
    listed = Sheet(str(kind.title), [Column(one.key, _title(one), one.kind, one.width) for one in columns], rows)
    write_xlsx(file, [listed, _guide(columns, kind)])


def rule_of(column: ImportColumn) -> str:
    """What may stand in the column."""
    return str(column.rule) % {"choices": example_words(column.choices)} if column.choices else str(column.rule)


def _title(column: ImportColumn) -> str:
    return f"{column.title}*" if column.is_required else str(column.title)


def _guide(columns: Sequence[ImportColumn], kind: ListKind) -> Sheet:
    """The sheet that an import passes over (`sheets.GUIDE_SHEETS`)."""
    rows: list[Cells] = [
        {
            "title": _title(column),
            "rule": rule_of(column),
            "example": column.example,
            "names": "、".join(column.aliases),
        }
        for column in columns
    ]
    return Sheet(
        _("Guide"),
        [
            Column("title", _("Column"), width=18),
            Column("rule", _("What to write"), width=90),
            Column("example", _("Example"), width=40),
            Column("names", _("Also known as"), width=60),
        ],
        [*rows, *kind.guide()],
    )
