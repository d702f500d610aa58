"""One partner that stands twice becomes one: everything that names the duplicate names the other from then on.

Relations are found by walking the model, so that a table that comes later goes along without being listed here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from harbor_portal.lib.bulk import record_history
from harbor_portal.lib.errors import Invalid, Refused
from partners.actions.logos import put_logo
from partners.models import Partner
from partners.policies import refuse_if_merged, refuse_unless_may_keep
from stations.actions.records import MAX_REASON, save_with_history
from stations.models import User

FILLED = ("short_name", "unit", "division", "brings", "url", "member_count")
"""What the one that stays takes from the duplicate where it has nothing itself."""


@dataclass(frozen=True)
class Moved:
    """So many rows of `what` go along; `left` were there twice, and stay in the history alone."""

    what: str
    count: int
    left: int = 0


class _Undone(Exception):  # no error: it ends a rehearsal
    """Everything a preview wrote is taken back."""


def preview_partner_merge(*, by: User, duplicate: Partner, into: Partner) -> list[Moved]:
    """What would go along: the merge itself, of which nothing remains."""
    moved: list[Moved] = []
    try:
        with transaction.atomic():
            moved = _merge(by, duplicate, into, _("merged"))
            raise _Undone  # noqa: TRY301  # so that the transaction ends without its writes
    except _Undone:
        return moved


@transaction.atomic
def merge_partners(
    *, by: User, duplicate: Partner, into: Partner, reason: str, stays_public: bool = False
) -> list[Moved]:
    """The duplicate keeps its code and its page, which lead to the other from then on. There is no way back.

    `stays_public`: whether the one that stays becomes public since the duplicate was; else it is as it was.
    """
    if not reason.strip():
        raise Invalid("reason", _("Say why they are one; it stands in the history of both."))
    return _merge(by, duplicate, into, reason.strip()[:MAX_REASON], stays_public=stays_public)


def _merge(by: User, duplicate: Partner, into: Partner, reason: str, *, stays_public: bool = False) -> list[Moved]:
    rows = Partner.objects.select_for_update(of=("self",)).select_related("kept_by").order_by("pk")
    held = {row.pk: row for row in rows.filter(pk__in=[duplicate.pk, into.pk])}
    if len(held) < 2:  # the two
        raise Refused(_("A partner cannot be merged into itself."))
    old, kept = held[duplicate.pk], held[into.pk]
    for row in (old, kept):
        refuse_unless_may_keep(by, row.kept_by)
        refuse_if_merged(row)
    moved = [line for line in _moved_rows(by, old, kept, reason) if line.count or line.left]
    _fill_gaps(old, kept)
    kept.is_public = kept.is_public or (stays_public and old.is_public)
    old.merged_into = kept
    # First the old one, since two that are in use may not bear one name.
    save_with_history(old, by=by, reason=reason)
    save_with_history(kept, by=by, reason=reason)
    return moved


def _fill_gaps(old: Partner, kept: Partner) -> None:
    for name in FILLED:
        if not getattr(kept, name):
            setattr(kept, name, getattr(old, name))
    if old.logo_key and not kept.logo_key:
        kept.logo_key, kept.logo_width, kept.logo_height = old.logo_key, old.logo_width, old.logo_height
        old.logo_key, old.logo_width, old.logo_height = "", 0, 0
    elif old.logo_key:
        put_logo(old, None)


def _moved_rows(by: User, old: Partner, kept: Partner, reason: str) -> Iterator[Moved]:
    for relation in Partner._meta.related_objects:
        if relation.many_to_many:
            yield _move_links(by, relation, old, kept, reason)
        else:
            yield _move_rows(by, relation, old, kept, reason)


def _move_rows(by: User, relation: Any, old: Partner, kept: Partner, reason: str) -> Moved:
    """Rows that point to the old one point to the other; what that one has already is left out."""
    model: Any = relation.related_model
    field = relation.field.name
    ids = list(model._base_manager.filter(**{field: old.pk}).order_by("pk").values_list("pk", flat=True))
    twice = [pk for pk in ids if not _could_move(model, pk, field, kept)]
    if hasattr(model, "history"):
        record_history(model, [pk for pk in ids if pk not in twice], kind="~", by_id=by.pk, reason=reason)
        record_history(model, twice, kind="-", by_id=by.pk, reason=reason)
    model._base_manager.filter(pk__in=twice).delete()
    return Moved(str(model._meta.verbose_name_plural), len(ids) - len(twice), len(twice))


def _could_move(model: type[Model], pk: Any, field: str, kept: Partner) -> bool:
    """Row by row, since one that cannot go must not keep the others; there are as many as a partner has agreements."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=pk).update(**{field: kept.pk})
    except IntegrityError:
        return False
    return True


def _move_links(by: User, relation: Any, old: Partner, kept: Partner, reason: str) -> Moved:
    """The links of a many-to-many relation, such as the partners of an activity."""
    through: Any = relation.through
    own = next(one for one in through._meta.get_fields() if one.many_to_one and one.related_model is Partner).attname
    other = next(
        one for one in through._meta.get_fields() if one.many_to_one and one.related_model is relation.related_model
    ).attname
    links = through._base_manager.filter(**{own: old.pk})
    there = through._base_manager.filter(**{own: kept.pk}).values(other)
    linked = list(links.values_list(other, flat=True))
    left = links.filter(**{f"{other}__in": there}).delete()[0]
    moved = links.update(**{own: kept.pk})
    record_history(relation.related_model, linked, kind="~", by_id=by.pk, reason=reason)
    return Moved(str(relation.related_model._meta.verbose_name_plural), moved, left)
