"""Columns that are taken along and passed over when they come back."""

from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from harbor_portal.lib.tables import Kind
from stations.imports.columns import ImportColumn, Text
from stations.imports.plain import PlainColumn


def told(
    key: str,
    title: Text,
    shown: Any = "",
    *,
    kind: Kind = "text",
    width: float = 14,
    choices: type[TextChoices] | None = None,
    write: Callable[[Any], Any] = lambda value: value,
) -> PlainColumn:
    """A column for reading only; `shown` is a path from the row or an expression, by default the field."""
    column = ImportColumn(key, title, (), gettext_lazy("For reading only."), "", kind, width, choices=choices)
    return PlainColumn(column, shown=shown, is_told=True, write=write)
