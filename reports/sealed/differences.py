"""What differs between two sets of frozen rows, cell by cell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Row = dict[str, Any]
Key = tuple[str, ...]
KeyOf = Callable[[Row], Key]
"""The identity of a row, the same in every revision: its section, and what tells it from others there."""


@dataclass(frozen=True)
class Change:
    """A cell that changed; or a row that came or went, with all its cells as `after` or `before`."""

    kind: Literal["changed", "added", "removed"]
    section: str
    key: Key
    field: str
    before: Any
    after: Any


def changes_between(before: Sequence[Row], after: Sequence[Row], key_of: KeyOf) -> list[Change]:
    """In the order of the rows after, and then those that went. Put onto `before`, they give `after`."""
    old, new = _by_key(before, key_of), _by_key(after, key_of)
    found: list[Change] = []
    for key, row in new.items():
        if key in old:
            found += _cells(key, old[key], row)
        else:
            found.append(Change("added", key[0], key[1:], "", None, row))
    found += [Change("removed", key[0], key[1:], "", row, None) for key, row in old.items() if key not in new]
    return found


def _cells(key: Key, old: Row, new: Row) -> Iterator[Change]:
    """A cell that only one of them has is None in the other."""
    for field in dict.fromkeys([*new, *old]):
        if _differ(old.get(field), new.get(field)):
            yield Change("changed", key[0], key[1:], field, old.get(field), new.get(field))


def _differ(old: Any, new: Any) -> bool:
    return bool(old != new) or isinstance(old, bool) != isinstance(new, bool)


def _by_key(rows: Sequence[Row], key_of: KeyOf) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for row in rows:
        key = key_of(row)
        if key in found:
            raise ValueError(f"two rows have the same identity: {key}")
        found[key] = row
    return found
