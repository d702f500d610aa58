"""A list of stages is followed at once by which of them fall behind."""

from dataclasses import replace

from django.utils import timezone

from partners.actions.standings import settle_stages
from partners.imports.of_stages import STAGES as AS_READ
from stations.imports.kinds import Entry, Plan
from stations.imports.undoing import Undoing


def _enter(plan: Plan, entry: Entry) -> None:
    AS_READ.enter(plan, entry)
    settle_stages(today=timezone.localdate())


def _undo(undoing: Undoing) -> None:
    AS_READ.undo(undoing)
    settle_stages(today=timezone.localdate())


STAGES = replace(AS_READ, enter=_enter, undo=_undo)
