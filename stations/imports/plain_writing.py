"""Writing the rows of a plain table at once, with history, and taking them back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_before, record_history, update_rows
from harbor_portal.lib.errors import Refused
from stations.imports.kinds import Entry
from stations.imports.undoing import Undoing, delete_made, refuse_if_depended_on, restore_changed, traces_of

BATCH = 2_000


def enter_changes(model: Any, creates: Sequence[Any], updates: Sequence[Any], entry: Entry) -> list[Any]:
    """The rows that were written. Raises `Refused` with the sentence of the constraint that one of them breaks."""
    with saying_constraints(model):
        rows = model._base_manager.bulk_create([change.instance for change in creates], batch_size=BATCH)
        made = [row.pk for row in rows]
        record_history(model, made, kind="+", by_id=entry.by.pk, reason=entry.reason)
        changed = [change.instance.pk for change in updates]
        record_before(model, changed)
        _update(model, updates)
        record_history(model, changed, kind="~", by_id=entry.by.pk, reason=entry.reason)
    return list(model._base_manager.filter(pk__in=[*made, *changed]))


def _update(model: Any, updates: Sequence[Any]) -> None:
    if not updates:
        return
    named = {name for change in updates for name in {*change.was, *change.beside}}
    fields = [one for one in model._meta.concrete_fields if one.name in named or getattr(one, "auto_now", False)]
    rows = (
        (
            change.instance.pk,
            *(one.get_db_prep_save(one.pre_save(change.instance, add=False), connection) for one in fields),
        )
        for change in updates
    )
    update_rows(model, [one.attname for one in fields], rows)


@contextmanager
def saying_constraints(model: Any) -> Iterator[None]:
    """What the database refuses, in the words of the constraint."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        own = next((one for one in model._meta.constraints if one.name == name), None)
        sentence = str(own.violation_error_message) if own and own.violation_error_message else ""
        raise Refused(_("Nothing was entered. %(why)s") % {"why": sentence or name or str(error)}) from error


def take_back(models: Sequence[Any], undoing: Undoing) -> list[Any]:
    """What the list made is deleted, what it changed is as before; the rows of the last table, as they were before.

    What points to others comes before them.
    """
    traces = traces_of(models, undoing)
    refuse_if_depended_on(traces, undoing)
    rows = list(models[-1]._base_manager.filter(pk__in=[*traces[-1].made, *traces[-1].changed]))
    for trace in traces:
        restore_changed(trace, undoing)
        delete_made(trace, undoing)
    return rows
