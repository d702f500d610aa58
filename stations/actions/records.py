"""How an action saves a row: checked, with who and why in its history."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, StaleState
from stations.models import User

MAX_REASON = 100


def save_with_history(row: Any, *, by: User | None, reason: str) -> None:
    """Validate and save; the first thing wrong is raised as `Invalid` with the name of its field.

    By nobody when a visitor did it. What somebody has removed meanwhile does not come back by it.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid("" if field == NON_FIELD_ERRORS else field, sentences[0]) from error
    row._history_user = by
    row._change_reason = reason[:MAX_REASON]
    try:
        row.save(force_update=not row._state.adding)  # noqa: SLF001  # Django's own word for it
    except DatabaseError as error:
        if error.__cause__:  # the database itself refused something
            raise
        raise _gone() from error


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
    count, _by_table = row.delete()
    if not count:
        raise _gone()


def link_with_history(row: Any, name: str, others: Iterable[Any], *, by: User, reason: str) -> None:
    """Link the row to these and no others; nothing is written when nothing differs."""
    row._history_user = by
    row._change_reason = reason[:MAX_REASON]
    getattr(row, name).set(others)


def _gone() -> StaleState:
    return StaleState(_("Somebody else was quicker: this has been removed."))
