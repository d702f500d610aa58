"""For whom the desk is laid."""

from reports.querysets import ACTIVE
from stations.choices import Role
from stations.scope import Scope

SUPPLIES = ("supplies-expiring", "supplies-low", "supplies-coming")
KEEPERS = ("unchecked", "broken", "repair-overdue", *SUPPLIES, "honour-expires")
OFFICERS = (
    *("unopened", "unrecorded", "notes", "unchecked", "broken", "repair-overdue", *SUPPLIES),
    *("suspension-ends", "honour-expires", "to-be-placed", "drafts"),
)
"""The keys of the queues of stations, in the order of the desk."""


def is_officer(scope: Scope) -> bool:
    return scope.everything or bool(scope.paths_as(Role.OFFICER))


def is_active(scope: Scope) -> bool:
    """Whether the person does something about months, and does not only read."""
    return scope.everything or bool(scope.paths_as(*ACTIVE))


def queues_of(scope: Scope) -> tuple[str, ...]:
    """The queues of stations that are this person's to work on."""
    if is_officer(scope):
        return OFFICERS
    return () if scope.roles else KEEPERS
