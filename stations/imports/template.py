"""The list to fill in, empty or with what is there: its columns, and a guide that says what may stand in each."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from harbor_portal.lib.tables import Column, Sheet, write_xlsx
from stations.choices import Access, CalendarPolicy, EntryMode, HostKind, StationStatus
from stations.imports.columns import ImportColumn, all_columns
from stations.imports.export import Cells
from stations.imports.words import example_words
from stations.models import Amenity

CHOICES: dict[str, type[TextChoices]] = {
    "host_kind": HostKind,
    "calendar_policy": CalendarPolicy,
    "entry_mode": EntryMode,
    "status": StationStatus,
    "amenities": Access,
}


def write_list(file: str | Path | IO[bytes], rows: Iterable[Cells] = ()) -> None:
    """Write these rows, or the empty template, as xlsx in the language in force."""
    columns = all_columns()
    write_xlsx(file, [_list(columns, rows), _guide(columns)])


def rule_of(column: ImportColumn) -> str:
    """What may stand in the column."""
    choices = CHOICES.get(column.key)
    return str(column.rule) % {"choices": example_words(choices)} if choices else str(column.rule)


def _list(columns: list[ImportColumn], rows: Iterable[Cells]) -> Sheet:
    return Sheet(
        _("Stations"),
        [Column(column.key, _title(column), column.kind, column.width) for column in columns],
        rows,
    )


def _title(column: ImportColumn) -> str:
    return f"{column.title}*" if column.is_required else str(column.title)


def _guide(columns: list[ImportColumn]) -> Sheet:
    """The sheet that an import passes over (`sheets.GUIDE_SHEETS`)."""
    rows = [
        {
            "title": _title(column),
            "rule": rule_of(column),
            "example": column.example,
            "names": "、".join(column.aliases),
        }
        for column in columns
    ]
    rows += [{"title": _("Amenity"), "rule": f"{amenity.name} ({amenity.code})"} for amenity in Amenity.objects.all()]
    return Sheet(
        _("Guide"),
        [
            Column("title", _("Column"), width=18),
            Column("rule", _("What to write"), width=90),
            Column("example", _("Example"), width=40),
            Column("names", _("Also known as"), width=60),
        ],
        rows,
    )
