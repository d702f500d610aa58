"""The difference of two revisions is exactly what tells them apart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harbor_portal.lib.canonical import canonical_json, sha256_of
from reports.sealed.differences import Change, changes_between

Row = dict[str, Any]
CELLS = st.sampled_from([None, 0, 1, True, 2.5, "", "济南"])
ROW = st.fixed_dictionaries({"value": CELLS}, optional={"previous": CELLS, "days": CELLS})
KEYS = [("overview", "a"), ("station", "a"), ("station", "b")]
ROWS = st.lists(st.tuples(st.sampled_from(KEYS), ROW), max_size=3, unique_by=lambda pair: pair[0]).map(
    lambda pairs: [{"section": section, "code": code, **cells} for (section, code), cells in pairs]
)


def key_of(row: Row) -> tuple[str, ...]:
    return row["section"], row["code"]


def put_onto(rows: list[Row], changes: list[Change]) -> dict[tuple[str, ...], Row]:
    found = {key_of(row): dict(row) for row in rows}
    for change in changes:
        key = (change.section, *change.key)
        if change.kind == "added":
            found[key] = change.after
        elif change.kind == "removed":
            assert found.pop(key) == change.before
        else:
            assert found[key].get(change.field) == change.before
            found[key][change.field] = change.after
    return found


def plain(rows: dict[tuple[str, ...], Row]) -> dict[tuple[str, ...], dict[str, str]]:
    """A cell that is not there is one without a figure; True and 1 are not the same."""
    return {key: {field: repr(cell) for field, cell in row.items() if cell is not None} for key, row in rows.items()}


@given(ROWS, ROWS)
def test_put_onto_the_rows_before_the_changes_give_the_rows_after(before: list[Row], after: list[Row]) -> None:
    changes = changes_between(before, after, key_of)
    assert plain(put_onto(before, changes)) == plain({key_of(row): row for row in after})
    cells = {(change.section, change.key, change.field) for change in changes}
    assert len(cells) == len(changes), "no cell is told twice"


@given(ROWS)
def test_nothing_differs_from_itself_in_whatever_order(rows: list[Row]) -> None:
    assert changes_between(rows, rows[::-1], key_of) == []


def test_two_rows_of_one_identity_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same identity"):
        changes_between([{"section": "a", "code": "b"}] * 2, [], key_of)


def test_the_canonical_form_is_the_documented_one() -> None:
    rows = [{"section": "station", "name": "驿站", "b": 1, "a": None, "share": 0.25, "x": True}]
    text = '[{"a":null,"b":1,"name":"驿站","section":"station","share":0.25,"x":true}]'
    assert canonical_json(rows) == text.encode()
    assert sha256_of(rows) == "dc800124ca510a6e5572d0ec55985a69aad4584b2017d5cca07065fd94e5b5db"
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json([float("nan")])
