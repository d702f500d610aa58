"""What the database would refuse, told while a list is only looked at: each named constraint, for all rows at once.

The rows as they shall be are handed to PostgreSQL as rows of their table, and the constraint's own condition is asked
of them. So no rule is written twice, and the number of queries follows from the constraints and not from the rows.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint

GIVEN = 'jsonb_populate_recordset(NULL::"{table}", %s) WITH ORDINALITY'


def broken_constraints(model: Any, instances: Sequence[Any]) -> Iterator[tuple[int, str, str]]:
    """The place of an instance, the sentence that refuses it, and a text that names the columns concerned."""
    if not instances:
        return
    table, rows = model._meta.db_table, _as_json(model, instances)
    conditions = _conditions(table)
    for one in model._meta.constraints:
        match one:
            case CheckConstraint() if one.name in conditions:
                text = conditions[one.name]
                given = GIVEN.format(table=table)
                found = _ask(f"SELECT ordinality FROM {given} WHERE NOT ({text})", [rows])  # noqa: S608  # our own
            case UniqueConstraint() if one.fields:
                text = " ".join(one.fields)
                changed = [instance.pk for instance in instances if instance.pk]
                found = _repeated(model, one, conditions.get(one.name, "true"), rows, changed)
            case _:
                continue
        sentence = str(one.get_violation_error_message())
        yield from ((number - 1, sentence, text) for number in found)


def columns_in(text: str) -> set[str]:
    return set(re.findall(r"[a-z_0-9]+", text))


def _as_json(model: Any, instances: Sequence[Any]) -> str:
    fields = model._meta.concrete_fields
    rows = [{one.column: one.get_prep_value(getattr(row, one.attname)) for one in fields} for row in instances]
    return json.dumps(rows, cls=DjangoJSONEncoder)


def _conditions(table: str) -> dict[str, str]:
    """By name the conditions of the checks, and those under which an index is unique."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'c' UNION ALL"
            " SELECT relname, pg_get_expr(indpred, indrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid = %s::regclass AND indpred IS NOT NULL AND indisunique",
            [f'"{table}"', f'"{table}"'],
        )
        return dict(cursor.fetchall())


def _repeated(model: Any, one: UniqueConstraint, condition: str, rows: str, changed: list[int]) -> list[int]:
    """Of rows that would be the second of their kind; those that the list itself changes stand as it gives them."""
    equal = "IS NOT DISTINCT FROM" if one.nulls_distinct is False else "="
    columns = [model._meta.get_field(name).column for name in one.fields]
    same = " AND ".join(f'other."{column}" {equal} mine."{column}"' for column in columns)
    table = model._meta.db_table
    return _ask(
        f"WITH mine AS MATERIALIZED (SELECT * FROM {GIVEN.format(table=table)} WHERE {condition})"  # noqa: S608  # our own names
        f' SELECT ordinality FROM mine WHERE EXISTS (SELECT 1 FROM (SELECT * FROM "{table}" WHERE {condition}) other'
        f" WHERE {same} AND other.id <> ALL(%s))"
        f" OR EXISTS (SELECT 1 FROM mine other WHERE {same} AND other.ordinality < mine.ordinality)",
        [rows, changed],
    )


def _ask(query: str, given: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return [row[0] for row in cursor.fetchall()]
