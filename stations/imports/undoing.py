"""Taking back what a list did, all of it or nothing: what it made goes, what it changed is as before.

Everything that an import writes has a line of history under the import's own reason. As long as those lines are the
last ones, and nothing else points to what was made, they say exactly what to take back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Refused
from harbor_portal.lib.history import is_history
from stations.models import Unit, User

SHOWN = 8

DERIVED: set[type[Model]] = set()
"""What is worked out from other rows, and so depends on nothing and keeps nothing."""


def register_derived(*models: type[Model]) -> None:
    """Called in the `ready()` of the app that owns them."""
    DERIVED.update(models)


@dataclass(frozen=True)
class Undoing:
    """What is taken back, known by the reason under which it was written, not before `since`, and in whose name."""

    was: str
    since: datetime
    by: User
    reason: str
    key: UUID
    """Of the list."""


@dataclass(frozen=True)
class Trace:
    """The rows of one model that the list made and changed."""

    model: Any
    made: list[int]
    changed: list[int]

    def lines(self, undoing: Undoing) -> QuerySet[Any]:
        return _lines(self.model, undoing)


def traces_of(models: Sequence[type[Model]], undoing: Undoing) -> list[Trace]:
    traces = []
    for model in models:
        found = _lines(model, undoing).values_list("id", "history_type")
        kinds: dict[str, list[int]] = {"+": [], "~": []}
        for pk, kind in found:
            kinds[kind].append(pk)
        traces.append(Trace(model, kinds["+"], kinds["~"]))
    return traces


def _lines(model: Any, undoing: Undoing) -> QuerySet[Any]:
    lines: QuerySet[Any] = model.history.filter(
        history_change_reason=undoing.was, history_date__gte=undoing.since, history_type__in="+~"
    )
    return lines


def refuse_if_depended_on(traces: Sequence[Trace], undoing: Undoing) -> None:
    """Raises `Refused` with a sentence for each thing that came after, the first `SHOWN` of them."""
    reasons = [sentence for trace in traces for sentence in _changed_since(trace, undoing)]
    reasons += [sentence for trace in traces if trace.made for sentence in _built_on(trace, traces)]
    if reasons:
        more = [_("and %(more)s more") % {"more": len(reasons) - SHOWN}] if len(reasons) > SHOWN else []
        head = _("It cannot be taken back any more, since other things depend on it:")
        raise Refused("\n".join([head, *reasons[:SHOWN], *more]))


def _changed_since(trace: Trace, undoing: Undoing) -> Iterator[str]:
    later = trace.model.history.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    ids = trace.lines(undoing).filter(Exists(later)).values_list("id", flat=True)
    for pk in ids[: SHOWN + 1]:
        last = trace.model.history.filter(id=pk).select_related("history_user").latest("history_id")
        yield _("%(what)s “%(row)s” was changed since by %(who)s.") % {
            "what": trace.model._meta.verbose_name,
            "row": last.instance,
            "who": last.history_user or "—",
        }


def _built_on(trace: Trace, traces: Sequence[Trace]) -> Iterator[str]:
    """Rows of others that point to what the list made."""
    own = {each.model: {*each.made, *each.changed} for each in traces}
    for field in _pointers(trace.model):
        rows = field.model._base_manager.filter(**{f"{field.name}__in": trace.made})
        if field.model in own:
            rows = rows.exclude(pk__in=own[field.model])
        pointed_to = list(rows.values_list(field.name, flat=True)[: SHOWN + 1])
        names = trace.model._base_manager.in_bulk(pointed_to) if pointed_to else {}
        for pk in pointed_to:
            yield _("“%(row)s” has %(what)s now.") % {"row": names[pk], "what": field.model._meta.verbose_name_plural}
    if trace.model is Unit:
        made = list(Unit.objects.filter(pk__in=trace.made))
        below = Unit.objects.below(tuple(unit.path for unit in made)).exclude(pk__in=trace.made)
        yield from (_("“%(row)s” was put below it.") % {"row": unit} for unit in below[: SHOWN + 1])


def _pointers(model: type[Model]) -> Iterator[Any]:
    """The fields by which rows that somebody wrote point to the model."""
    for relation in model._meta.get_fields(include_hidden=True):
        source = relation.related_model if relation.auto_created and relation.is_relation else None
        if not isinstance(source, type) or source in DERIVED or is_history(source):
            continue
        field: Any = relation.field  # type: ignore[union-attr]  # what points to the model is a relation
        # Of two tables that point to each other by a third: that one where it is a model of ours, else the first.
        has_own_rows = field.many_to_many and not field.remote_field.through._meta.auto_created
        if not source._meta.auto_created and not has_own_rows:
            yield field


def points_to(model: type[Model], pk: int) -> bool:
    """Whether anything that somebody wrote points to this row."""
    return any(field.model._base_manager.filter(**{field.name: pk}).exists() for field in _pointers(model))


def delete_made(trace: Trace, undoing: Undoing) -> None:
    """With a line of history each; what is derived from them goes too."""
    if not trace.made:
        return
    record_history(trace.model, trace.made, kind="-", by_id=undoing.by.pk, reason=undoing.reason)
    for model in DERIVED:
        for field in model._meta.concrete_fields:
            if field.related_model is trace.model:
                _record_end(model, field.name, trace.made, undoing)
                _drop(model, field.name, trace.made)
    if trace.model is Unit:
        _delete_units(trace.made, undoing)
    else:
        _drop(trace.model, "pk", trace.made)


def _record_end(model: Any, field: str, ids: Iterable[int], undoing: Undoing) -> None:
    if hasattr(model, "history"):
        rows = model._base_manager.filter(**{f"{field}__in": list(ids)}).values_list("pk", flat=True)
        record_history(model, list(rows), kind="-", by_id=undoing.by.pk, reason=undoing.reason)


def _drop(model: type[Model], field: str, ids: Iterable[int]) -> None:
    rows: Any = model._base_manager.filter(**{f"{field}__in": list(ids)})
    rows._raw_delete(rows.db)  # noqa: SLF001  # the one way to delete without asking for each row


def _delete_units(ids: list[int], undoing: Undoing) -> None:
    """Through the tree, which counts its children; the deepest first."""
    for unit in Unit.objects.filter(pk__in=ids).order_by("-depth"):
        unit.delete()
    signalled = Unit.history.filter(id__in=ids, history_type="-").exclude(history_change_reason=undoing.reason)
    signalled.delete()


def restore_changed(trace: Trace, undoing: Undoing) -> None:
    """As the line before the list's own says. Raises `Refused` where there is none."""
    if not trace.changed:
        return
    model, history = trace.model, trace.model.history.model
    columns = [field.column for field in history.tracked_fields if not field.primary_key]
    given = ", ".join(f'"{column}" = previous."{column}"' for column in columns)
    table = history._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" target SET {given} FROM (SELECT DISTINCT ON (own.id) before.*'  # noqa: S608  # our own names
            f' FROM "{table}" own JOIN "{table}" before ON before.id = own.id AND before.history_id < own.history_id'
            " WHERE own.history_change_reason = %s AND own.id = ANY(%s)"
            " ORDER BY own.id, before.history_id DESC) previous WHERE target.id = previous.id",
            [undoing.was, trace.changed],
        )
        if cursor.rowcount != len(trace.changed):
            raise Refused(_("It cannot be taken back: nobody recorded what stood there before."))
    record_history(model, trace.changed, kind="~", by_id=undoing.by.pk, reason=undoing.reason)
