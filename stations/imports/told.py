"""Lists that are taken along and never sent back: what stands in them comes about by steps that somebody must take."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, TextChoices
from django.utils.translation import gettext_lazy

from harbor_portal.lib.errors import Refused
from harbor_portal.lib.tables import Kind
from stations.imports.columns import ImportColumn, Text
from stations.imports.kinds import ListKind
from stations.imports.plain import PlainColumn, PlainList
from stations.models import User


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
    """A column of such a list; `shown` is a path from the row or an expression, by default the field."""
    column = ImportColumn(key, title, (), gettext_lazy("For reading only."), "", kind, width, choices=choices)
    return PlainColumn(column, shown=shown, is_told=True, write=write)


def told_list(
    key: str,
    model: type[Model],
    title: Text,
    why: Text,
    columns: Sequence[PlainColumn],
    order: Sequence[str],
    most_rows: int = 20_000,
) -> ListKind:
    """`why` is what is said to everybody who would send such a list."""
    return PlainList(
        key=key,
        model=model,
        title=title,
        lead=why,
        columns=columns,
        found_by=(),
        refuse=_refusing(why),
        order=order,
        most_rows=most_rows,
    ).as_kind()


def _refusing(why: Text) -> Callable[[User], None]:
    def refuse(_by: User) -> None:
        raise Refused(str(why))

    return refuse
