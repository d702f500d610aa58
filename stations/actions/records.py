"""How an action saves a row: checked, with who and why in its history."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from harbor_portal.lib.errors import Invalid
from stations.models import User

MAX_REASON = 100


def save_with_history(row: Any, *, by: User | None, reason: str) -> None:
    """Validate and save; the first thing wrong is raised as `Invalid` with the name of its field.

    By nobody when a visitor did it.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid("" if field == NON_FIELD_ERRORS else field, sentences[0]) from error
    row._history_user = by
    row._change_reason = reason[:MAX_REASON]
    row.save()


def change_with_history(row: Any, facts: dict[str, Any], *, by: User | None, reason: str) -> bool:
    """Set these facts; nothing is written when nothing differs. Whether anything did."""
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        save_with_history(row, by=by, reason=reason)
    return bool(changed)


def delete_with_history(row: Any, *, by: User, reason: str) -> None:
    row._history_user = by
    row._change_reason = reason[:MAX_REASON]
    row.delete()


def link_with_history(row: Any, name: str, others: Iterable[Any], *, by: User, reason: str) -> None:
    """Link the row to these and no others; nothing is written when nothing differs."""
    row._history_user = by
    row._change_reason = reason[:MAX_REASON]
    getattr(row, name).set(others)
