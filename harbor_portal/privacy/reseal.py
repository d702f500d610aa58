"""A key is replaced: whatever was sealed is sealed anew under the first of `PERSONAL_DATA_KEYS`."""

from collections.abc import Iterator
from itertools import product
from typing import Any, TypeVar

from django.apps import apps
from django.db import models, transaction

from harbor_portal.lib.sealed import FingerprintField, SealedFile, SealedFileField, SealedTextField

F = TypeVar("F", bound=models.Field)  # type: ignore[type-arg]  # of any values
BATCH = 500


def reseal_everything() -> int:
    """How many values; what is changed meanwhile is sealed with the first key anyway."""
    return sum(_reseal(model, fields) for model, fields in sealed_models()) + _reseal_files()


def sealed_models() -> list[tuple[type[models.Model], list[SealedTextField]]]:
    """Tables of history included."""
    found = ((model, _fields(model, SealedTextField)) for model in apps.get_models())
    return [(model, fields) for model, fields in found if fields]


def _sealed_files() -> Iterator[SealedFile]:
    for model in apps.get_models():
        for field in _fields(model, SealedFileField):
            for row in model._base_manager.exclude(**{field.name: ""}).iterator():
                yield getattr(row, field.name)


def _fields(model: type[models.Model], kind: type[F]) -> list[F]:
    return [field for field in model._meta.concrete_fields if isinstance(field, kind)]


def _reseal(model: type[models.Model], fields: list[SealedTextField]) -> int:
    count, last = 0, None
    while keys := _next_keys(model, last):
        with transaction.atomic():
            rows = list(model._base_manager.filter(pk__in=keys).select_for_update())
            for row in rows:
                for field in fields:
                    sealed = getattr(row, field.attname)
                    if sealed:
                        setattr(row, field.attname, sealed.again())
                        count += 1
            prints = _fields(model, FingerprintField)
            for one, row in product(prints, rows):
                one.pre_save(row, add=False)
            model._base_manager.bulk_update(rows, [field.name for field in (*fields, *prints)])
        last = keys[-1]
    return count


def _reseal_files() -> int:
    files = list(_sealed_files())
    for file in files:
        file.again()
    return len(files)


def _next_keys(model: type[models.Model], last: Any) -> list[Any]:
    rows = model._base_manager.order_by("pk")
    return list((rows.filter(pk__gt=last) if last is not None else rows).values_list("pk", flat=True)[:BATCH])
