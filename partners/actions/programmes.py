"""What the owner of a programme says of it: rules, sign, and the stages of its roll-out."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from harbor_portal.lib.images import Picture
from partners.actions.logos import put_logo
from partners.actions.standings import settle_stages
from partners.models import Programme, ProgrammeStage
from partners.policies import refuse_unless_may_keep_programme, refuse_unless_may_keep_programmes
from stations.actions.records import change_with_history, delete_with_history, save_with_history
from stations.models import Unit, User

OWNERS = ("name", "name_en", "url", "rules")
"""What the owner's officers write; the rest holds the catalogue together and is the administrator's."""


class ProgrammeFacts(TypedDict, total=False):
    code: str
    name: str
    name_en: str
    owner: Unit | None
    colour: str
    url: str
    rules: str
    order: int


@transaction.atomic
def create_programme(*, by: User, reason: str = "", **facts: Unpack[ProgrammeFacts]) -> Programme:
    refuse_unless_may_keep_programmes(by)
    programme = Programme(**facts)
    save_with_history(programme, by=by, reason=reason)
    return programme


@transaction.atomic
def update_programme(*, by: User, programme: Programme, reason: str = "", **facts: Unpack[ProgrammeFacts]) -> Programme:
    """Change what is given, leave the rest; nothing is written when nothing differs."""
    row = _held(by, programme)
    if any(name not in OWNERS and getattr(row, name) != value for name, value in facts.items()):
        refuse_unless_may_keep_programmes(by)
    change_with_history(row, dict(facts), by=by, reason=reason)
    return row


@transaction.atomic
def set_sign(*, by: User, programme: Programme, picture: Picture | None, reason: str = "") -> Programme:
    """The sign that hangs at the door, as `read_logo` made it; none takes it away."""
    row = _held(by, programme)
    put_logo(row, picture)
    save_with_history(row, by=by, reason=reason)
    return row


@transaction.atomic
def save_stages(
    *,
    by: User,
    programme: Programme,
    stages: Iterable[ProgrammeStage],
    removed: Iterable[ProgrammeStage] = (),
    reason: str = "",
) -> None:
    held = _held(by, programme)
    for stage in removed:
        delete_with_history(stage, by=by, reason=reason)
    for stage in stages:
        stage.programme = held
        save_with_history(stage, by=by, reason=reason)
    settle_stages(today=timezone.localdate())


def _held(by: User, programme: Programme) -> Programme:
    row: Programme = Programme.objects.select_for_update(of=("self",)).select_related("owner").get(pk=programme.pk)
    refuse_unless_may_keep_programme(by, row)
    return row
