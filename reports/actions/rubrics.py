"""Writing rubrics: a draft is edited, put in force, and followed by a new version."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import Invalid, Refused, StaleState
from reports.models import Rubric, RubricItem
from reports.stars.choices import RubricState
from reports.stars.inputs import SOURCES
from reports.stars.policies import refuse_unless_may_write, refuse_unless_may_write_for
from stations.actions.records import delete_with_history, save_with_history
from stations.models import Unit, User

COPIED: tuple[str, ...] = ("name", "name_en", "five_from", "four_from", "three_from", "two_from", "one_from")
COPIED += ("valid_months", "objection_days")
OF_ITEM = ("order", "source", "detail", "name", "name_en", "weight", "full_at", "zero_at", "veto_at", "veto_star")


@transaction.atomic
def save_rubric(*, rubric: Rubric, by: User) -> Rubric:
    """Begin a draft, or change it."""
    refuse_unless_may_write_for(by, rubric.unit)
    if rubric.pk:
        refuse_unless_may_write(by, _held(rubric))
    save_with_history(rubric, by=by, reason="changed" if rubric.pk else "begun")
    return rubric


@transaction.atomic
def save_item(*, item: RubricItem, by: User) -> RubricItem:
    refuse_unless_may_write(by, _held(item.rubric))
    if why := wrong_with(item):
        raise Invalid("source", why)
    save_with_history(item, by=by, reason="changed" if item.pk else "added")
    return item


def wrong_with(item: RubricItem) -> str:
    """The sentence that says why nothing could be worked out by it; "" if it can."""
    source = SOURCES.get(item.source)
    if source is None:
        return _("Choose a figure from the list.")
    if source.unknown_in is None:
        return _("“%(title)s” is not of anything in particular.") % {"title": source.title} if item.detail else ""
    if unknown := source.unknown_in(item.detail):
        return _("Say of what, by codes that there are; “%(word)s” is none.") % {"word": unknown}
    return ""


@transaction.atomic
def drop_item(*, item: RubricItem, by: User) -> None:
    refuse_unless_may_write(by, _held(item.rubric))
    delete_with_history(item, by=by, reason="removed")


@transaction.atomic
def put_in_force(*, rubric: Rubric, by: User) -> Rubric:
    """From now on stations are assessed by it, and no more by earlier versions of the same name."""
    found = _held(rubric)
    refuse_unless_may_write(by, found)
    if not found.items.filter(weight__gt=0).exists():
        raise Refused(_("A rubric needs items that bring points."))
    same = Rubric.objects.filter(unit=found.unit, name=found.name, state=RubricState.IN_FORCE)
    for earlier in same.select_for_update():
        earlier.state = RubricState.RETIRED
        save_with_history(earlier, by=by, reason="followed by a new version")
    found.state = RubricState.IN_FORCE
    save_with_history(found, by=by, reason="put in force")
    return found


@transaction.atomic
def new_version(*, rubric: Rubric, unit: Unit | None, by: User) -> Rubric:
    """A draft with the same items, of its own unit or of one that makes a sample, or what is above it, its own."""
    refuse_unless_may_write_for(by, unit)
    found = _held(rubric)
    if unit and found.unit and not unit.path.startswith(found.unit.path):
        raise Refused(_("This rubric is that of %(other)s.") % {"other": found.unit})
    same = Rubric.objects.filter(unit=unit, name=found.name)
    if same.filter(state=RubricState.DRAFT).exists():
        raise StaleState(_("There is a draft of this rubric already: change that one."))
    version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
    copied = {name: getattr(found, name) for name in COPIED}
    made = Rubric(unit=unit, version=version, follows=found, **copied)
    save_with_history(made, by=by, reason="new version")
    for item in found.items.order_by("order", "pk"):
        copy = RubricItem(rubric=made, **{name: getattr(item, name) for name in OF_ITEM})
        save_with_history(copy, by=by, reason="new version")
    return made


def _held(rubric: Rubric) -> Rubric:
    found: Rubric = Rubric.objects.select_for_update(of=("self",)).select_related("unit").get(pk=rubric.pk)
    return found
