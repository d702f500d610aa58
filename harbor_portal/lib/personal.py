"""What the portal stores about persons: the list behind docs/privacy.md, and what erases it when its time is over.

Each app registers its own in `AppConfig.ready()`. A test fails on a field that may hold something about a person and
that nobody registered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet

KEPT_WITH_ROW = ""
"""The rule of what stays as long as what it belongs to; `erased` says why."""


@dataclass(frozen=True)
class Personal:
    """Some fields of one model that say something about a person."""

    model: type[Model]
    fields: tuple[str, ...]
    about: str
    """Whom: "staff", "visitors", "families" …"""
    purpose: str
    seen_by: str
    erased: str
    """When, in words."""
    rule: str = KEPT_WITH_ROW
    """The erasure that sees to it."""

    @property
    def table(self) -> str:
        return self.model._meta.label


@dataclass(frozen=True)
class Erasure:
    """One rule by which something is erased."""

    code: str
    due: Callable[[datetime], QuerySet[Model] | int]
    """The rows that it would erase at that moment, or how many."""
    erase: Callable[[datetime], int]
    """Erase them; how many."""

    def count(self, at: datetime) -> int:
        due = self.due(at)
        return due if isinstance(due, int) else due.count()


PERSONAL: list[Personal] = []
ERASURES: dict[str, Erasure] = {}


def register_personal(*entries: Personal) -> None:
    PERSONAL.extend(entry for entry in entries if entry not in PERSONAL)


def register_erasure(*erasures: Erasure) -> None:
    ERASURES.update({erasure.code: erasure for erasure in erasures})


def table_lines() -> list[str]:
    """The table of docs/privacy.md, in Markdown."""
    head = ["| Table | Fields | About whom | What for | Who sees it | Erased |", "|---|---|---|---|---|---|"]
    entries = sorted(PERSONAL, key=lambda entry: (entry.table.lower(), entry.fields))
    return head + [
        f"| {entry.table} | {', '.join(f'`{name}`' for name in entry.fields)} | {entry.about} | {entry.purpose} "
        f"| {entry.seen_by} | {entry.erased} |"
        for entry in entries
    ]
