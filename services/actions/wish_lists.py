"""Entering a list of wishes: each is nominated as if by hand, with a family that is sealed before it is stored.

A new row is known by its family. Whoever sends the same list again nominates nobody twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid
from harbor_portal.lib.sealed import fingerprints
from services.actions.wishes import of_a_year, take_turns_nominating, why_too_many
from services.imports.of_wishes import FAMILY
from services.imports.of_wishes import WISHES as AS_WRITTEN
from services.models import Wish, WishFamily
from services.models.families import PURPOSE
from services.wish_policies import refuse_identifying
from stations.imports.kinds import Asking, Entry, Plan
from stations.imports.plain import Change, resolve
from stations.imports.plain_writing import enter_changes
from stations.imports.sheets import Notes, Row
from stations.imports.undoing import Undoing, traces_of

SAID = ("kind", "title", "text", "unit", "needed_by", "budget")
OF_FAMILY = tuple(each.column.key for each in FAMILY if each.column.key not in {"community", "agreed"})
PUBLIC = ("title", "text", "community")
"""What is asked whether it says whose wish it is."""


@dataclass
class Nomination(Change):
    """The family is beside it; nothing of the portal keeps it in clear."""

    family: Any = None


def _compare(rows: list[Row], _notes: Notes, asking: Asking) -> Plan:
    if asking.is_to_last:
        take_turns_nominating()
    resolve(AS_WRITTEN, rows, asking)
    good = [row for row in asking.counted(rows) if not row.wrong]
    new = [row for row in good if "code" not in row.values]
    _refuse_other_words([row for row in good if "code" in row.values], asking)
    prints = {id(row): _prints(row) for row in new}
    before = _wishes_before(prints.values())
    seen: dict[str, Row] = {}
    asked = [change for row in new if (change := _nomination(row, prints[id(row)], before, seen, asking))]
    creates = [change for change in asked if not change.row.wrong]
    unchanged = sum(1 for row in good if not row.wrong) - len(creates)
    return Plan(creates=creates, unchanged=unchanged, today=asking.today)


def _refuse_other_words(rows: Sequence[Row], asking: Asking) -> None:
    """Of those that are here, which only their pages change. One query."""
    codes = {row.values["code"] for row in rows}
    seen: Any = Wish.objects.all()
    known = {wish.code: wish for wish in seen.visible_to(asking.by).filter(code__in=codes)}
    for row in rows:
        if (wish := known.get(row.values["code"])) is None:
            row.error("code", _("Nothing here has this code. Leave it empty for a new one."))
            continue
        for name in SAID:
            field = Wish._meta.get_field(name).attname  # type: ignore[union-attr]  # a column
            given = row.values.get(name)
            if given is not None and getattr(given, "pk", given) != getattr(wish, field):
                row.error(name, _("It stands here already, with another value. Change it on its page."))


def _prints(row: Row) -> list[str]:
    """By which the family is known: its phone, and its address where it is said."""
    texts = [row.values[name] for name in ("phone", "address") if row.values.get(name)]
    return [one for text in texts for one in fingerprints(text, purpose=PURPOSE)]


def _wishes_before(prints: Iterable[list[str]]) -> Mapping[str, list[Wish]]:
    """The wishes of a year, by what their families are known by. Two queries."""
    asked = {one for some in prints for one in some}
    families = WishFamily.objects.filter(Q(phone_print__in=asked) | Q(home_print__in=asked))
    found = list(families.values_list("wish", "phone_print", "home_print"))
    wishes = of_a_year().in_bulk([wish for wish, _phone, _home in found])
    by_print: dict[str, list[Wish]] = defaultdict(list)
    for wish, *known in found:
        for one in known:
            if one and wish in wishes:
                by_print[one].append(wishes[wish])
    return by_print


def _nomination(
    row: Row, prints: list[str], before: Mapping[str, list[Wish]], seen: dict[str, Row], asking: Asking
) -> Nomination | None:
    """None where it is here already."""
    wishes = list({wish.pk: wish for one in prints for wish in before.get(one, ())}.values())
    if any(_says(row, wish) for wish in wishes):
        return None
    now = timezone.now()
    said = {name: row.values[name] for name in (*SAID, "community") if name in row.values}
    # Where it is said to be is where its unit is, as by hand: a smaller place might say whose it is.
    wish = Wish(nominated_at=now, nominated_by=asking.by, division_id=row.values["unit"].division_id, **said)
    family = WishFamily(agreed_at=now, **{name: row.values.get(name, "") for name in OF_FAMILY})
    _refuse_wrong(row, wish, family)
    if why := why_too_many(sorted(wishes, key=lambda one: one.nominated_at, reverse=True)):
        row.error("phone", why)
    if first := next((seen[one] for one in prints if one in seen), None):
        row.error("phone", _("%(row)s is of the same family, which has one wish at a time.") % {"row": first.place})
    seen.update(dict.fromkeys(prints, row))
    return Nomination(row, wish, is_new=True, heads=AS_WRITTEN.shown_heads, family=family)


def _says(row: Row, wish: Wish) -> bool:
    values = row.values
    given = (values["unit"].pk, values["title"], values["needed_by"])
    return given == (wish.unit_id, wish.title, wish.needed_by)


def _refuse_wrong(row: Row, wish: Wish, family: WishFamily) -> None:
    """What nominating by hand refuses."""
    if not row.values.get("agreed"):
        row.error("agreed", _("Without the family's consent nothing is stored about it."))
    for name in ("name", "phone"):
        if not row.values.get(name):
            row.error(name, _("Say it in a few words."))
    if wish.needed_by <= timezone.localdate():
        row.error("needed_by", _("The day by which it is needed lies ahead."))
    for name in PUBLIC:
        try:
            refuse_identifying(family, **{name: getattr(wish, name)})
        except Invalid as error:
            row.error(name, str(error))


def _enter(plan: Plan, entry: Entry) -> None:
    nominations = list(plan.creates)
    enter_changes(Wish, nominations, [], entry)
    for one in nominations:
        one.family.wish = one.instance
    WishFamily.objects.bulk_create((one.family for one in nominations), batch_size=1000)


def _undo(undoing: Undoing) -> None:
    """The families go with their wishes, and what the history says of the communities; not if anything came after."""
    [trace] = traces_of([Wish], undoing)
    WishFamily.objects.filter(wish__in=trace.made).delete()
    AS_WRITTEN.as_kind().undo(undoing)
    Wish.history.filter(id__in=trace.made).update(community="")


WISHES = replace(AS_WRITTEN.as_kind(), compare=_compare, enter=_enter, undo=_undo, is_sealed=True)
