"""How the items of inspection forms are kept: what was asked once stays as it was asked."""

from django.db import transaction
from django.utils import timezone

from services.models import InspectionItem
from stations.actions.records import delete_with_history, save_with_history
from stations.models import User


@transaction.atomic
def change_item(*, item: InspectionItem, by: User, is_other: bool) -> InspectionItem:
    """Save an item with what was changed in it.

    `is_other`: something else is asked now, and not only in another place of the form. If it was ever asked as it was,
    the former one is retired, and the changed one is a new one in its place.
    """
    if is_other and item.answers.exists():
        _retire(InspectionItem.objects.get(pk=item.pk), by)
        own = [field.attname for field in item._meta.fields if not field.primary_key]
        item = InspectionItem(**{name: getattr(item, name) for name in own})
    save_with_history(item, by=by, reason="changed")
    return item


@transaction.atomic
def remove_item(*, item: InspectionItem, by: User) -> None:
    """Ask it no more; gone altogether if it never was."""
    if item.answers.exists():
        _retire(item, by)
    else:
        delete_with_history(item, by=by, reason="removed")


def _retire(item: InspectionItem, by: User) -> None:
    item.retired_at = timezone.now()
    save_with_history(item, by=by, reason="no longer asked")
