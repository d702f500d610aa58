"""The lines of history of what people edit: who, when, from where, what it was, why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from harbor_portal.lib.origin import LONGEST_DEVICE, current_origin

SWEPT = timedelta(days=60)
"""What is older was swept on a night before; so a night does not read all that ever happened."""


class Traced(models.Model):
    """From where; blank where a visitor or the clock did it, and when its time is over."""

    history_address = models.GenericIPAddressField(pgettext_lazy("network", "address"), null=True, blank=True)
    history_device = models.CharField(_("device"), max_length=LONGEST_DEVICE, blank=True, default="", db_default="")

    class Meta:
        abstract = True


class History(HistoricalRecords):  # type: ignore[misc]  # simple_history is untyped
    """To be used wherever simple_history says `HistoricalRecords`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(bases=(Traced,), **options)


class Removals(History):
    """Of rows that say once what happened: a line when one is taken away, and none when it is written."""

    def post_save(self, *_args: Any, **_kwargs: Any) -> None:
        """The row itself says who wrote it, and when."""


@receiver(pre_create_historical_record)
def say_from_where(*, history_instance: Any, **_signal: Any) -> None:
    """Of staff only: a visitor is nobody, and stays so."""
    if isinstance(history_instance, Traced) and history_instance.history_user_id:  # type: ignore[attr-defined]
        origin = current_origin()
        history_instance.history_address, history_instance.history_device = origin.address, origin.device


def is_history(model: type[models.Model]) -> bool:
    """Whether it holds lines of history, or what such a line was linked to."""
    return issubclass(model, Traced) or hasattr(model, "m2m_history_id")


def linked_fields(model: Any) -> tuple[Any, ...]:
    """The fields to many other rows that its history follows."""
    return tuple(model.history.model._history_m2m_fields)  # noqa: SLF001  # simple_history has no other name for it


def with_history() -> Iterator[Any]:
    """The models that have lines of history."""
    for model in apps.get_models():
        if hasattr(model._meta, "simple_history_manager_attribute"):
            yield model


def forget_origins(*, before: datetime) -> int:
    """Erase addresses and devices of older lines; how many."""
    return sum(_forget(model.history.model, before) for model in with_history())


def _forget(lines: Any, before: datetime) -> int:
    known = models.Q(history_address__isnull=False) | ~models.Q(history_device="")
    old = lines.objects.filter(known, history_date__lt=before, history_date__gte=before - SWEPT)
    return int(old.update(history_address=None, history_device=""))
